"""`--answers FILE`: questions with the answers that were collected elsewhere."""

from collections.abc import Iterator
from pathlib import Path

from assay.kernel import InputError
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.questions._checking import check_rows, digest_file
from evaluation.questions._fields import optional_text, required_text, row_id, tags_of, texts_of, unknown_fields
from evaluation.questions._rows import RawRow, open_rows

__all__ = ["answer_item", "answers_digest", "read_answers"]

_KNOWN = frozenset({"id", "question", "answer", "contexts", "reference", "document", "relevant", "tags"})


def read_answers(path: Path) -> Iterator[Item]:
    """Check the whole file now, then yield its rows one at a time; raise `InputError` naming file, line and field."""
    before = _state(path)
    check_rows(path, lambda row: answer_item(row).id)
    return _items(path, before)


def answers_digest(path: Path) -> str:
    """SHA-256 of the file's bytes, tagged."""
    return digest_file(path)


def _items(path: Path, before: tuple[int, int]) -> Iterator[Item]:
    for row in open_rows(path):
        yield answer_item(row)
    if _state(path) != before:
        raise InputError(f"{path} changed while it was read", hint="run it again when the file is complete")


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
