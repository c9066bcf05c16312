"""Scanned batches once more: rows whose score leaves doubt are put to a language model, in one place for all workers.

Rules of this place: batches leave in the order in which they came, and few are held; a row is asked about once, and its
cell says what the filter had scored; an opinion that could not be had is the row's `error` or `timed_out`, never the
filter's own score; the counts are those of the final results. Who gets no reply to one question after the other gives
up.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import replace
from typing import Any, Final, TypeAlias

import orjson

from assay.kernel import JsonValue, commitment, digest_json
from evaluation.filters import FilterOutcome, FilterResult, Finding
from evaluation.llm import BudgetSpentError
from evaluation.opinions import Opinion, OpinionSpec, SecondReader
from evaluation.scans._batch import join_cells
from evaluation.scans._pool import Done, HopelessError
from evaluation.scans._tally import FilterTally

__all__ = ["SecondReading", "Submit", "with_opinions"]

_LOOK_S: Final = 0.2  # how often a stop is looked for
_MOST_WAITING: Final = 4  # batches
_MOST_UNANSWERED: Final = 25  # questions in a row

Cell: TypeAlias = dict[str, Any]
Submit: TypeAlias = Callable[[Coroutine[Any, Any, Done]], "Future[Done]"]
"""Starts a coroutine on the event loop of the model, which runs in a thread of its own."""


def with_opinions(specs: Mapping[str, Any], opinions: Mapping[str, OpinionSpec]) -> dict[str, Any]:
    """Return the recorded specs of filters, those of `opinions` as part of their filters' options."""
    return {name: _with_opinion(spec, opinions[name]) if name in opinions else spec for name, spec in specs.items()}


def _with_opinion(spec: Mapping[str, Any], opinion: OpinionSpec) -> dict[str, Any]:
    own: dict[str, JsonValue] = {name: value for name, value in spec.items() if name not in ("filter", "digest")}
    own["options"] = {**spec["options"], "second_opinion": opinion.as_json()}
    return {"filter": spec["filter"], **own, "digest": digest_json(own)}


class SecondReading:
    """Asks about the doubtful rows of batches; `key` is that of the text digests."""

    def __init__(self, readers: Mapping[str, SecondReader], submit: Submit, key: bytes) -> None:
        """Take one reader for each filter whose doubts are asked about."""
        self._readers = readers
        self._submit = submit
        self._key = key
        self._unanswered = 0

    def over(self, batches: Iterator[Done], stop: Callable[[], bool]) -> Iterator[Done]:
        """Yield the batches as they are after asking; end early, without those that wait, where `stop` says so.

        Raise `HopelessError` where the budget is spent or the model does not answer any more.
        """
        waiting: deque[Future[Done]] = deque()
        try:
            for batch in batches:
                waiting.append(self._submit(self._again(batch)))
                while waiting and (waiting[0].done() or len(waiting) == _MOST_WAITING):
                    if (done := _awaited(waiting.popleft(), stop)) is None:
                        return
                    yield done
            while waiting and (done := _awaited(waiting.popleft(), stop)) is not None:
                yield done
        finally:
            for future in waiting:
                future.cancel()

    async def _again(self, batch: Done) -> Done:
        begun = time.monotonic()
        lines = batch.lines.split(b"\n")[:-1]
        rows = [orjson.loads(line)["filters"] for line in lines]
        texts = batch.batch.column("text")
        ids: Sequence[str] = batch.batch.column("id").to_pylist()
        changed: set[int] = set()
        tally = dict(batch.tally)
        for name, reader in self._readers.items():
            doubtful = [at for at, row in enumerate(rows) if reader.spec.doubts(row[name]["score"])]
            said = await self._asked(reader, {at: (texts[at].as_py(), rows[at][name]["score"]) for at in doubtful})
            first = {at: rows[at][name] for at in doubtful}
            for at, opinion in said.items():
                rows[at][name] = self._cell(name, first[at], opinion, texts[at].as_py(), reader.spec.threshold)
            tally[name] = _counted(ids, [row[name] for row in rows], first)
            changed |= said.keys()
        for at in changed:
            lines[at] = join_cells([ids[at]], {name: [orjson.dumps(cell)] for name, cell in rows[at].items()})[:-1]
        text = b"".join(line + b"\n" for line in lines)
        seconds = batch.seconds and batch.seconds + time.monotonic() - begun
        return replace(batch, lines=text, tally=tally, seconds=seconds)

    async def _asked(self, reader: SecondReader, doubts: Mapping[int, tuple[str, float]]) -> dict[int, Opinion]:
        found = await asyncio.gather(*(reader.read(*doubt) for doubt in doubts.values()), return_exceptions=True)
        said: dict[int, Opinion] = {}
        for at, opinion in zip(doubts, found, strict=True):
            if isinstance(opinion, BudgetSpentError):
                raise HopelessError(f"budget: {opinion.message}") from opinion
            if isinstance(opinion, BaseException):
                raise opinion
            said[at] = opinion
            self._unanswered = self._unanswered + 1 if opinion.unreached else 0
            if self._unanswered >= _MOST_UNANSWERED:
                raise HopelessError(f"{self._unanswered} questions in a row got no answer; the last: {opinion.reason}")
        return said

    def _cell(self, name: str, first: Cell, opinion: Opinion, text: str, threshold: float) -> Cell:
        """Return the result after the opinion, with what the filter had scored beside it."""
        second = {"first": first["score"], "likelihood": opinion.likelihood}
        if opinion.score is None:
            return {
                "outcome": opinion.outcome.value,
                "flagged": None,
                "score": None,
                "findings": [],
                "reason": opinion.reason,
                "second_opinion": second,
            }
        flagged, score = opinion.score >= threshold, opinion.score
        findings = [{**one, "score": min(one["score"], score)} for one in first["findings"]] if flagged else []
        if flagged and not findings:
            findings = [self._whole(name, text, score)]
        return {**first, "flagged": flagged, "score": score, "findings": findings, "second_opinion": second}

    def _whole(self, name: str, text: str, score: float) -> dict[str, object]:
        """Return the finding of a text that only the second opinion flags: nobody said where it is."""
        digest = commitment(self._key, text)
        place = {"type": name, "start": 0, "end": len(text), "score": score, "text_digest": digest}
        return {**place, "detail": "second opinion"}


def _awaited(future: "Future[Done]", stop: Callable[[], bool]) -> Done | None:
    """Return the result, or None where `stop` came first."""
    while not stop():
        if wait([future], timeout=_LOOK_S).done:
            return future.result()
    future.cancel()
    return None


def _counted(ids: Sequence[str], cells: Sequence[Cell], first: Mapping[int, Cell]) -> FilterTally:
    """Return the counts of final results; `first` are those that were asked about, as the filter had them."""
    tally = FilterTally()
    for at, (identity, cell) in enumerate(zip(ids, cells, strict=True)):
        tally.add(identity, _result(cell))
        if at in first:
            tally.asked += 1
            tally.turned += cell["flagged"] is not None and cell["flagged"] != first[at]["flagged"]
    return tally


def _result(cell: Cell) -> FilterResult:
    return FilterResult(
        outcome=FilterOutcome(cell["outcome"]),
        flagged=cell["flagged"],
        score=cell["score"],
        findings=tuple(
            Finding(type=one["type"], start=one["start"], end=one["end"], score=one["score"])
            for one in cell["findings"]
        ),
        reason=cell.get("reason", ""),
    )
