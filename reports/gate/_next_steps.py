"""What to type next where a rule blocks: one command for each kind of absence.

Rules of this place: each is a command that exists, which a test checks; it holds nothing that a policy or a run says,
so it may stand as code in any document; a rule that failed on its number has no command but a better application; words
in capitals are for the reader to fill in.
"""

from collections.abc import Mapping
from typing import Final

from governance.gate import DecisionOutcome, RuleResult

__all__ = ["NEXT_STEPS", "next_step"]

_AGAIN: Final = "assay run --policy FILE --new"
_CARDS: Final = "assay judges check --labels FILE"
_SCAN: Final = "assay scan IN --filters FILTERS"
_SUBMIT: Final = "assay evidence submit FILE --kind KIND --of OF"
# By the whole rule id, by what precedes its colon, or by what follows its last dot.
NEXT_STEPS: Final[Mapping[str, str]] = {
    "run": _AGAIN,
    "baseline": "assay gate --run RUN --baseline BASELINE --policy FILE",
    "metrics": "assay run --metrics METRICS --policy FILE",
    "questions": "assay questions generate --count N",
    "complete": "assay run --resume RUN",
    "plausible": _AGAIN,
    "date": _AGAIN,
    "recorded": "assay runs ingest DIR",
    "lineage": "assay lineage stale",
    "attempts": "assay runs list",
    "judge": "assay run --judge JUDGE --policy FILE",
    "card": _CARDS,
    "languages.judges": _CARDS,
    "run.policy": _AGAIN,
    "policy.registered": "assay policies register FILE",
    "policy.loosened": "assay policies check FILE",
    "failures": "assay runs show RUN --diagnosis",
    "not-applicable": "assay runs show RUN --diagnosis",
    "baseline.standing": "assay releases list",
    "release.run": "assay releases list",
    "risks.open": "assay risks list",
    "risks.catalogue": "assay risks list",
    "risks.reviews": "assay risks assess --help",
    "duties.due": "assay act duties",
    "sign_offs": "assay approvals request decision:DECISION --purpose release",
    "metric": "assay run --metrics METRICS --policy FILE",
    "suite": "assay run --suite SUITE --policy FILE",
    "filter": _SCAN,
    "scan": _SCAN,
    "vulnerability_scan": "assay evidence import FILES",
    "document": _SUBMIT,
    "attestation": _SUBMIT,
    "sbom": _SUBMIT,
}
_MORE_QUESTIONS: Final = "assay questions generate --count {rows}"


def next_step(result: RuleResult) -> str:
    """Return the command, or nothing where the rule holds or no command would settle it."""
    if result.outcome is not DecisionOutcome.INCONCLUSIVE and result.threshold is not None:
        return ""
    if result.outcome is DecisionOutcome.PASS:
        return ""
    kind, _, _ = result.rule.partition(":")
    if known := NEXT_STEPS.get(kind) or NEXT_STEPS.get(result.rule.rpartition(".")[2]):
        return known
    return "" if result.rows_still_needed is None else _MORE_QUESTIONS.format(rows=result.rows_still_needed)
