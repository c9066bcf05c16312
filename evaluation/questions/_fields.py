"""The fields of a row: what each may hold, and what absence means.

Rules of this place: an absent field, a JSON null and an empty CSV cell are the same (but for `answer`, where an empty
text is an answer); `contexts: []` is not absence; unknown fields are kept, unread.
"""

import json
import re
from collections.abc import Mapping

from assay.kernel import content_id
from evaluation.questions._rows import RawRow

__all__ = ["optional_text", "required_text", "row_id", "tags_of", "texts_of", "unknown_fields"]

_TAG = re.compile(r"[A-Za-z0-9_.:/-]{1,64}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_ID = 512
_LIST_EXAMPLE = 'a list of texts such as ["first", "second"]'


def required_text(row: RawRow, field: str, *, may_be_empty: bool = False) -> str:
    """Return the text of a field that every row has; raise `InputError`."""
    value = row.fields.get(field)
    if value is None and field not in row.fields:
        row.refuse_absence(field)
    if not isinstance(value, str):
        row.refuse(field, value, "text")
    if not may_be_empty and not value.strip():
        row.refuse(field, value, "text that is not empty")
    return _valid(row, field, value)


def optional_text(row: RawRow, field: str) -> str | None:
    """Return the text, or None where the row has none or an empty one; raise `InputError`."""
    value = row.fields.get(field)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        row.refuse(field, value, "text")
    return _valid(row, field, value)


def texts_of(row: RawRow, field: str) -> tuple[str, ...] | None:
    """Return a list of texts, `()` for an empty list, None where the row has none; raise `InputError`."""
    value = row.fields.get(field)
    if value is None or (row.flat and value == ""):
        return None
    found = _list_in_cell(row, field, value) if isinstance(value, str) and row.flat else value
    if not isinstance(found, list):
        row.refuse(field, found, _LIST_EXAMPLE)
    for index, text in enumerate(found):
        if not isinstance(text, str):
            row.refuse(f"{field}[{index}]", text, "text")
        _valid(row, f"{field}[{index}]", text)
    return tuple(found)


def tags_of(row: RawRow) -> tuple[str, ...]:
    """Return the tags; they stand in files without free text, so each is a short plain word; raise `InputError`."""
    tags = texts_of(row, "tags") or ()
    for tag in tags:
        if not _TAG.fullmatch(tag):
            row.refuse("tags", tag, "1 to 64 letters, digits or any of _ . : / -")
    return tags


def row_id(row: RawRow, prefix: str, *content: str) -> str:
    """Return the id as it was given, else one from the row's content and position; raise `InputError`.

    The content that counts is what is asked, not what was answered: the rows of two answers files for the same
    questions in the same order pair up.
    """
    value = row.fields.get("id")
    if value is None or (row.flat and value == ""):
        return content_id(prefix, str(row.position), *content)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value or len(value) > _LONGEST_ID:
        row.refuse("id", value, f"text of 1 to {_LONGEST_ID} characters, or no id at all")
    return _valid(row, "id", value)


def unknown_fields(row: RawRow, known: frozenset[str]) -> Mapping[str, object]:
    """Return the fields that nobody reads here."""
    return {name: value for name, value in row.fields.items() if name not in known}


def _list_in_cell(row: RawRow, field: str, cell: str) -> object:
    try:
        found: object = json.loads(cell)
    except (ValueError, RecursionError):
        row.refuse(field, cell, _LIST_EXAMPLE)
    return found


def _valid(row: RawRow, field: str, text: str) -> str:
    """Refuse half of a surrogate pair: no protocol and no digest can carry it."""
    if not text.isascii() and _SURROGATE.search(text):
        row.refuse(field, text, "text without lone surrogates")
    return text
