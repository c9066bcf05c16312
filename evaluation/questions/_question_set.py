"""A question set: named questions in one JSON Lines file, replaced whole, so that a reader never sees half a set.

Rules of this place: a set grows under its lock, from what is on the disk at that moment, so that processes that add to
it at the same time lose nothing; the file is its owner's alone.
"""

import csv
import fcntl
import io
import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assay.kernel import InputError, MissingError, UnavailableError, digest_bytes, private_folder, replace_durably
from evaluation.questions._formulas import guarded
from evaluation.questions._question_file import import_questions
from evaluation.questions._types import Question

__all__ = ["ExportFormat", "QuestionSet", "SetChange"]

ExportFormat = Literal["jsonl", "csv"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_COLUMNS = ("id", "question", "reference", "document", "passage", "relevant", "tags", "origin")


@dataclass(frozen=True, kw_only=True)
class SetChange:
    """What merging questions into a set did, as question ids."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class QuestionSet:
    """Questions under a name; the order is that in which they came."""

    name: str
    questions: tuple[Question, ...] = ()

    def __post_init__(self) -> None:
        """Refuse names that are not plain file names, and ids that stand twice."""
        if not _NAME.fullmatch(self.name):
            raise InputError(
                f"not a name for a question set: {self.name!r}", hint="use letters, digits and _ . -, at most 64"
            )
        if len({question.id for question in self.questions}) != len(self.questions):
            raise InputError(f"the question set {self.name!r} holds an id twice", hint="give each question its own id")

    @staticmethod
    def names(directory: Path) -> tuple[str, ...]:
        """Return the names of the sets in a directory, sorted; none where there is no directory."""
        return tuple(sorted(path.stem for path in directory.glob("*.jsonl") if _NAME.fullmatch(path.stem)))

    @classmethod
    def load(cls, directory: Path, name: str) -> "QuestionSet":
        """Read a set; raise `MissingError` naming the sets that exist."""
        path = _file_of(cls(name=name), directory)
        if not path.is_file():
            known = ", ".join(cls.names(directory)) or "none yet"
            raise MissingError(
                f"there is no question set {name!r} (there are: {known})",
                hint="run `assay questions generate` or `assay questions import FILE`",
            )
        return cls(name=name, questions=import_questions(path) if path.stat().st_size else ())

    @classmethod
    def add(cls, directory: Path, name: str, questions: Iterable[Question]) -> "tuple[QuestionSet, SetChange]":
        """Merge the questions into the set's file, made if missing; raise `UnavailableError` when the disk refuses."""
        with _locked(cls(name=name), directory):
            before = cls.load(directory, name) if name in cls.names(directory) else cls(name=name)
            merged, change = before.merged(questions)
            merged.save(directory)
        return merged, change

    @classmethod
    def drop(cls, directory: Path, name: str, ids: Collection[str]) -> int:
        """Take questions out of the set's file; return how many there were."""
        with _locked(cls(name=name), directory):
            before = cls.load(directory, name)
            kept = tuple(question for question in before.questions if question.id not in ids)
            if len(kept) < len(before.questions):
                cls(name=name, questions=kept).save(directory)
        return len(before.questions) - len(kept)

    def save(self, directory: Path) -> None:
        """Replace the set's file, whatever is in it (`add` keeps that); raise `UnavailableError`."""
        _make(directory)
        replace_durably(
            _file_of(self, directory), "".join(_line(question) + "\n" for question in self.questions).encode()
        )

    @property
    def digest(self) -> str:
        """Digest of the questions, whatever their order and the set's name."""
        return digest_bytes("\n".join(sorted(_line(question) for question in self.questions)).encode())

    def merged(self, questions: Iterable[Question]) -> "tuple[QuestionSet, SetChange]":
        """Return the set with these questions, each replacing the one of the same id, and what changed."""
        before = {question.id: question for question in self.questions}
        after = dict(before)
        for question in questions:
            after[question.id] = question
        same = [identity for identity, question in after.items() if identity in before and before[identity] == question]
        new = [identity for identity in after if identity not in before]
        old = [identity for identity in before if identity not in set(same)]
        change = SetChange(added=tuple(new), replaced=tuple(old), unchanged=tuple(same))
        return QuestionSet(name=self.name, questions=tuple(after.values())), change

    def export(self, form: ExportFormat) -> Iterator[str]:
        """Yield the file piece by piece; importing it gives the same questions again."""
        if form == "jsonl":
            return (_line(question) + "\n" for question in self.questions)
        return _csv_lines(self.questions)


def _file_of(questions: QuestionSet, directory: Path) -> Path:
    return directory / f"{questions.name}.jsonl"


def _make(directory: Path) -> None:
    try:
        private_folder(directory)
    except OSError as error:
        raise UnavailableError(f"cannot create {directory}: {error.strerror}") from error


@contextmanager
def _locked(questions: QuestionSet, directory: Path) -> Iterator[None]:
    """Wait for other processes that change this set; the lock falls with the process."""
    _make(directory)
    path = directory / f".{questions.name}.lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UnavailableError(
            f"cannot open {path}: {error.strerror}", hint="check the folder's permissions"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _line(question: Question) -> str:
    return json.dumps(_fields(question), ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str)


def _fields(question: Question) -> Mapping[str, object]:
    known = {
        "id": question.id,
        "question": question.text,
        "reference": question.reference,
        "document": question.document,
        "passage": question.passage,
        "relevant": list(question.relevant) or None,
        "tags": list(question.tags) or None,
        "origin": question.origin.value,
    }
    return {**question.extra, **{name: value for name, value in known.items() if value is not None}}


def _csv_lines(questions: tuple[Question, ...]) -> Iterator[str]:
    extra = sorted({name for question in questions for name in question.extra})
    columns = [*_COLUMNS, *extra]
    yield _csv_line(columns)
    for question in questions:
        fields = _fields(question)
        yield _csv_line([guarded(_cell(fields.get(name))) for name in columns])


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=True, default=str)


def _csv_line(cells: list[str]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\r\n").writerow(cells)  # RFC 4180; a lone \n would leave \r unquoted
    return stream.getvalue()
