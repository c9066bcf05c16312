"""One row on its way to the filters: its id as it was, its text, or why there is none.

Rules of this place: a row that cannot be read is a row with a problem, never a row that is left out; an id is any JSON
value and is kept as it came, and a row without one is called by its number; no problem repeats a piece of the text.
"""

import re
from typing import NamedTuple

import orjson

from assay.kernel import InputError

__all__ = ["TEXT_FIELDS", "Row", "choose_fields", "make_row"]

# What `--text-field` means when it is not given: the first of these that there is.
TEXT_FIELDS = (
    *("text", "answer", "question", "prompt", "content", "response", "completion", "message", "comment", "body"),
    *("sentence", "input", "output"),
)
_ID_FIELD = "id"
_SURROGATE = re.compile("[\ud800-\udfff]")
_MOST_NAMED = 12  # fields that a message lists


class Row(NamedTuple):
    """A row; `text` is None exactly where `problem` says why."""

    id: str  # JSON
    text: str | None
    problem: str


def make_row(number: int, identity: object, text: object) -> Row:
    """Return the row `number` (from 1) with the values of its fields; None stands for a field that is not there."""
    name = str(number) if identity is None else _id_json(identity)
    if not isinstance(text, str):
        found = "null or absent" if text is None else f"of type {type(text).__name__}"
        return Row(name, None, f"the text is {found}, expected text")
    if not text.isascii() and _SURROGATE.search(text):
        return Row(name, None, "the text is not valid Unicode: bytes that are not UTF-8, or half of a surrogate pair")
    return Row(name, text, "")


def choose_fields(names: list[str], text_field: str | None, id_field: str | None, where: str) -> tuple[str, str | None]:
    """Return the fields that hold text and id; raise `InputError` for one that was named and is not there."""
    shown = ", ".join(repr(name) for name in names[:_MOST_NAMED]) or "none"
    hint = "name the field that holds the texts with --text-field"
    text = text_field or next((name for name in TEXT_FIELDS if name in names), None)
    if text is None:
        raise InputError(f"{where}: none of the fields {shown} is a usual one for texts", hint=hint)
    if text not in names:
        raise InputError(f"{where}, field {text!r}: it is missing; the fields are {shown}", hint=hint)
    if id_field is not None and id_field not in names:
        raise InputError(
            f"{where}, field {id_field!r}: it is missing; the fields are {shown}",
            hint="name the field that holds the ids with --id-field, or leave the option out: rows are then numbered",
        )
    return text, id_field or (_ID_FIELD if _ID_FIELD in names else None)


def _id_json(identity: object) -> str:
    if isinstance(identity, str):
        identity = _SURROGATE.sub("\ufffd", identity)
    elif isinstance(identity, bytes):
        identity = identity.hex()
    try:
        return orjson.dumps(identity, default=str).decode("utf-8")
    except (orjson.JSONEncodeError, RecursionError):
        return orjson.dumps(_SURROGATE.sub("\ufffd", str(identity))).decode("utf-8")
