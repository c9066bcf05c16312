"""Reading lists: YAML (with id, version, source, date, licence), CSV (with a header) or plain text (one entry a line).

Rules of this place: a list with one bad entry is refused whole, and the message names file, line and field. Plain
text: empty lines and lines that begin with `#` say nothing, and an entry's id is its line's number. What a file leaves
out (severity, fuzzy, whole_word) its setting says, else: medium, exact, whole words.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from assay.kernel import InputError, digest_bytes, digest_json
from evaluation.filters.keywords._types import Entry, KeywordList, Severity

__all__ = ["ListSetting", "read_list"]

_FIELDS: Final = ("id", "text", "severity", "fuzzy", "whole_word", "marking")
_HEAD: Final = ("id", "version", "source", "date", "licence")
_DEFAULTS: Final = ("severity", "fuzzy", "whole_word", "marking")
_LONGEST: Final = 5_000  # code points of an entry
_MOST: Final = 1_000_000  # entries of a list
_TRUTHS: Final[Mapping[str, bool]] = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, kw_only=True)
class ListSetting:
    """Which file is read, and what holds for its entries that say nothing else."""

    name: str
    path: Path
    severity: Severity | None = None
    fuzzy: bool | None = None
    whole_word: bool | None = None


def read_list(setting: ListSetting) -> KeywordList:
    """Return the list; raise `InputError` that names file, line and field. A file that did not change is read once."""
    try:
        raw = setting.path.read_bytes()
    except OSError as error:
        raise InputError(
            f"the keyword list {str(setting.path)!r} cannot be read: {error.strerror}",
            hint="name an existing YAML, CSV or text file under `filters: keywords: lists:` in assay.yaml",
        ) from error
    return _read(setting, raw)


@lru_cache(maxsize=16)
def _read(setting: ListSetting, raw: bytes) -> KeywordList:
    reader = _Reader(setting)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise reader.bad(raw[: error.start].count(b"\n") + 1, "text", "not UTF-8", "UTF-8") from None
    kinds = {".yaml": reader.from_yaml, ".yml": reader.from_yaml, ".csv": reader.from_csv}
    entries, allowed = kinds.get(setting.path.suffix.lower(), reader.from_text)(text)
    if not entries:
        raise reader.bad(1, "text", "no entry", "at least one")
    said: list[str | None] = [setting.name, setting.severity, str(setting.fuzzy), str(setting.whole_word)]
    digest = digest_json([digest_bytes(raw), *said])
    return KeywordList(name=setting.name, digest=digest, entries=tuple(entries), allowed=tuple(allowed))


class _Reader:
    """Reads one file; keeps what its messages need."""

    def __init__(self, setting: ListSetting) -> None:
        self._setting = setting
        self._seen: set[str] = set()
        self._defaults: dict[str, Any] = {"severity": Severity.MEDIUM, "fuzzy": False, "whole_word": True,
                                          "marking": False}  # fmt: skip
        said = {"severity": setting.severity, "fuzzy": setting.fuzzy, "whole_word": setting.whole_word}
        self._set = {name: value for name, value in said.items() if value is not None}
        self._defaults |= self._set

    def bad(self, line: int, name: str, got: object, expected: str) -> InputError:
        """Return what to raise; it may quote the list, which is no text that is scanned."""
        where = f"the keyword list {str(self._setting.path)!r}, line {line}, field {name!r}"
        return InputError(f"{where}: {got!r}, expected {expected}", hint="mend the line; the list is refused whole")

    def from_text(self, text: str) -> tuple[list[Entry], list[str]]:
        """Read one entry a line."""
        rows = ((line, said.strip()) for line, said in enumerate(text.split("\n"), 1))
        return [
            self._entry(line, {"id": f"line-{line}", "text": said})
            for line, said in rows
            if said and not said.startswith("#")
        ], []

    def from_csv(self, text: str) -> tuple[list[Entry], list[str]]:
        """Read rows under a header that has at least `text`."""
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        header = rows.fieldnames or []
        for name in header:
            if name not in _FIELDS:
                raise self.bad(1, str(name), "unknown", f"fields of {', '.join(_FIELDS)}")
        if "text" not in header:
            raise self.bad(1, "text", "missing", "a column of this name")
        return list(self._csv_rows(rows)), []

    def _csv_rows(self, rows: "csv.DictReader[str]") -> Iterator[Entry]:
        try:
            for row in rows:
                if None in row or None in row.values():
                    raise self.bad(rows.line_num, "text", f"{len(row)} cells", f"{len(rows.fieldnames or ())} cells")
                said = {name: self._truth(rows.line_num, name, value) for name, value in row.items() if value != ""}
                yield self._entry(rows.line_num, {"id": f"line-{rows.line_num}", "text": "", **said})
        except csv.Error as error:
            raise self.bad(rows.reader.line_num, "text", str(error), "a CSV row (RFC 4180)") from None

    def _truth(self, line: int, name: str, value: str) -> str | bool:
        if name not in {"fuzzy", "whole_word", "marking"}:
            return value
        if value.lower() not in _TRUTHS:
            raise self.bad(line, name, value, "true or false")
        return _TRUTHS[value.lower()]

    def from_yaml(self, text: str) -> tuple[list[Entry], list[str]]:
        """Read a mapping with a head, `entries` and optionally `allowed` and defaults."""
        try:
            data = yaml.load(text, Loader=yaml.CSafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise self.bad(mark.line + 1 if mark else 1, "text", "no YAML", "a YAML mapping") from None
        self._check_head(data)
        self._defaults |= {name: data[name] for name in _DEFAULTS if name in data} | self._set
        entries = [
            self._entry(place, said if isinstance(said, dict) else {"text": said}, source=text)
            for place, said in enumerate(data["entries"])
        ]
        return entries, list(data.get("allowed", []))

    def _check_head(self, data: object) -> None:
        if not isinstance(data, dict):
            raise self.bad(1, "entries", type(data).__name__, "a mapping with `entries`")
        for name in _HEAD:
            if name not in data:
                raise self.bad(1, name, "missing", f"a head of {', '.join(_HEAD)}")
        for name in data:
            if name not in {*_HEAD, *_DEFAULTS, "entries", "allowed"}:
                raise self.bad(
                    1, str(name), "unknown", f"one of {', '.join((*_HEAD, *_DEFAULTS, 'entries', 'allowed'))}"
                )
        for name in ("entries", "allowed"):
            if not isinstance(data.get(name, []), list):
                raise self.bad(1, name, type(data[name]).__name__, "a list")
        if not all(isinstance(phrase, str) and phrase.strip() for phrase in data.get("allowed", [])):
            raise self.bad(1, "allowed", "an empty phrase or none", "phrases")

    def _entry(self, line: int, said: Mapping[str, Any], source: str = "") -> Entry:
        """Check one entry; in YAML `line` is its place in the list, and its line is looked up only for a message."""
        values = {"id": f"entry-{line + 1}", **self._defaults, **said}
        for name, got, expected in self._faults(values):
            raise self.bad(_line_of(source, line) if source else line, name, got, expected)
        self._seen.add(values["id"])
        return Entry(**(values | {"severity": Severity(values["severity"])}))

    def _faults(self, values: Mapping[str, Any]) -> Iterator[tuple[str, object, str]]:
        """Yield field, what it holds and what was expected."""
        yield from ((str(name), "unknown", f"one of {', '.join(_FIELDS)}") for name in values if name not in _FIELDS)
        text, id_ = values.get("text"), values["id"]
        if not isinstance(text, str) or not any(map(str.isalnum, text)):
            yield "text", text, "a word or a phrase"
        elif len(text) > _LONGEST:
            yield "text", f"{len(text)} code points", f"at most {_LONGEST}"
        if values["severity"] not in list(Severity):
            yield "severity", values["severity"], f"one of {', '.join(Severity)}"
        for name in ("fuzzy", "whole_word", "marking"):
            if not isinstance(values[name], bool):
                yield name, values[name], "true or false"
        if not isinstance(id_, str) or not id_ or id_ in self._seen:
            yield "id", id_, "an id that no other entry has"
        if len(self._seen) >= _MOST:
            yield "text", f"more than {_MOST} entries", f"at most {_MOST}"


def _line_of(source: str, place: int) -> int:
    root: Any = yaml.compose(source, Loader=yaml.CSafeLoader)
    entries = next(value for key, value in root.value if key.value == "entries")
    return int(entries.value[place].start_mark.line) + 1
