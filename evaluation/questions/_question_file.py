"""Question files: the same shapes as answers files, without answers."""

from pathlib import Path

from evaluation.questions._checking import check_rows
from evaluation.questions._fields import optional_text, required_text, row_id, tags_of, texts_of, unknown_fields
from evaluation.questions._formulas import without_guard
from evaluation.questions._rows import RawRow, open_rows
from evaluation.questions._types import Question, QuestionOrigin

__all__ = ["import_questions"]

_KNOWN = frozenset({"id", "question", "reference", "document", "passage", "relevant", "tags", "origin"})


def import_questions(path: Path) -> tuple[Question, ...]:
    """Check the whole file, then return its questions; raise `InputError` naming file, line and field."""
    check_rows(path, lambda row: _question(row).id)
    return tuple(_question(row) for row in open_rows(path))


def _question(raw: RawRow) -> Question:
    row = without_guard(raw) if raw.flat else raw
    text = required_text(row, "question")
    reference = optional_text(row, "reference")
    document = optional_text(row, "document")
    return Question(
        id=row_id(row, "q", text, reference or "", document or ""),
        text=text,
        reference=reference,
        document=document,
        passage=optional_text(row, "passage"),
        relevant=texts_of(row, "relevant") or (),
        tags=tags_of(row),
        origin=_origin(row),
        extra=unknown_fields(row, _KNOWN),
    )


def _origin(row: RawRow) -> QuestionOrigin:
    value = optional_text(row, "origin") or QuestionOrigin.IMPORTED
    if value not in set(QuestionOrigin):
        row.refuse("origin", value, " or ".join(QuestionOrigin))
    return QuestionOrigin(value)
