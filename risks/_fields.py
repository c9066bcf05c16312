"""Reading YAML by hand with a memory for mistakes: each has a pointer (RFC 6901), none stops the reading."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

__all__ = ["Fields", "Problems", "is_day"]

E = TypeVar("E", bound=StrEnum)
_SHOWN: Final = 200  # characters of what stands in a file that a message repeats


def is_day(value: object) -> bool:
    """Whether a value is a calendar day as ISO 8601 writes it."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item.strip() for item in value)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _token(key: object) -> str:
    """Return a key as a part of a pointer (RFC 6901 §3)."""
    return str(key).replace("~", "~0").replace("/", "~1")


class Problems:
    """Everything that is wrong with one file."""

    def __init__(self, file: str) -> None:
        """Start without a mistake."""
        self._file = file
        self.found: list[str] = []

    def add(self, pointer: str, message: str) -> None:
        """Note a mistake at a JSON pointer; keys that nobody can print are escaped."""
        shown = pointer if pointer.isprintable() else repr(pointer)[1:-1]
        self.found.append(f"{self._file}#{_short(shown)}: {message}")


class Fields:
    """One mapping of the file; every key must be taken, and `close` reports those that were not."""

    def __init__(self, value: object, pointer: str, problems: Problems) -> None:
        """Read `value`; anything but a mapping is a mistake and reads as empty."""
        self.pointer = pointer
        self._problems = problems
        self._rest: dict[object, object] = dict(value) if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            problems.add(pointer, f"expected a mapping, got {_short(repr(value))}")

    def text(self, key: str) -> str:
        """Take a text that is not empty."""
        value = self.take(key)
        if isinstance(value, str) and value.strip():
            return value
        self.refuse(key, value, "a text in quotes")
        return ""

    def optional(self, key: str) -> str:
        """Take a text that need not be there; without it, an empty one."""
        return self.text(key) if key in self._rest else ""

    def texts(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """Take a list of texts, none of them empty."""
        if not required and key not in self._rest:
            return ()
        value = self.take(key)
        if isinstance(value, list) and _are_texts(value):
            return tuple(value)
        self.refuse(key, value, "a list of texts in quotes")
        return ()

    def date(self, key: str) -> str:
        """Take a day, as ISO 8601."""
        value = self.take(key)
        if is_day(value):
            return str(value)
        self.refuse(key, value, "a day such as 2026-12-02")
        return ""

    def keys(self) -> tuple[str, ...]:
        """Return the keys that nobody has taken."""
        return tuple(str(key) for key in self._rest)

    def peek(self, key: str) -> object:
        """Return what stands at a key, without taking it."""
        return self._rest.get(key)

    def has(self, key: str) -> bool:
        """Whether a key is there, and nobody has taken it."""
        return key in self._rest

    def whole(self, key: str) -> int:
        """Take a whole number from 0."""
        value = self.take(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self.refuse(key, value, "a whole number")
        return 0

    def choice(self, key: str, kind: type[E], default: E) -> E:
        """Take one of a closed set."""
        value = self.take(key)
        if isinstance(value, str) and value in {member.value for member in kind}:
            return kind(value)
        self.refuse(key, value, "one of " + ", ".join(kind))
        return default

    def inner(self, key: str) -> "Fields":
        """Take a mapping."""
        return Fields(self.take(key), f"{self.pointer}/{key}", self._problems)

    def each(self, key: str) -> Iterator["Fields"]:
        """Take a list of mappings."""
        value = self.take(key)
        if not isinstance(value, list):
            self.refuse(key, value, "a list")
            return
        for index, item in enumerate(value):
            yield Fields(item, f"{self.pointer}/{key}/{index}", self._problems)

    def lists(self, key: str) -> tuple[tuple[str, ...], ...]:
        """Take a list of lists of texts, none of them empty."""
        value = self.take(key)
        if isinstance(value, list) and value and all(_are_texts(item) for item in value):
            return tuple(tuple(item) for item in value)
        self.refuse(key, value, "a list of lists of texts in quotes")
        return ()

    def close(self) -> None:
        """Report keys that mean nothing here."""
        for key in self._rest:
            self._problems.add(f"{self.pointer}/{_token(key)}", "unknown key")

    def refuse(self, key: str, value: object, expected: str) -> None:
        """Note what stands at a key instead of what should."""
        self._problems.add(f"{self.pointer}/{_token(key)}", f"expected {expected}, got {_short(repr(value))}")

    def take(self, key: str) -> object:
        """Take whatever stands at a key."""
        return self._rest.pop(key, None)

    def drop(self, key: str) -> None:
        """Let a key be, whatever stands there."""
        self._rest.pop(key, None)
