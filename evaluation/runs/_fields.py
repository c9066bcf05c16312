"""Strict reading of one JSON object: every field has its type, and a field that nobody took is refused.

Rules of this place: `bool` is not an integer; a missing field and a field of the wrong type both name the place (file
and line) and the field; nothing is coerced.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TypeVar

from assay.kernel import InputError, JsonValue

__all__ = ["Fields", "as_list"]

E = TypeVar("E", bound=StrEnum)

_SHARE = re.compile(r"^(0|1|0\.[0-9]{0,5}[1-9])$")
_AMOUNT = re.compile(r"^(0|[1-9][0-9]*)(\.[0-9]+)?$")
_MAX_SHOWN = 60


class Fields:
    """The fields of one object; take each by name and type, then `close`."""

    def __init__(self, value: object, where: str) -> None:
        """Remember the place for messages; raise `InputError` when `value` is no object."""
        if not isinstance(value, dict):
            raise InputError(f"{where}: expected a JSON object, got {_short(value)}")
        self._left: dict[str, JsonValue] = dict(value)
        self._where = where

    def close(self) -> None:
        """Raise `InputError` for fields that nobody took."""
        if self._left:
            raise InputError(f"{self._where}: unknown fields {sorted(self._left)!r}")

    def has(self, name: str) -> bool:
        """Whether the field is there and not taken yet."""
        return name in self._left

    def any(self, name: str) -> JsonValue:
        """Take a field of whatever type."""
        try:
            return self._left.pop(name)
        except KeyError:
            raise InputError(f"{self._where}: the field {name!r} is missing") from None

    def text(self, name: str) -> str:
        """Take a text."""
        value = self.any(name)
        if isinstance(value, str):
            return value
        raise self.refuse(name, value, "text")

    def optional_text(self, name: str) -> str | None:
        """Take a text or null."""
        value = self.any(name)
        if value is None or isinstance(value, str):
            return value
        raise self.refuse(name, value, "text or null")

    def count(self, name: str) -> int:
        """Take an integer from 0 up."""
        value = self.any(name)
        if type(value) is int and value >= 0:
            return value
        raise self.refuse(name, value, "an integer from 0 up")

    def optional_count(self, name: str) -> int | None:
        """Take an integer from 0 up, or null."""
        if name in self._left and self._left[name] is None:
            del self._left[name]
            return None
        return self.count(name)

    def flag(self, name: str) -> bool:
        """Take true or false."""
        value = self.any(name)
        if isinstance(value, bool):
            return value
        raise self.refuse(name, value, "true or false")

    def choice(self, name: str, kind: type[E]) -> E:
        """Take one word of a closed set."""
        value = self.any(name)
        found: E | None = _members(kind).get(value) if isinstance(value, str) else None
        if found is None:
            raise self.refuse(name, value, "one of " + ", ".join(kind))
        return found

    def optional_choice(self, name: str, kind: type[E]) -> E | None:
        """Take one word of a closed set, if the field is there at all."""
        return self.choice(name, kind) if name in self._left else None

    def texts(self, name: str) -> tuple[str, ...]:
        """Take a list of texts."""
        value = self.any(name)
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            return tuple(value)
        raise self.refuse(name, value, "a list of texts")

    def optional_texts(self, name: str) -> tuple[str, ...] | None:
        """Take a list of texts or null."""
        if name in self._left and self._left[name] is None:
            del self._left[name]
            return None
        return self.texts(name)

    def optional_share(self, name: str) -> float | None:
        """Take a decimal text in 0..1 with at most six decimals and no trailing zero, or null."""
        value = self.optional_text(name)
        if value is None:
            return None
        if _SHARE.match(value):
            return float(value)
        raise self.refuse(name, value, 'a decimal text such as "0.5" in 0..1')

    def amount(self, name: str) -> Decimal:
        """Take a decimal text from 0 up."""
        value = self.text(name)
        if _AMOUNT.match(value):
            return Decimal(value)
        raise self.refuse(name, value, 'a decimal text such as "0.25"')

    def mapping(self, name: str) -> Mapping[str, JsonValue]:
        """Take an object, its content unread."""
        value = self.any(name)
        if isinstance(value, dict):
            return value
        raise self.refuse(name, value, "an object")

    def optional_mapping(self, name: str) -> Mapping[str, JsonValue] | None:
        """Take an object or null, its content unread."""
        value = self.any(name)
        if value is None or isinstance(value, dict):
            return value
        raise self.refuse(name, value, "an object or null")

    def inner(self, name: str) -> "Fields":
        """Take an object to read on."""
        return Fields(self.any(name), f"{self._where}, {name}")

    def optional_inner(self, name: str) -> "Fields | None":
        """Take an object to read on, or null."""
        value = self.any(name)
        return None if value is None else Fields(value, f"{self._where}, {name}")

    def rest_as_texts(self) -> dict[str, str]:
        """Take all fields that are left; each must hold a text."""
        return {name: self.text(name) for name in list(self._left)}

    def inners(self, name: str) -> "list[Fields]":
        """Take a list of objects to read on."""
        return [Fields(part, f"{self._where}, {name}[{at}]") for at, part in enumerate(as_list(self.any(name), name))]

    def refuse(self, name: str, value: object, expected: str) -> InputError:
        """Return the error for a field whose value is wrong."""
        return InputError(f"{self._where}: the field {name!r} holds {_short(value)}, expected {expected}")


def as_list(value: JsonValue, name: str) -> Sequence[JsonValue]:
    """Return a list as it is; raise `InputError` for anything else."""
    if isinstance(value, list):
        return value
    raise InputError(f"{name} holds {_short(value)}, expected a list")


@cache
def _members(kind: type[E]) -> Mapping[str, E]:
    """Look words up a third as dear as by calling the class."""
    return {str(member): member for member in kind}


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"
