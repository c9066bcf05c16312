"""The bytes of a report, before anybody knows what it is.

Rules of this place: what is too large, too deep or no text is refused before it is parsed; what is refused is named by
file and place and never quoted, because what stands in a report is not ours to repeat.
"""

import codecs
import json
import re
from collections.abc import Iterator, Sized
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from assay.kernel import InputError
from governance.evidence.imports._names import clean_name

__all__ = [
    "DEEPEST",
    "LARGEST",
    "MOST_RESULTS",
    "Json",
    "bounded",
    "decode",
    "parse_json",
    "parse_lines",
    "too_many",
    "too_many_names",
]

LARGEST: Final = 64 * 1024 * 1024  # bytes
DEEPEST: Final = 100  # objects and lists in each other
MOST_RESULTS: Final = 1_000_000
MOST_NAMES: Final = 1_000  # of tools, probes, plugins or metrics: each becomes a statement

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # what Windows PowerShell writes behind `>`
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_STRING = re.compile(r'"[^"]*"')
_NO_BRACKET = re.compile(r"[^\[\]{}]+")
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


@dataclass(frozen=True, kw_only=True, slots=True)
class Json:
    """A parsed text."""

    value: object
    numbers_missing: bool  # NaN or Infinity stood somewhere: no JSON, but Python writes it


def bounded(data: bytes, file: str) -> None:
    """Raise `InputError` for a report that is larger than any that is read."""
    if len(data) > LARGEST:
        raise InputError(
            f"{file} has {len(data):,} bytes; expected at most {LARGEST:,}",
            hint="leave texts and snippets out of the report, or hand it in as a document",
        )


def decode(data: bytes, file: str) -> str:
    """Return the text of a report; raise `InputError` for one that is empty or not UTF-8."""
    try:
        text = data.decode("utf-16" if data.startswith(_WIDE) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file} is not UTF-8: byte {error.start} cannot be read", hint="save the report as UTF-8"
        ) from error
    if not text.strip():
        raise InputError(f"{file} is empty; expected a report", hint="run the tool again and look at how it ended")
    return text


def parse_json(text: str, file: str, line: int | None = None) -> Json:
    """Parse one JSON text that stands at `line`; raise `InputError` for bad syntax, depth, and keys that come twice."""
    where = file if line is None else f"{file}, line {line}"
    if _depth(text) > DEEPEST:
        raise InputError(f"{where}: nested deeper than {DEEPEST}; expected a report as its tool writes it")
    missing = False

    def no_number(_: str) -> float:
        nonlocal missing
        missing = True
        return float("nan")

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise InputError(f"{where}: the key {clean_name(_twice(pairs))!r} stands twice in one object")
        return found

    try:
        value = json.loads(text, object_pairs_hook=unique, parse_constant=no_number)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}" if line is None else f"column {error.colno}"
        raise InputError(
            f"{where}, {place}: not JSON; expected a whole report", hint="the file may be cut short: make it again"
        ) from error
    except (ValueError, RecursionError) as error:  # an integer of thousands of digits
        raise InputError(f"{where}: a number that no report holds; expected JSON as its tool writes it") from error
    return Json(value=value, numbers_missing=missing)


def parse_lines(text: str, file: str) -> Iterator[tuple[int, Json]]:
    """Parse JSON Lines one by one, with the number of each; empty lines are left out."""
    found = 0
    for number, line in enumerate(text.split("\n"), start=1):  # not splitlines: U+2028 stands inside JSON strings
        if line.strip():
            found += 1
            too_many(found, file)
            yield number, parse_json(line, file, number)


def too_many(results: int, file: str) -> None:
    """Raise `InputError` once a report has more results than are read."""
    if results > MOST_RESULTS:
        raise InputError(f"{file} has more than {MOST_RESULTS:,} results", hint="split the report by tool or by target")


def too_many_names(names: Sized, file: str) -> None:
    """Raise `InputError` once a report names more things than a person would look at."""
    if len(names) > MOST_NAMES:
        raise InputError(
            f"{file} names more than {MOST_NAMES:,} tools, probes, plugins or metrics",
            hint="leave names out of it that are none of those, or split the report",
        )


def _depth(text: str) -> int:
    """Return how deep the brackets outside of strings go; up to the first error of syntax, if there is one."""
    bare = _STRING.sub("", _ESCAPE.sub("", text) if "\\" in text else text)
    return max(accumulate(map(_STEP.__getitem__, _NO_BRACKET.sub("", bare))), default=0)


def _twice(pairs: list[tuple[str, object]]) -> str:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return key
        seen.add(key)
    return ""
