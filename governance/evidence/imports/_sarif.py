"""SARIF 2.1.0: what scanners of code, packages, images and secrets found (Semgrep, CodeQL, Trivy, …).

Source: OASIS SARIF 2.1.0; the paragraphs are named where they are followed.
Rules of this place: a finding is open unless the report says that it was accepted, that it is gone or that it is none;
an empty list of results is the tool's word that it looked and found nothing, and no list is none (§3.14.23), unless an
invocation says or leaves open that it failed (§3.20.14). Messages and snippets are not read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from assay.kernel import InputError
from governance.evidence._types import Conclusion
from governance.evidence.imports._bytes import too_many, too_many_names
from governance.evidence.imports._findings import OPEN_FINDINGS, Tally, pooled
from governance.evidence.imports._names import clean_name, listed, slug
from governance.evidence.imports._node import Node
from governance.evidence.imports._severity import by_level, by_score, by_word, worst
from governance.evidence.imports._times import oldest
from governance.evidence.imports._types import ImportedReport, ReportFormat, Severity
from governance.evidence.imports._words import findings_in_words

__all__ = ["knows", "read"]

VERSION: Final = "2.1.0"
OURS: Final = frozenset({"assay", "assay-gate"})  # a gate's own document is no evidence for a gate
_NO_FINDING: Final = frozenset({"pass", "notapplicable", "informational"})  # §3.27.9
_GONE: Final = "absent"  # §3.27.24: was in the baseline and is no more
_DEFAULT_LEVEL: Final = "warning"  # §3.27.10


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rule:
    id: str | None
    score: Severity | None
    tagged: Severity | None
    level: str | None


@dataclass(slots=True)
class _Run:
    """One run of one tool."""

    tool: str
    version: str | None
    tally: Tally
    known: int = 0  # open findings that were in a baseline


def knows(top: Node) -> bool:
    """Whether a document says that it is SARIF, of whatever version."""
    if not isinstance(top.value, dict) or not isinstance(top.value.get("runs"), list):
        return False
    return "version" in top.value or "sarif" in str(top.value.get("$schema", ""))[:200].lower()


def read(top: Node) -> ImportedReport:
    """Return what the runs found: together as `open_findings`, and for each tool as `<tool>:open_findings`."""
    if top.get("version").text() != VERSION:
        top.get("version").wrong(f"SARIF {VERSION}")
    runs = [_read_run(node) for node in top.get("runs").items()]
    issued_at, notes = oldest(_times(top))
    tallies: dict[str, list[Tally]] = {}
    for run in runs:
        tallies.setdefault(f"{slug(run.tool)}:{OPEN_FINDINGS}", []).append(run.tally)
    too_many_names(tallies, top.file)
    whole = pooled(run.tally for run in runs)
    statements = [whole.statement(OPEN_FINDINGS)]
    statements += [pooled(found).statement(of) for of, found in tallies.items()]
    known = sum(run.known for run in runs)
    return ImportedReport(
        format=ReportFormat.SARIF,
        tool=listed(run.tool for run in runs),
        tool_version=listed(run.version for run in runs if run.version),
        issued_at=issued_at,
        statements=tuple(statements),
        summary=findings_in_words(statements[0]) + (f", {known} of them known from a baseline" if known else ""),
        notes=notes + _notes(whole, runs=len(runs)),
    )


def _read_run(node: Node) -> _Run:
    driver = node.get("tool").get("driver")
    name = clean_name(driver.get("name").needed_text())
    if slug(name) in OURS:
        raise InputError(
            f"{node.file}, {driver.place}: this is a gate's own document, which is no evidence for a gate",
            hint="import what the scanner wrote",
        )
    version = driver.get("semanticVersion").text() or driver.get("version").text()
    run = _Run(name, clean_name(version) if version else None, Tally(conclusion=_conclusion(node)))
    by_place, by_id = _rules(node.get("tool"))
    for result in node.get("results").items():
        run.tally.examined += 1
        too_many(run.tally.examined, node.file)
        if _settled(result):
            run.tally.settled += 1
            continue
        rule = _rule_of(result, by_place, by_id)
        severity = _severity(result, rule)
        run.tally.open[_id_of(result, rule), None, severity] += 1
        run.known += result.get("baselineState").text() in {"unchanged", "updated"}
    run.tally.failures = sum(1 for _ in _faults(node))
    return run


def _conclusion(run: Node) -> Conclusion:
    """Return what a run without open findings states."""
    ends = [invocation.get("executionSuccessful").flag() for invocation in run.get("invocations").items()]
    if False in ends:
        return Conclusion.ERROR
    elsewhere = run.get("externalPropertyFileReferences").get("results").given
    if not run.get("results").given or elsewhere or next(_faults(run), None) is not None:
        return Conclusion.INCONCLUSIVE
    return Conclusion.SATISFIED if None not in ends else Conclusion.INCONCLUSIVE


def _faults(run: Node) -> Iterator[Node]:
    """Iterate over what the tool could not do (§3.20.21, §3.20.22)."""
    for invocation in run.get("invocations").items():
        for kind in ("toolExecutionNotifications", "toolConfigurationNotifications"):
            for notice in invocation.get(kind).items():
                if notice.get("level").text() == "error":
                    yield notice


def _settled(result: Node) -> bool:
    """Whether a result is no finding, is gone, or was accepted by somebody (§3.27.23, §3.35.3)."""
    kind = result.get("kind").text()
    if kind is not None and kind.lower() in _NO_FINDING:
        return True
    if result.get("baselineState").text() == _GONE:
        return True
    states = [one.get("status").text() for one in result.get("suppressions").items()]
    return bool(states) and all(state in {None, "accepted"} for state in states)


def _rules(tool: Node) -> tuple[Mapping[tuple[int, int], _Rule], Mapping[str, _Rule]]:
    """Return the rules by component and index, and by id; the driver is component −1 (§3.52.4)."""
    by_place: dict[tuple[int, int], _Rule] = {}
    by_id: dict[str, _Rule] = {}
    components = [(-1, tool.get("driver")), *enumerate(tool.get("extensions").items())]
    for place, component in components:
        for index, node in enumerate(component.get("rules").items()):
            rule = _Rule(
                id=node.get("id").text(),
                score=_score(node),
                tagged=_tagged(node),
                level=node.get("defaultConfiguration").get("level").text(),
            )
            by_place[place, index] = rule
            if rule.id:
                by_id.setdefault(rule.id, rule)
    return by_place, by_id


def _rule_of(result: Node, by_place: Mapping[tuple[int, int], _Rule], by_id: Mapping[str, _Rule]) -> _Rule | None:
    """Return the rule that a result refers to, by index or by id (§3.27.5 to §3.27.7)."""
    reference = result.get("rule")
    component = _index(reference.get("toolComponent").get("index"))
    index = _index(reference.get("index"))
    if index is None:
        index = _index(result.get("ruleIndex"))
    found = None if index is None else by_place.get((-1 if component is None else component, index))
    if found is not None:
        return found
    name = result.get("ruleId").text() or reference.get("id").text()
    return by_id.get(name or "") or by_id.get((name or "").rpartition("/")[0])  # §3.27.5: `id/sub-id`


def _index(node: Node) -> int | None:
    """Return an index; −1 stands for none (§3.27.6)."""
    return None if node.value == -1 else node.count()


def _id_of(result: Node, rule: _Rule | None) -> str:
    named = result.get("ruleId").text() or result.get("rule").get("id").text() or (rule.id if rule else None)
    return clean_name(named) if named else "no rule"


def _severity(result: Node, rule: _Rule | None) -> Severity:
    """Return the severity: a score of the result or its rule, else the graver of level and tags."""
    score = _score(result) or (rule.score if rule else None)
    if score is not None:
        return score
    level = result.get("level").text() or (rule.level if rule else None) or _DEFAULT_LEVEL
    return worst([by_level(level), _tagged(result), rule.tagged if rule else None])


def _score(node: Node) -> Severity | None:
    """Return the severity by `security-severity`, a CVSS score in a text, which GitHub made common."""
    value = node.get("properties").value
    score = value.get("security-severity") if isinstance(value, dict) else None
    if isinstance(score, bool) or not isinstance(score, (str, int, float)):
        return None
    try:
        return by_score(float(score))
    except (ValueError, OverflowError):
        return None


def _tagged(node: Node) -> Severity | None:
    """Return the severity that a tag names: Trivy has one level for high and critical, and tags its rules."""
    value = node.get("properties").value
    tags = value.get("tags") if isinstance(value, dict) else None
    words = [by_word(tag) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    return worst(words) if any(words) else None


def _times(top: Node) -> Iterator[str | None]:
    for run in top.get("runs").items():
        for invocation in run.get("invocations").items():
            yield invocation.get("endTimeUtc").text() or invocation.get("startTimeUtc").text()


def _notes(whole: Tally, *, runs: int) -> tuple[str, ...]:
    if not runs:
        return ("the report holds no run",)
    if whole.conclusion is Conclusion.ERROR:
        return ("a tool says that it did not run to its end",)
    if whole.failures:
        return (f"a tool reports {whole.failures} errors while it ran: it did not look everywhere",)
    if whole.conclusion is Conclusion.INCONCLUSIVE:
        return ("nothing shows that the scan took place: no list of results, or an invocation without its end",)
    return ()
