"""The gate: a policy fixed beforehand, held against a run. Pass, fail or inconclusive; absence blocks."""

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
from governance.gate._loosening import looser
from governance.gate._places import Place, place_of, places_of
from governance.gate._policy import NonInferiorityRule, Policy, ThresholdRule
from governance.gate._pooling import compare_pooled, pool
from governance.gate._registered import BaseComparison, PolicyFacts, RegisteredPolicy
from governance.gate._types import Decision, DecisionOutcome, EvidenceOrigin, RuleResult, RunFacts, UnreadableRun
from governance.gate._work import Work, application_of, attempts_at, candidate_among

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
