"""A decision as JUnit XML, which every CI system shows.

Rules of this place: one test case a rule; a fail is a failure, inconclusive is an error and never skipped, so that both
block; names and reasons come from runs and policies, so what XML forbids or a terminal obeys is dropped.
"""

import unicodedata
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from assay.kernel import format_time
from governance.gate import Decision, DecisionOutcome, RuleResult
from reports.gate._next_steps import next_step
from reports.gate._sheet import GateSheet
from reports.gate._words import describe_observed, describe_spend

__all__ = ["junit_document"]

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Cn"})


def junit_document(sheet: GateSheet) -> bytes:
    """Return JUnit XML."""
    decision = sheet.decision
    outcomes = [result.outcome for result in decision.results]
    suite = ET.Element(
        "testsuite",
        name=_printable(f"assay gate {decision.policy}"),
        tests=str(len(outcomes)),
        failures=str(outcomes.count(DecisionOutcome.FAIL)),
        errors=str(outcomes.count(DecisionOutcome.INCONCLUSIVE)),
        skipped="0",
        time=f"{sheet.spend.passed_s if sheet.spend else 0:.3f}",
        timestamp=format_time(decision.decided_at),
    )
    _add_properties(suite, _of_suite(sheet))
    for result in decision.results:
        _add_case(suite, decision, result)
    return bytes(ET.tostring(suite, encoding="utf-8", xml_declaration=True))


def _of_suite(sheet: GateSheet) -> dict[str, str]:
    decision = sheet.decision
    return {
        "outcome": decision.outcome.value,
        "policy": decision.policy,
        "policy_digest": decision.policy_digest,
        "run": decision.run,
        "run_digest": decision.run_digest or "",
        "baseline": decision.baseline or "",
        "release": decision.release or "",
        "release_digest": decision.release_digest or "",
        "attempts": str(len(decision.attempts)) if decision.attempts else "",
        "attempt_runs": " ".join(one.run for one in decision.attempts),
        "evidence": " ".join(one.evidence for one in decision.evidence),
        "spent": describe_spend(sheet.spend) if sheet.spend else "",
        "decision": sheet.recorded or "",
        "ledger_entry": "" if sheet.entry is None else str(sheet.entry),
    }


def _of_case(result: RuleResult) -> dict[str, str]:
    numbers = result.as_json()
    names = ("observed", "lower", "upper", "threshold", "rows_still_needed", "documents_still_needed")
    return {name: "" if numbers[name] is None else str(numbers[name]) for name in names}


def _add_case(suite: ET.Element, decision: Decision, result: RuleResult) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=_printable(f"assay.gate.{decision.policy}"), name=_printable(result.rule), time="0"
    )
    _add_properties(case, _of_case(result))
    if result.outcome is not DecisionOutcome.PASS:
        kind = "failure" if result.outcome is DecisionOutcome.FAIL else "error"
        found = ET.SubElement(case, kind, type=result.outcome.value, message=_printable(result.reason))
        found.text = _printable(f"{result.words}; observed {describe_observed(result) or 'nothing'}")
        if step := next_step(result):
            found.text += f"; next: {step}"


def _add_properties(parent: ET.Element, values: Mapping[str, str]) -> None:
    """Add what is known; a list of none would be invalid."""
    known = {name: value for name, value in values.items() if value}
    if known:
        properties = ET.SubElement(parent, "properties")
        for name, value in known.items():
            ET.SubElement(properties, "property", name=name, value=_printable(value))


def _printable(text: str) -> str:
    """Drop what XML 1.0 forbids or a terminal obeys; line feeds become blanks."""
    kept = " ".join(text.split())
    return "".join(c for c in kept if unicodedata.category(c) not in _DROPPED and c not in "\ufffe\uffff")
