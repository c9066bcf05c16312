"""The gate: a policy fixed beforehand, held against a run. Pass, fail or inconclusive; absence blocks.

Rules of this place: what a record holds of decisions comes at once, what reads policies and decides when it is asked
for: their models cost more than a short command that decides nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from governance.gate._known import (
    ApplicationRef,
    Attempt,
    AttemptKind,
    AttemptValue,
    BaselineRelease,
    EvidenceRef,
    Obligations,
    RecordFacts,
    ReleaseRef,
    SignOff,
)
from governance.gate._types import Decision, DecisionOutcome, EvidenceOrigin, RuleResult, RunFacts, UnreadableRun
from governance.gate._work import Work, application_of, attempts_at, candidate_among

if TYPE_CHECKING:
    from governance.gate._attempts import POOLED_KINDS
    from governance.gate._decide import decide, needs_baseline
    from governance.gate._demands import (
        Duties,
        EvidenceExpectation,
        FilterLimit,
        Languages,
        OpenFindings,
        Risks,
        SignOffs,
        SuiteLimit,
    )
    from governance.gate._facts import facts_of
    from governance.gate._loosening import looser
    from governance.gate._places import Place, place_of, places_of
    from governance.gate._policy import NonInferiorityRule, Policy, ThresholdRule
    from governance.gate._pooling import compare_pooled, pool
    from governance.gate._registered import BaseComparison, PolicyFacts, RegisteredPolicy

__all__ = [
    "POOLED_KINDS",
    "ApplicationRef",
    "Attempt",
    "AttemptKind",
    "AttemptValue",
    "BaseComparison",
    "BaselineRelease",
    "Decision",
    "DecisionOutcome",
    "Duties",
    "EvidenceExpectation",
    "EvidenceOrigin",
    "EvidenceRef",
    "FilterLimit",
    "Languages",
    "NonInferiorityRule",
    "Obligations",
    "OpenFindings",
    "Place",
    "Policy",
    "PolicyFacts",
    "RecordFacts",
    "RegisteredPolicy",
    "ReleaseRef",
    "Risks",
    "RuleResult",
    "RunFacts",
    "SignOff",
    "SignOffs",
    "SuiteLimit",
    "ThresholdRule",
    "UnreadableRun",
    "Work",
    "application_of",
    "attempts_at",
    "candidate_among",
    "compare_pooled",
    "decide",
    "facts_of",
    "looser",
    "needs_baseline",
    "place_of",
    "places_of",
    "pool",
]

_LAZY = {
    "POOLED_KINDS": "_attempts",
    "decide": "_decide",
    "needs_baseline": "_decide",
    "Duties": "_demands",
    "EvidenceExpectation": "_demands",
    "FilterLimit": "_demands",
    "Languages": "_demands",
    "OpenFindings": "_demands",
    "Risks": "_demands",
    "SignOffs": "_demands",
    "SuiteLimit": "_demands",
    "facts_of": "_facts",
    "looser": "_loosening",
    "Place": "_places",
    "place_of": "_places",
    "places_of": "_places",
    "NonInferiorityRule": "_policy",
    "Policy": "_policy",
    "ThresholdRule": "_policy",
    "compare_pooled": "_pooling",
    "pool": "_pooling",
    "BaseComparison": "_registered",
    "PolicyFacts": "_registered",
    "RegisteredPolicy": "_registered",
}


def __getattr__(name: str) -> object:
    """Load what reads policies and decides when it is first named (PEP 562)."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
