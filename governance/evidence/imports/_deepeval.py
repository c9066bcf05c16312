"""deepeval's test runs (JSON): scores of its metrics, and how many cases passed.

Read are the files of `results_folder` and `.deepeval/` (`testCases` with `metricsData`) and a dumped result of
`evaluate()` (`test_results` with `metrics_data`).
Rules of this place: a metric that ended in an error or was left out has no score, and no case passed without it.
Inputs, outputs and reasons are not read. deepeval writes neither its version nor the time into its files.
"""

from collections.abc import Iterator
from typing import Final

from governance.evidence.imports._bytes import too_many
from governance.evidence.imports._names import clean_name
from governance.evidence.imports._node import Node
from governance.evidence.imports._numbers import measured, rate_of
from governance.evidence.imports._scores import Scores
from governance.evidence.imports._types import ImportedReport, ReportFormat, Statement
from governance.evidence.imports._words import rate_in_words
from risks import EvidenceKind

__all__ = ["knows", "read"]

_WRAPPER: Final = "testRunData"
_LISTS: Final = (
    "testCases",
    "conversationalTestCases",
    "test_cases",
    "conversational_test_cases",
    "test_results",
    "testResults",
)
_METRICS: Final = ("metricsData", "metrics_data", "metricsMetadata", "metrics_metadata")


def knows(top: Node) -> bool:
    """Whether a document lists test cases that carry metrics."""
    run = _run(top)
    if not isinstance(run.value, dict):
        return False
    lists = [run.value[name] for name in _LISTS if isinstance(run.value.get(name), list)]
    cases = [case for cases in lists for case in cases[:1]]
    if not cases:
        return bool(lists) and any(name in run.value for name in ("metricsScores", "metrics_scores", "confident_link"))
    return all(isinstance(case, dict) and any(name in case for name in _METRICS) for case in cases)


def read(top: Node) -> ImportedReport:
    """Return each metric as `deepeval:<name>`, and the cases that passed as the suite `deepeval`."""
    scores, passed, judged, unjudged = Scores("deepeval", top.file), 0, 0, 0
    rows = 0
    for case in _cases(_run(top)):
        success, broken = case.get("success").flag(), False
        for metric in _metrics(case):
            rows += 1
            too_many(rows, top.file)
            score = None if metric.get("error").given else metric.get("score").number()
            broken = broken or score is None
            scores.take(clean_name(metric.get("name").needed_text()), score)
        known = success is False or (success is True and not broken)
        judged += known
        passed += known and success is True
        unjudged += not known
    suite = measured(EvidenceKind.SUITE, "deepeval", rate_of(passed, judged), n=judged, failures=unjudged)
    statements: tuple[Statement, ...] = (suite, *scores.statements())
    return ImportedReport(
        format=ReportFormat.DEEPEVAL,
        tool="deepeval",
        tool_version=None,
        issued_at=None,
        statements=statements,
        summary=f"{judged + unjudged} cases: passed {rate_in_words(suite)}; {scores.summary}",
        notes=tuple(scores.notes()),
    )


def _run(top: Node) -> Node:
    return top.get(_WRAPPER) if top.has(_WRAPPER) else top


def _cases(run: Node) -> Iterator[Node]:
    for name in _LISTS:
        yield from run.get(name).items()


def _metrics(case: Node) -> Iterator[Node]:
    for name in _METRICS:
        yield from case.get(name).items()
