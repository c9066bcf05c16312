"""A decision as the document that `assay gate --json` prints: what the other documents say, for programs.

Rules of this place: keys are only ever added; numbers that were measured are decimal strings, as they are recorded.
"""

from assay.kernel import JsonValue
from governance.gate import RuleResult, place_of
from reports.gate._next_steps import next_step
from reports.gate._sheet import Artifact, GateSheet

__all__ = ["json_document"]


def json_document(sheet: GateSheet) -> dict[str, JsonValue]:
    """Return the recorded form of the decision, with what stands around it."""
    decision = sheet.decision
    return {
        **decision.as_json(),
        "results": [_result(sheet, one) for one in decision.results],
        "id": sheet.recorded,
        "exit_code": decision.outcome.exit_code,
        "ledger_entry": sheet.entry,
        "blocked": sheet.is_blocked,
        "policy_file": sheet.policy_file or None,
        "spent": _spent(sheet),
        "subjects": [_artifact(one) for one in sheet.subjects],
        "configuration": [_artifact(one) for one in sheet.configuration],
    }


def _result(sheet: GateSheet, result: RuleResult) -> JsonValue:
    place = place_of(result.rule, sheet.places)
    return {**result.as_json(), "next": next_step(result) or None, "line": None if place is None else place.line}


def _spent(sheet: GateSheet) -> JsonValue:
    if sheet.spend is None:
        return None
    judging = sheet.spend.judging
    return {
        "passed_ms": round(sheet.spend.passed_s * 1000),
        "answering_ms": sheet.spend.answering_ms,
        "judging_ms": judging.latency_ms,
        "calls": judging.calls,
        "cached_calls": judging.cached_calls,
        "prompt_tokens": judging.prompt_tokens,
        "completion_tokens": judging.completion_tokens,
        "cost": format(judging.cost, "f"),
    }


def _artifact(artifact: Artifact) -> JsonValue:
    return {"name": artifact.name, "digest": artifact.digest}
