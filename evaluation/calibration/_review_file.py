"""Rows of a run for people to label, as a file, and back.

Rules of this place: a file names its run by digest and its sample by everything that decides it; what comes back is
believed only where it fits the run log and the sample that is drawn again from it; CSV cells are guarded against
spreadsheets that would run them, and come back as they were; a file with one wrong line is refused whole.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from assay.kernel import InputError, decimal_text
from evaluation.calibration._labels_file import annotator_of, label_of
from evaluation.calibration._sampling import RowKey, draw_rows, frame
from evaluation.calibration._types import Label, LabelSet, Sampling, SamplingStrategy
from evaluation.questions._checking import digest_file
from evaluation.questions._fields import optional_text, required_text
from evaluation.questions._formulas import guarded, without_guard
from evaluation.questions._rows import RawRow, open_rows
from evaluation.runs import RunLog

__all__ = ["ReviewFormat", "read_review", "review_rows", "write_review"]

_COLUMNS: Final = (
    *("id", "repeat", "question", "answer", "contexts", "reference", "label", "annotator", "rubric", "metric"),
    *("probability", "strategy", "rows", "seed", "run", "run_digest"),
)
_DIGITS: Final = 9
_DESIGN: Final = ("metric", "strategy", "rows", "seed")


class ReviewFormat(StrEnum):
    """How rows are handed to people."""

    JSONL = "jsonl"
    CSV = "csv"


def review_rows(log: RunLog, sampling: Sampling, rubric: str) -> Iterator[dict[str, object]]:
    """Yield the drawn rows in the order of the run log; rows whose texts are erased are left out."""
    drawn = draw_rows(frame(log.rows(), sampling.metric), sampling)
    digest = log.digest()
    for row, payload in log.joined():
        key = (row.id, row.repeat)
        if key in drawn and payload is not None and payload.erased is None:
            yield {
                "id": row.id,
                "repeat": row.repeat,
                "question": payload.question,
                "answer": payload.answer,
                "contexts": None if payload.contexts is None else list(payload.contexts),
                "reference": payload.reference,
                "label": None,
                "annotator": None,
                "rubric": rubric or None,
                "metric": sampling.metric,
                "probability": decimal_text(drawn[key], _DIGITS),
                "strategy": str(sampling.strategy),
                "rows": sampling.rows,
                "seed": sampling.seed,
                "run": log.plan.run,
                "run_digest": digest,
            }


def write_review(rows: Iterable[Mapping[str, object]], form: ReviewFormat) -> bytes:
    """Return the file; lone surrogates are escaped."""
    if form is ReviewFormat.JSONL:
        return b"".join(json.dumps(row, ensure_ascii=True).encode("ascii") + b"\n" for row in rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(row[column]) for column in _COLUMNS] for row in rows)
    return text.getvalue().encode("utf-8", "backslashreplace")


def read_review(path: Path, log: RunLog, *, annotator: str = "") -> LabelSet:
    """Return the labels of a file that `review_rows` made and people filled in.

    Raise `InputError`, naming file, line and field, for a file of another run or sample, a row that was not drawn or
    stands twice, or one that is malformed.
    """
    reader = _Reader(log, annotator)
    for raw in open_rows(path):
        reader.take(without_guard(raw) if raw.flat else raw)
    return reader.result(path)


class _Reader:
    """Holds each row against the run log and against the sample that the first row names."""

    def __init__(self, log: RunLog, annotator: str) -> None:
        self._log = log
        self._digest = log.digest()
        self._annotator = annotator
        self._languages = {(row.id, row.repeat): row.language for row in log.rows()}
        self._sampling: Sampling | None = None
        self._rubric = ""
        self._drawn: dict[RowKey, float] = {}
        self._seen: dict[tuple[RowKey, str], int] = {}
        self._labels: list[Label] = []
        self._skipped = 0

    def take(self, row: RawRow) -> None:
        if required_text(row, "run_digest") != self._digest:
            row.refuse("run_digest", row.fields["run_digest"], f"{self._digest}, the digest of {self._log.plan.run}")
        self._take_design(row)
        key = (required_text(row, "id"), _count(row, "repeat"))
        chance = self._drawn.get(key)
        if key not in self._languages:
            row.refuse("id", key[0], f"a row of the run {self._log.plan.run}")
        if chance is None:
            row.refuse("id", key[0], "a row of the sample that was exported")
        if required_text(row, "probability") != decimal_text(chance, _DIGITS):
            row.refuse("probability", row.fields["probability"], f"{decimal_text(chance, _DIGITS)}, as exported")
        good, person = label_of(row), annotator_of(row, self._annotator)
        if (key, person) in self._seen:
            row.refuse("id", key[0], f"each row once per annotator; it stands on line {self._seen[(key, person)]} too")
        self._seen[(key, person)] = row.number
        if good is None:
            self._skipped += 1
            return
        language = self._languages[key]
        self._labels.append(
            Label(row=key[0], repeat=key[1], good=good, annotator=person, language=language, probability=chance)
        )

    def result(self, path: Path) -> LabelSet:
        if self._sampling is None or not self._labels:
            raise InputError(
                f"{path} holds {self._skipped} rows and not one label", hint="write 1 or 0 into `label`, then import it"
            )
        return LabelSet(
            metric=self._sampling.metric,
            digest=digest_file(path),
            rubric=self._rubric,
            labels=tuple(self._labels),
            skipped=self._skipped,
            run_digest=self._digest,
            sampling=self._sampling,
        )

    def _take_design(self, row: RawRow) -> None:
        found, rubric = _design(row), optional_text(row, "rubric") or ""
        if self._sampling is None:
            if found.metric not in self._log.plan.metrics:
                row.refuse("metric", found.metric, f"one of {list(self._log.plan.metrics)!r}")
            self._sampling, self._rubric = found, rubric
            self._drawn = draw_rows(frame(self._log.rows(), found.metric), found)
        for name in _DESIGN:
            if getattr(found, name) != getattr(self._sampling, name):
                row.refuse(name, row.fields[name], f"{getattr(self._sampling, name)}, as in the first row")
        if rubric != self._rubric:
            row.refuse("rubric", rubric, "the rubric of the first row: labels under two rubrics are two files")


def _design(row: RawRow) -> Sampling:
    strategy = required_text(row, "strategy")
    if strategy not in set(SamplingStrategy):
        row.refuse("strategy", strategy, " or ".join(SamplingStrategy))
    return Sampling(
        strategy=SamplingStrategy(strategy),
        metric=required_text(row, "metric"),
        rows=_count(row, "rows"),
        seed=_count(row, "seed"),
    )


def _count(row: RawRow, field: str) -> int:
    if field not in row.fields:
        row.refuse_absence(field)
    value = row.fields[field]
    if isinstance(value, str) and row.flat and value.isascii() and value.isdigit():
        return int(value[:18])
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        row.refuse(field, value, "a whole number from 0 up")
    return value


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return guarded(text)
