"""A value of a parsed report together with where it stands, so that a refusal can name the place.

Rules of this place: a wrong value is told by its kind, never quoted; null and absent are the same, as tools mix them.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from assay.kernel import InputError

__all__ = ["Node"]

_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number", float: "a number"}


@dataclass(slots=True, eq=False)  # not frozen: a report has millions of them, and freezing doubles what one costs
class Node:
    """One value, the file that it stands in, and the way to it; nobody changes one."""

    value: object
    file: str
    parent: "Node | None" = None
    key: str | int = ""

    @property
    def place(self) -> str:
        """The way from the top: `runs[0].tool.driver`."""
        if self.parent is None:
            return str(self.key)
        above = self.parent.place
        if isinstance(self.key, int):
            return f"{above}[{self.key}]"
        return f"{above}.{self.key}" if above else self.key

    @property
    def given(self) -> bool:
        """Whether there is anything here."""
        return self.value is not None

    def get(self, key: str) -> "Node":
        """Return the field of an object; one that is not there holds None."""
        return Node(self._mapping().get(key), self.file, self, key)

    def has(self, key: str) -> bool:
        """Whether this is an object with that field, whatever it holds."""
        return isinstance(self.value, dict) and key in self.value

    def fields(self) -> Iterator[tuple[str, "Node"]]:
        """Iterate over the fields of an object, none where it is absent."""
        for key, item in self._mapping().items():
            yield key, Node(item, self.file, self, key)

    def items(self) -> Iterator["Node"]:
        """Iterate over a list, none where it is absent."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            self.wrong("a list")
        for index, item in enumerate(self.value):
            yield Node(item, self.file, self, index)

    def text(self) -> str | None:
        """Return the text, None where it is absent or empty."""
        if self.value is None:
            return None
        if not isinstance(self.value, str):
            self.wrong("a text")
        return self.value if self.value.strip() else None

    def needed_text(self) -> str:
        """Return the text; raise `InputError` where it is absent or empty."""
        return self.text() or self.wrong("a text that is not empty")

    def flag(self) -> bool | None:
        """Return true or false, None where it is absent."""
        if self.value is None or isinstance(self.value, bool):
            return self.value
        return self.wrong("true or false")

    def count(self) -> int | None:
        """Return a whole number that is not negative, None where it is absent."""
        if self.value is None:
            return None
        if isinstance(self.value, bool) or not isinstance(self.value, int) or self.value < 0:
            self.wrong("a whole number that is not negative")
        return self.value

    def number(self) -> float | None:
        """Return a number, None where it is absent or not finite."""
        if self.value is None:
            return None
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)):
            self.wrong("a number")
        try:
            found = float(self.value)
        except OverflowError:
            return None
        return found if math.isfinite(found) else None

    def wrong(self, expected: str) -> NoReturn:
        """Raise the `InputError` that names file, place and what was expected."""
        got = "nothing" if self.value is None else _KINDS.get(type(self.value), "something else")
        if isinstance(self.value, str) and expected.startswith("a text"):
            got = "an empty text"
        raise InputError(
            f"{self.file}, {self.place or 'top level'}: expected {expected}, got {got}",
            hint="make the report again with the tool's own option for this format",
        )

    def _mapping(self) -> dict[str, object]:
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            self.wrong("an object")
        return self.value
