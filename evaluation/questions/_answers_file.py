"""`--answers FILE`: questions with the answers that were collected elsewhere."""

from collections.abc import Iterator
from pathlib import Path

from assay.kernel import InputError
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.questions._checking import check_rows, digest_file
from evaluation.questions._fields import optional_text, required_text, row_id, tags_of, texts_of, unknown_fields
from evaluation.questions._rows import RawRow, open_rows

__all__ = ["AnswersFile", "answer_item", "answers_digest", "read_answers"]

_KNOWN = frozenset({"id", "question", "answer", "contexts", "reference", "document", "relevant", "tags"})


class AnswersFile:
    """A file that was checked from its first row to its last, and can be read again as long as it stays the same."""

    def __init__(self, path: Path) -> None:
        """Check the whole file now; raise `InputError` naming file, line and field."""
        self._path = path
        self._state = _state(path)
        check_rows(path, lambda row: answer_item(row).id)
        self.digest = answers_digest(path)

    def rows(self) -> Iterator[Item]:
        """Yield the rows one at a time; raise `InputError` where the file is no longer what was checked."""
        self._refuse_change()
        for row in open_rows(self._path):
            yield answer_item(row)
        self._refuse_change()

    def _refuse_change(self) -> None:
        if _state(self._path) != self._state:
            raise InputError(f"{self._path} changed while it was read", hint="run it again when the file is complete")


def read_answers(path: Path) -> Iterator[Item]:
    """Check the whole file now, then yield its rows one at a time; raise `InputError` naming file, line and field."""
    return AnswersFile(path).rows()


def answers_digest(path: Path) -> str:
    """SHA-256 of the file's bytes, tagged."""
    return digest_file(path)


def answer_item(row: RawRow) -> Item:
    """Return one row of an answers file; raise `InputError` naming file, line and field."""
    question = required_text(row, "question")
    reference = optional_text(row, "reference")
    document = optional_text(row, "document")
    return Item(
        id=row_id(row, "r", question, reference or "", document or ""),
        question=question,
        answer=Answer(
            outcome=AnswerOutcome.ANSWERED,
            text=required_text(row, "answer", may_be_empty=True),
            contexts=texts_of(row, "contexts"),
        ),
        reference=reference,
        document=document,
        relevant=texts_of(row, "relevant") or (),
        tags=tags_of(row),
        extra=unknown_fields(row, _KNOWN),
    )


def _state(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}", hint="check the path and its permissions") from error
    return status.st_size, status.st_mtime_ns
