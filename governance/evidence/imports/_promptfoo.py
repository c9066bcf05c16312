"""promptfoo's results (JSON): how many of the asked cases passed.

Read are the summaries of versions 1 to 3, as `promptfoo eval --output results.json` and `promptfoo export` write them.
Rules of this place: a case that failed an assertion failed, a case that ended in an error has no result
(`failureReason` 1 and 2; before it was written, an error is a case that nothing graded); rows are counted, and where
the summary counts more than it lists, some are missing. Prompts, outputs and reasons are not read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from evaluation.statistics import ClusterSums
from governance.evidence.imports._bytes import too_many, too_many_names
from governance.evidence.imports._names import clean_name
from governance.evidence.imports._node import Node
from governance.evidence.imports._numbers import mean_of, measured
from governance.evidence.imports._times import oldest
from governance.evidence.imports._types import ImportedReport, ReportFormat, Statement
from governance.evidence.imports._words import rate_in_words
from risks import EvidenceKind

__all__ = ["knows", "read"]

_ERROR: Final = 2  # ResultFailureReason.ERROR
_LISTS: Final = ("successes", "failures", "errors")


@dataclass(slots=True)
class _Cases:
    """Cases that were counted together."""

    sums: ClusterSums = field(default_factory=ClusterSums)
    errors: int = 0

    def take(self, *, passed: bool | None, test: int | None) -> None:
        """Add a case; None stands for an error, `test` for the question that several prompts or providers share."""
        if passed is None:
            self.errors += 1
        elif test is None:
            self.sums.add_alone(float(passed))
        else:
            self.sums.add(test, float(passed))

    def statement(self, of: str, *, missing: int = 0) -> Statement:
        return measured(
            EvidenceKind.SUITE,
            of,
            mean_of(self.sums),
            n=self.sums.n,
            failures=self.errors + missing,
            whole=not missing,
        )


def knows(top: Node) -> bool:
    """Whether a document is a summary, or holds one under `results`."""
    if not isinstance(top.value, dict):
        return False
    summary = top.value.get("results")
    if isinstance(summary, list):  # version 1: the summary stands alone
        return "stats" in top.value and ("table" in top.value or "version" in top.value)
    return isinstance(summary, dict) and "stats" in summary and isinstance(summary.get("results"), list)


def read(top: Node) -> ImportedReport:
    """Return all cases as `promptfoo`, and those of each red-team plugin as `promptfoo:<plugin>`."""
    summary = top if isinstance(top.value, dict) and isinstance(top.value.get("results"), list) else top.get("results")
    whole, plugins, people, asked = _Cases(), dict[str, _Cases](), 0, set[tuple[str, int | None]]()
    listed = 0
    for row in summary.get("results").items():
        listed += 1
        too_many(listed, top.file)
        passed, test = _end(row), row.get("testIdx").count()
        whole.take(passed=passed, test=test)
        plugin = _plugin(row)
        if plugin is not None:
            plugins.setdefault(plugin, _Cases()).take(passed=passed, test=test)
            too_many_names(plugins, top.file)
        people += _graded_by_hand(row)
        asked.add((_provider(row), row.get("promptIdx").count()))
    missing = max(0, sum(summary.get("stats").get(name).count() or 0 for name in _LISTS) - listed)
    statements = [whole.statement("promptfoo", missing=missing)]
    statements += [cases.statement(f"promptfoo:{name}", missing=missing) for name, cases in plugins.items()]
    metadata = top.get("metadata")
    issued_at, notes = oldest(
        [metadata.get("evaluationCreatedAt").text() or summary.get("timestamp").text() or top.get("createdAt").text()]
    )
    version = metadata.get("promptfooVersion").text()
    return ImportedReport(
        format=ReportFormat.PROMPTFOO,
        tool="promptfoo",
        tool_version=clean_name(version) if version else None,
        issued_at=issued_at,
        statements=tuple(statements),
        summary=f"{listed} cases: passed {rate_in_words(statements[0])}",
        notes=notes + tuple(_notes(listed, missing, people, len(asked))),
    )


def _end(row: Node) -> bool | None:
    """Return whether a case passed, None where it ended in an error."""
    passed = row.get("success").flag()
    if passed is None:
        row.get("success").wrong("true or false")
    reason = row.get("failureReason").count()
    if reason == _ERROR:
        return None
    ungraded = reason is None and not row.get("gradingResult").given and row.get("error").given
    return None if ungraded and not passed else passed


def _plugin(row: Node) -> str | None:
    """Return the red-team plugin that wrote a case."""
    for holder in (row.get("metadata"), row.get("testCase").get("metadata")):
        name = holder.get("pluginId").text()
        if name is not None:
            return clean_name(name)
    return None


def _graded_by_hand(row: Node) -> bool:
    """Whether a person overrode the grade, as the viewer allows."""
    grades = row.get("gradingResult").get("componentResults").items()
    return any(grade.get("assertion").get("type").text() == "human" for grade in grades)


def _provider(row: Node) -> str:
    provider = row.get("provider")
    return (provider.text() if isinstance(provider.value, str) else provider.get("id").text()) or ""


def _notes(listed: int, missing: int, people: int, asked: int) -> Iterator[str]:
    if not listed:
        yield "the report lists no case"
    if missing:
        yield f"the summary counts {missing} cases more than it lists"
    if people:
        yield f"people set the grade of {people} cases by hand"
    if asked > 1:
        yield f"{asked} pairs of prompt and provider are stated together"
