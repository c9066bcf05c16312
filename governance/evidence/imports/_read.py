"""One door for all reports: what a file is, is found by what it holds.

Rules of this place: exactly one format must know the file; a name or an ending proves nothing. A format that the user
names is tried alone, and the file must still be of it.
"""

import codecs
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from assay.kernel import InputError
from governance.evidence.imports import _cyclonedx, _deepeval, _garak, _junit, _pip_audit, _promptfoo, _ragas, _sarif
from governance.evidence.imports._bytes import bounded, decode, parse_json, parse_lines
from governance.evidence.imports._names import clean_name
from governance.evidence.imports._node import Node
from governance.evidence.imports._types import ImportedReport, ReportFormat

__all__ = ["FORMATS", "read_report"]

FORMATS: Final = tuple(one.value for one in ReportFormat)
_AUTO: Final = "auto"
_AGAIN: Final = "make the report again as docs/evidence-imports.md shows"
_OTHERWISE: Final = "name it with --format, or hand it in as a document: assay evidence submit FILE --kind document"
_XML_STARTS: Final = (b"<", "<".encode("utf-16-le"), "<".encode("utf-16-be"))
_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, kw_only=True, slots=True)
class _JsonFormat:
    """How one format of JSON is known and read."""

    knows: Callable[[Node], bool]
    read: Callable[[Node], ImportedReport]
    missing_numbers: bool = False  # Python wrote it, and a row without a score is NaN


_JSON: Final[Mapping[ReportFormat, _JsonFormat]] = {
    ReportFormat.SARIF: _JsonFormat(knows=_sarif.knows, read=_sarif.read),
    ReportFormat.CYCLONEDX: _JsonFormat(knows=_cyclonedx.knows, read=_cyclonedx.read),
    ReportFormat.PIP_AUDIT: _JsonFormat(knows=_pip_audit.knows, read=_pip_audit.read),
    ReportFormat.GARAK: _JsonFormat(knows=_garak.knows, read=_garak.read),
    ReportFormat.PROMPTFOO: _JsonFormat(knows=_promptfoo.knows, read=_promptfoo.read),
    ReportFormat.DEEPEVAL: _JsonFormat(knows=_deepeval.knows, read=_deepeval.read, missing_numbers=True),
    ReportFormat.RAGAS: _JsonFormat(knows=_ragas.knows, read=_ragas.read, missing_numbers=True),
}


def read_report(data: bytes, *, name: str, format: str | None = None) -> ImportedReport:  # noqa: A002  # the user's word
    """Return what a report states; `name` names it in messages, `format` is one of `FORMATS`, None or "auto": find out.

    Raises `InputError` for what is unknown, ambiguous, damaged, too large or too deep.
    """
    file = clean_name(name)
    wanted = _wanted(format)
    bounded(data, file)
    if _looks_like_xml(data):
        if wanted not in {None, ReportFormat.JUNIT}:
            raise _unknown(file, "XML", wanted)
        return _junit.read(data, file)
    text = decode(data, file)
    if not text.lstrip().startswith(("{", "[")):
        return _table(text, file, wanted)
    first = _first_line(text, file)
    return _json(text, file, wanted) if first is None else _lines(text, file, first, wanted)


def _wanted(name: str | None) -> ReportFormat | None:
    if name is None or name == _AUTO:
        return None
    if name not in FORMATS:
        raise InputError(
            f"there is no report format {clean_name(name)!r}", hint=f"choose one of: {_AUTO}, {', '.join(FORMATS)}"
        )
    return ReportFormat(name)


def _looks_like_xml(data: bytes) -> bool:
    start = data[:1024]
    for mark in _MARKS:
        start = start.removeprefix(mark)
    return start.lstrip(b" \t\r\n").startswith(_XML_STARTS)


def _table(text: str, file: str, wanted: ReportFormat | None) -> ImportedReport:
    if wanted is ReportFormat.RAGAS or (wanted is None and _ragas.knows_table(text)):
        return _ragas.read_table(text, file)
    raise _unknown(file, "neither JSON nor XML, nor a table of ragas", wanted)


def _first_line(text: str, file: str) -> Node | None:
    """Return the first line of JSON Lines, None for one JSON text."""
    line, _, rest = text.lstrip().partition("\n")
    if not rest.strip():
        return None
    try:
        value = parse_json(line, file).value
    except InputError:
        return None  # one text over many lines, or damaged, which is told when it is parsed
    return Node(value, file) if isinstance(value, dict) else None


def _lines(text: str, file: str, first: Node, wanted: ReportFormat | None) -> ImportedReport:
    if wanted in {None, ReportFormat.GARAK} and _garak.knows(first):
        return _garak.read_lines(text, file)
    if wanted is ReportFormat.RAGAS or (wanted is None and _ragas.knows_row(first)):
        return _ragas.read(Node([line.value for _, line in parse_lines(text, file)], file))
    raise _unknown(file, "JSON Lines", wanted)


def _json(text: str, file: str, wanted: ReportFormat | None) -> ImportedReport:
    parsed = parse_json(text, file)
    top = Node(parsed.value, file)
    found = _known(top, file, wanted)
    if parsed.numbers_missing and not _JSON[found].missing_numbers:
        raise InputError(f"{file}: NaN and Infinity are no JSON, and {found} never writes them", hint=_AGAIN)
    return _JSON[found].read(top)


def _known(top: Node, file: str, wanted: ReportFormat | None) -> ReportFormat:
    if wanted is ReportFormat.RAGAS and top.value:
        return wanted  # its metrics have any name, so that its user must be believed
    knowing = [one for one in _JSON if _JSON[one].knows(top)]
    if wanted is not None:
        knowing = [one for one in knowing if one is wanted]
    if not knowing:
        raise _unknown(file, "JSON", wanted)
    if len(knowing) > 1:
        raise InputError(
            f"{file} could be of several formats: {', '.join(knowing)}", hint="name one of them with --format"
        )
    return knowing[0]


def _unknown(file: str, kind: str, wanted: ReportFormat | None) -> InputError:
    if wanted is not None:
        return InputError(f"{file} is {kind}, but no report of the format {wanted}", hint=_AGAIN)
    return InputError(f"{file} is {kind}, but of no format that is known; tried {', '.join(FORMATS)}", hint=_OTHERWISE)
