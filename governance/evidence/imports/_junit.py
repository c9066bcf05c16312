"""JUnit XML: what a test runner found.

There is no standard; this reads what Ant, Maven Surefire, pytest, Jest, GoogleTest, Bazel and their kin write.
Rules of this place: a document type is refused, and with it every entity and every fetch; a test that passed only when
it was repeated did not pass; tests that a suite counts and does not list are missing; what was skipped proves nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from assay.kernel import InputError
from governance.evidence._types import Conclusion
from governance.evidence.imports._bytes import DEEPEST, too_many
from governance.evidence.imports._names import clean_name
from governance.evidence.imports._numbers import rate_of
from governance.evidence.imports._times import oldest
from governance.evidence.imports._types import ImportedReport, ReportFormat, Statement
from risks import EvidenceKind

__all__ = ["read"]

_SUITES: Final = frozenset({"testsuites", "testsuite"})
_ENDS: Final = {
    "failure": "failed",
    "error": "errored",
    "flakyFailure": "flaky",
    "flakyError": "flaky",
    "skipped": "skipped",
    "disabled": "skipped",
}
_GRAVITY: Final = ("failed", "errored", "flaky", "skipped", "passed")
_WORDS: Final = {  # `status` and `result`, where a runner says it there alone
    **dict.fromkeys(("failed", "failure", "fail"), "failed"),
    **dict.fromkeys(("error", "errored"), "errored"),
    **dict.fromkeys(("notrun", "skipped", "suppressed", "disabled", "ignored"), "skipped"),
}
OURS: Final = "assay.gate."  # class of the cases that a gate writes: its own document is no evidence for a gate
_MOST_SUITES: Final = 200  # with a statement of their own


@dataclass(slots=True)
class _Suite:
    """Counts of a suite and of all suites in it."""

    name: str | None = None
    tests: int = 0  # as the suite says, 0 where it does not
    faults: int = 0  # failures and errors, as the suite says
    missing: int = 0
    ends: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_GRAVITY, 0))

    @property
    def listed(self) -> int:
        return sum(self.ends.values())

    def close(self) -> None:
        """Compare what is listed with what the suite says of itself."""
        shown = self.ends["failed"] + self.ends["errored"] + self.ends["flaky"]
        self.missing = max(self.missing, self.tests - self.listed, self.faults - shown)

    def take(self, other: "_Suite") -> None:
        """Add the counts of a suite that has ended."""
        self.missing += other.missing
        for end, count in other.ends.items():
            self.ends[end] += count

    @property
    def conclusion(self) -> Conclusion:
        if self.ends["failed"] or self.ends["flaky"]:
            return Conclusion.NOT_SATISFIED
        if self.ends["errored"]:
            return Conclusion.ERROR
        return Conclusion.SATISFIED if self.ends["passed"] and not self.missing else Conclusion.INCONCLUSIVE

    def statement(self, of: str) -> Statement:
        n = self.ends["passed"] + self.ends["failed"] + self.ends["flaky"]
        rate = rate_of(self.ends["passed"], n)
        return Statement(
            kind=EvidenceKind.SUITE,
            of=of,
            conclusion=self.conclusion,
            value=rate.value,
            lower=rate.lower,
            upper=rate.upper,
            n=n,
            failures=self.ends["errored"] + self.missing,
        )


class _Reader:
    """What expat tells, one element after the other, so that memory does not grow with the file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse_document_type
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._path: list[str] = []
        self._open: list[_Suite] = []
        self._case: str | None = None  # how the test that is open ended so far
        self.whole = _Suite()
        self.suites: dict[str, _Suite] = {}
        self.times: list[str | None] = []

    def read(self, data: bytes) -> None:
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            raise InputError(
                f"{self._file}, line {error.lineno}, column {error.offset + 1}: not well-formed XML",
                hint="the file may be cut short: make it again",
            ) from error
        except (LookupError, ValueError) as error:  # an encoding that Python has no name for, or of many bytes
            raise InputError(f"{self._file}: its encoding cannot be read", hint="save the report as UTF-8") from error

    def _refuse_document_type(self, *_: object) -> None:
        raise self._wrong("a document type is refused, with the entities that it could bring")

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if not self._path and tag not in _SUITES:
            hint = "of XML, JUnit reports are read; a bill of CycloneDX is read as JSON"
            raise self._wrong("the root is neither testsuites nor testsuite: no JUnit report", hint)
        if len(self._path) >= DEEPEST:
            raise self._wrong(f"nested deeper than {DEEPEST}")
        if tag in _SUITES:
            self._open.append(self._suite(attributes))
        elif tag == "testcase":
            self._begin_case(attributes)
        elif self._path[-1] == "testcase" and tag in _ENDS:
            self._case = min(self._case or "passed", _ENDS[tag], key=_GRAVITY.index)
        self._path.append(tag)

    def _end(self, _: str) -> None:
        tag = self._path.pop()
        if tag in _SUITES:
            self._close_suite(first_level=tag == "testsuite" and self._path in ([], ["testsuites"]))
        elif tag == "testcase":
            self._open[-1].ends[self._case or "passed"] += 1
            self._case = None

    def _suite(self, attributes: Mapping[str, str]) -> _Suite:
        self.times.append(attributes.get("timestamp"))
        faults = self._count(attributes, "failures") + self._count(attributes, "errors")
        return _Suite(attributes.get("name"), self._count(attributes, "tests"), faults)

    def _begin_case(self, attributes: Mapping[str, str]) -> None:
        if not self._open or self._case is not None:
            raise self._wrong("a testcase stands where none may stand; expected it in a testsuite")
        if attributes.get("classname", "").startswith(OURS):
            raise self._wrong("this is a gate's own document, which is no evidence for a gate")
        too_many(self.whole.listed + sum(suite.listed for suite in self._open) + 1, self._file)
        words = (_WORDS.get(attributes.get(name, "").lower(), "passed") for name in ("status", "result"))
        self._case = min(words, key=_GRAVITY.index)

    def _close_suite(self, *, first_level: bool) -> None:
        suite = self._open.pop()
        suite.close()
        above = self._open[-1] if self._open else self.whole
        above.take(suite)
        if suite.name and first_level:
            self.suites.setdefault(clean_name(suite.name), _Suite()).take(suite)

    def _count(self, attributes: Mapping[str, str], name: str) -> int:
        text = attributes.get(name, "").strip() or "0"
        if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004  # more tests than a file can hold
            raise self._wrong(f"the attribute {name} is no number of tests")
        return int(text)

    def _wrong(self, why: str, hint: str = "") -> InputError:
        hint = hint or "make the report again with the test runner's own option for JUnit XML"
        return InputError(f"{self._file}, line {self._parser.CurrentLineNumber}: {why}", hint=hint)


def read(data: bytes, file: str) -> ImportedReport:
    """Return what a JUnit report states: all tests as `junit`, each suite of the first level as `junit:<name>`."""
    reader = _Reader(file)
    reader.read(data)
    issued_at, notes = oldest(reader.times)
    named = reader.suites if len(reader.suites) <= _MOST_SUITES else {}
    statements = [reader.whole.statement("junit")]
    statements += [suite.statement(f"junit:{name}") for name, suite in named.items()]
    return ImportedReport(
        format=ReportFormat.JUNIT,
        tool=None,
        tool_version=None,
        issued_at=issued_at,
        statements=tuple(statements),
        summary=_summary(reader.whole),
        notes=notes + _notes(reader.whole, suites=len(reader.suites)),
    )


def _summary(whole: _Suite) -> str:
    ends = whole.ends
    said = f"{whole.listed} tests: {ends['passed']} passed, {ends['failed']} failed, {ends['errored']} with errors"
    return f"{said}, {ends['flaky']} flaky, {ends['skipped']} skipped, {whole.missing} missing"


def _notes(whole: _Suite, *, suites: int) -> tuple[str, ...]:
    notes = []
    if whole.ends["flaky"]:
        notes.append("a test that passed only when it was repeated counts as failed")
    if whole.missing:
        notes.append("suites count tests or failures that the report does not list")
    if not whole.listed:
        notes.append("the report holds no test")
    elif not whole.ends["passed"] + whole.ends["failed"] + whole.ends["errored"] + whole.ends["flaky"]:
        notes.append("every test was skipped")
    if suites > _MOST_SUITES:
        notes.append(f"{suites} suites are stated together: more than {_MOST_SUITES}")
    return tuple(notes)
