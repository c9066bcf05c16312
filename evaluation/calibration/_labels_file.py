"""`judges check --labels FILE`: an answers file that also says what people thought of each answer.

Rules of this place: the whole file is read and checked before a row is used; a row comes once per annotator and with
the same texts each time; one file follows one rubric, for agreement changes when a clause of the rubric does.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assay.kernel import InputError, content_id
from evaluation.answers import Item, language_of
from evaluation.questions._answers_file import answer_item
from evaluation.questions._fields import optional_text
from evaluation.questions._formulas import without_guard
from evaluation.questions._rows import RawRow, open_rows

__all__ = ["LabelledRow", "annotator_of", "label_of", "read_labels", "rubric_of"]

_LABELS = {"0": False, "1": True, "false": False, "true": True}
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})([-_][A-Za-z0-9]+)*")
_EXPECTED = "1 or true where people found it good, 0 or false where not, or null"


@dataclass(frozen=True, kw_only=True)
class LabelledRow:
    """One answer and what one person said of it."""

    item: Item
    good: bool | None  # None: nobody labelled it
    annotator: str  # pseudonym, "" where nobody was named
    language: str
    rubric: str  # "" where the row has none


def read_labels(path: Path) -> tuple[LabelledRow, ...]:
    """Return every row of the file; raise `InputError` naming file, line and field."""
    found: list[LabelledRow] = []
    first: dict[str, tuple[int, Item]] = {}
    seen: dict[tuple[str, str], int] = {}
    for raw in open_rows(path):
        row = _row(without_guard(raw) if raw.flat else raw)
        number, item = first.setdefault(row.item.id, (raw.number, row.item))
        key = (row.item.id, row.annotator)
        if key in seen:
            raw.refuse("id", row.item.id, f"each row once per annotator; it stands on {raw.unit} {seen[key]} too")
        if item.question != row.item.question or item.answer != row.item.answer:
            raw.refuse("id", row.item.id, f"the same question, answer and contexts as on {raw.unit} {number}")
        seen[key] = raw.number
        found.append(row)
    if all(row.good is None for row in found):
        raise InputError(
            f"{path} holds {len(found)} rows and not one label", hint='give rows a "label" of 1 or 0, and try again'
        )
    return tuple(found)


def label_of(row: RawRow) -> bool | None:
    """Return the label of a row, `None` for null or an empty cell; raise `InputError`."""
    if "label" not in row.fields:
        row.refuse_absence("label")
    value = row.fields["label"]
    if value is None or value == "" or value != value:  # noqa: PLR0124  a table's missing number is NaN
        return None
    known = _LABELS.get(value.strip().lower()) if isinstance(value, str) and row.flat else None
    if known is not None:
        return known
    if not isinstance(value, bool | int | float) or value not in {0, 1}:
        row.refuse("label", value, _EXPECTED)
    return bool(value)


def annotator_of(row: RawRow, named: str = "") -> str:
    """Return a pseudonym of who labelled the row: the one that the row names, else `named`, else nobody."""
    name = optional_text(row, "annotator") or named
    return content_id("annotator", name) if name else ""


def rubric_of(rows: Iterable[LabelledRow], given: str) -> str:
    """Return the one rubric that people followed; raise `InputError` for several."""
    found = sorted({given, *(row.rubric for row in rows)} - {""})
    if len(found) > 1:
        raise InputError(
            f"the labels follow {len(found)} different rubrics, expected one",
            hint="make one file per rubric: a card belongs to the rubric under which its labels were given",
        )
    return found[0] if found else ""


def _row(row: RawRow) -> LabelledRow:
    item = answer_item(row)
    return LabelledRow(
        item=item,
        good=label_of(row),
        annotator=annotator_of(row),
        language=_language(row) or language_of(item.answer.text, item.question),
        rubric=optional_text(row, "rubric") or "",
    )


def _language(row: RawRow) -> str | None:
    """Return the primary language of a tag such as `de-AT` (BCP 47)."""
    value = optional_text(row, "language")
    if value is None:
        return None
    found = _LANGUAGE.fullmatch(value)
    if found is None:
        row.refuse("language", value, "a language tag such as en or de-AT")
    return found[1].lower()
