"""A gate's decision as files for other programs and for a merge request: JUnit XML and Markdown.

Rules of this place: names and reasons come from runs, so they are data: what Markdown would read as markup
or as a link is made inert by the reports' own rules, and what XML forbids or a terminal obeys is dropped.
"""

import unicodedata
from xml.etree import ElementTree as ET

from assay.kernel import format_time
from governance.gate import Decision, DecisionOutcome, RuleResult
from reports.text import markdown_text

__all__ = ["describe_need", "describe_observed", "junit_document", "markdown_document"]


def junit_document(decision: Decision) -> bytes:
    """Return JUnit XML, one test case a rule: a fail is a failure, inconclusive is an error, so that both block."""
    outcomes = [result.outcome for result in decision.results]
    suite = ET.Element(
        "testsuite",
        name=_printable(f"assay gate {decision.policy}"),
        tests=str(len(outcomes)),
        failures=str(outcomes.count(DecisionOutcome.FAIL)),
        errors=str(outcomes.count(DecisionOutcome.INCONCLUSIVE)),
        timestamp=format_time(decision.decided_at),
    )
    for result in decision.results:
        _add_case(suite, decision, result)
    return bytes(ET.tostring(suite, encoding="utf-8", xml_declaration=True))


def markdown_document(decision: Decision) -> bytes:
    """Return a table with a line a rule, and the digests of what was decided about and under which policy."""
    lines = [
        f"# Gate {markdown_text(decision.policy)}: {decision.outcome}",
        "",
        f"Run {markdown_text(decision.run)}"
        + (f" against {markdown_text(decision.baseline)}" if decision.baseline else ""),
        "",
        "| rule | observed (95 % interval) | needed | outcome | why |",
        "|---|---|---|---|---|",
    ]
    for result in decision.results:
        cells = (result.words, describe_observed(result), describe_need(result), result.outcome.value, result.reason)
        lines.append("| " + " | ".join(markdown_text(cell) for cell in cells) + " |")
    lines += ["", f"Decided {format_time(decision.decided_at)} · policy `{decision.policy_digest}`"]
    lines += [f"Run log `{decision.run_digest}`" if decision.run_digest else "The run log could not be read", ""]
    return "\n".join(lines).encode()


def describe_observed(result: RuleResult) -> str:
    """Write `0.912 (0.851 to 0.949)`, or nothing where nothing was measured."""
    if result.observed is None or result.lower is None or result.upper is None:
        return ""
    sign = "+" if _is_difference(result) else ""
    return f"{result.observed:{sign}.3f} ({result.lower:{sign}.3f} to {result.upper:{sign}.3f})"


def describe_need(result: RuleResult) -> str:
    """Write the bound as the rule has it, or nothing for an expectation."""
    if result.threshold is None:
        return ""
    return f"≥ {result.threshold:g}" if not _is_difference(result) else f"≥ {result.threshold:+g} difference"


def _is_difference(result: RuleResult) -> bool:
    """Tell −margin, the bound of a non-inferiority rule (−0.0 for a margin of 0), from a threshold."""
    return result.threshold is not None and f"{result.threshold:+.6f}".startswith("-")


def _add_case(suite: ET.Element, decision: Decision, result: RuleResult) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=_printable(f"assay.gate.{decision.policy}"), name=_printable(result.rule)
    )
    if result.outcome is not DecisionOutcome.PASS:
        kind = "failure" if result.outcome is DecisionOutcome.FAIL else "error"
        found = ET.SubElement(case, kind, type=result.outcome.value, message=_printable(result.reason))
        found.text = _printable(f"{result.words}; observed {describe_observed(result) or 'nothing'}")


def _printable(text: str) -> str:
    """Drop what XML 1.0 forbids or a terminal obeys; line feeds become blanks."""
    kept = " ".join(text.split())
    return "".join(
        c for c in kept if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Cn"} and c not in "\ufffe\uffff"
    )
