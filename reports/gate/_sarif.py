"""A decision as SARIF 2.1.0, each blocking rule at its line of the policy file.

Rules of this place: what fails is kind `fail`, what is undecided kind `open` (a level other than none is for failures
alone, §3.27.10, so it has none and its rule says how grave it is); rules that hold are listed among the tool's rules
and are no results, because code-scanning services raise an alert for every result whatever its kind; the fingerprint is
of policy and rule, so that the same rule is the same alert tomorrow. Texts come from runs: a link in them is broken up.
"""

import json
from typing import Final
from urllib.parse import quote

from assay.kernel import JsonValue, digest_text, format_time
from governance.gate import DecisionOutcome, Place, RuleResult, place_of
from reports.gate._next_steps import next_step
from reports.gate._sheet import GateSheet
from reports.gate._words import describe_need, describe_observed
from reports.text import inert

__all__ = ["sarif_document"]

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT: Final = "%SRCROOT%"
_NUMBERS: Final = ("observed", "lower", "upper", "threshold", "rows_still_needed", "documents_still_needed")


def sarif_document(sheet: GateSheet) -> bytes:
    """Return a log with one run; where the policy file is not known, results have no place."""
    decision = sheet.decision
    run: dict[str, JsonValue] = {
        "tool": {"driver": _driver(sheet)},
        "automationDetails": {"id": f"assay-gate/{_text(decision.policy)}/"},
        "invocations": [
            {
                "executionSuccessful": True,
                "exitCode": decision.outcome.exit_code,
                "endTimeUtc": format_time(decision.decided_at),
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(sheet, at, one) for at, one in enumerate(decision.results) if _blocks(one)],
        "properties": _properties(sheet),
    }
    if sheet.policy_file:
        run["artifacts"] = [{"location": _location(sheet), "roles": ["userSpecifiedConfiguration"]}]
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1).encode("ascii")


def _blocks(result: RuleResult) -> bool:
    return result.outcome is not DecisionOutcome.PASS


def _driver(sheet: GateSheet) -> dict[str, JsonValue]:
    driver: dict[str, JsonValue] = {"name": "assay gate", "rules": [_rule(one) for one in sheet.decision.results]}
    return {**driver, "semanticVersion": sheet.version} if sheet.version else driver


def _rule(result: RuleResult) -> JsonValue:
    return {
        "id": _text(result.rule),
        "shortDescription": {"text": _text(result.words)},
        "defaultConfiguration": {"level": "error"},
    }


def _result(sheet: GateSheet, index: int, result: RuleResult) -> JsonValue:
    failed = result.outcome is DecisionOutcome.FAIL
    found: dict[str, JsonValue] = {
        "ruleId": _text(result.rule),
        "ruleIndex": index,
        "kind": "fail" if failed else "open",
        "message": {"text": _message(result)},
        "partialFingerprints": {"assayGateRule/v1": digest_text(f"{sheet.decision.policy}\n{result.rule}")},
        "properties": {name: value for name, value in result.as_json().items() if name in _NUMBERS},
    }
    if failed:
        found["level"] = "error"
    if sheet.policy_file:
        place = place_of(result.rule, sheet.places) or Place(line=1)  # a service shows no alert without one
        region: dict[str, JsonValue] = {"startLine": place.line, "startColumn": place.column}
        found["locations"] = [{"physicalLocation": {"artifactLocation": _location(sheet), "region": region}}]
    return found


def _message(result: RuleResult) -> str:
    observed, need, step = describe_observed(result), describe_need(result), next_step(result)
    numbers = f" Observed {observed}, needed {need}." if observed else ""
    return _text(f"{result.words}: {result.reason}.{numbers}" + (f" Next: {step}" if step else ""))


def _location(sheet: GateSheet) -> dict[str, JsonValue]:
    return {"uri": quote(sheet.policy_file), "uriBaseId": _ROOT}


def _properties(sheet: GateSheet) -> dict[str, JsonValue]:
    decision = sheet.decision
    return {
        "outcome": decision.outcome.value,
        "policyDigest": decision.policy_digest,
        "run": _text(decision.run),
        "runDigest": decision.run_digest,
        "baseline": None if decision.baseline is None else _text(decision.baseline),
        "release": None if decision.release is None else _text(decision.release),
        "releaseDigest": decision.release_digest,
        "attempts": [_text(one.run) for one in decision.attempts],
        "evidence": [one.evidence for one in decision.evidence],
        "catalogues": dict(decision.catalogues),
        "decision": sheet.recorded,
        "ledgerEntry": sheet.entry,
    }


def _text(text: str) -> str:
    """Write one line without hidden characters in which `[words](target)`, a link by §3.11.6, is none."""
    return " ".join(inert(text).split()).replace("](", "] (")
