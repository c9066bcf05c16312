"""A decision as an in-toto Statement v1 with the test-result predicate v0.1: what an attestation signs.

Rules of this place: PASSED is a pass and nothing else. WARNED, which consumers let through, is never used: a decision
that is inconclusive blocks, so it is FAILED, its undecided rules stand among the failed tests, and a note at the policy
tells the two apart. No floats: numbers are decimal strings, so that the bytes are canonical everywhere.
Sources: in-toto attestation framework 1.0 (Statement, ResourceDescriptor), predicate test-result v0.1.
"""

from typing import Final

from assay.kernel import CannotDecideError, JsonValue, canonical_bytes, format_time
from governance.gate import DecisionOutcome
from reports.gate._sheet import Artifact, GateSheet

__all__ = ["PREDICATE_TYPE", "STATEMENT_TYPE", "statement_document"]

STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "https://in-toto.io/attestation/test-result/v0.1"


def statement_document(sheet: GateSheet) -> bytes:
    """Return canonical JSON; raise `CannotDecideError` where nothing was there to be tested."""
    if not sheet.subjects:
        raise CannotDecideError(
            f"nothing is attested: {sheet.decision.run!r} could not be read, so there is no digest to speak of",
            hint="name a run that is there: assay gate --run RUN --attestation FILE",
        )
    subjects: list[JsonValue] = [{"name": one.name, "digest": _digest(one)} for one in sheet.subjects]
    return canonical_bytes(
        {
            "_type": STATEMENT_TYPE,
            "subject": subjects,
            "predicateType": PREDICATE_TYPE,
            "predicate": _predicate(sheet),
        }
    )


def _predicate(sheet: GateSheet) -> dict[str, JsonValue]:
    decision = sheet.decision
    passed = decision.outcome is DecisionOutcome.PASS
    return {
        "result": "PASSED" if passed else "FAILED",
        "configuration": [_policy(sheet, one) if at == 0 else _resource(one) for at, one in _numbered(sheet)],
        "passedTests": _rules(sheet, DecisionOutcome.PASS),
        "warnedTests": [],
        "failedTests": _rules(sheet, DecisionOutcome.FAIL) + _rules(sheet, DecisionOutcome.INCONCLUSIVE),
    }


def _numbered(sheet: GateSheet) -> list[tuple[int, Artifact]]:
    """Put the policy first, whether or not its digest is well-formed."""
    policy = Artifact(name=f"policy/{sheet.decision.policy}", digest=sheet.decision.policy_digest)
    others = [one for one in sheet.configuration if one.name != policy.name]
    return list(enumerate([policy, *others]))


def _policy(sheet: GateSheet, policy: Artifact) -> JsonValue:
    decision = sheet.decision
    notes: dict[str, JsonValue] = {
        "assay.outcome": decision.outcome.value,
        "assay.decided_at": format_time(decision.decided_at),
        "assay.run": decision.run,
        "assay.inconclusive": _rules(sheet, DecisionOutcome.INCONCLUSIVE),
        "assay.attempts": [{"run": one.run, "digest": one.digest} for one in decision.attempts],
    }
    if sheet.recorded is not None and sheet.entry is not None:
        notes |= {"assay.decision": sheet.recorded, "assay.ledger_entry": str(sheet.entry)}
    return {"name": policy.name, "digest": _digest(policy), "annotations": notes}


def _resource(artifact: Artifact) -> JsonValue:
    found: dict[str, JsonValue] = {"name": artifact.name, "digest": _digest(artifact)}
    return {**found, "annotations": dict(artifact.notes)} if artifact.notes else found


def _digest(artifact: Artifact) -> dict[str, JsonValue]:
    algorithm, _, value = artifact.digest.partition(":")
    return {algorithm: value}


def _rules(sheet: GateSheet, outcome: DecisionOutcome) -> list[JsonValue]:
    return [result.rule for result in sheet.decision.results if result.outcome is outcome]
