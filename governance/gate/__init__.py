"""The gate: a policy fixed beforehand, held against a run. Pass, fail or inconclusive; absence blocks."""

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
from governance.gate._places import Place, place_of, places_of
from governance.gate._loosening import looser
from governance.gate._policy import NonInferiorityRule, Policy, ThresholdRule
from governance.gate._registered import BaseComparison, PolicyFacts, RegisteredPolicy
from governance.gate._types import Decision, DecisionOutcome, EvidenceOrigin, RuleResult, RunFacts, UnreadableRun

__all__ = [
    "BaseComparison",
    "Decision",
    "DecisionOutcome",
    "Duties",
    "EvidenceExpectation",
    "EvidenceOrigin",
    "FilterLimit",
    "Languages",
    "NonInferiorityRule",
    "OpenFindings",
    "Place",
    "Policy",
    "PolicyFacts",
    "RegisteredPolicy",
    "Risks",
    "RuleResult",
    "RunFacts",
    "SignOffs",
    "SuiteLimit",
    "ThresholdRule",
    "UnreadableRun",
    "decide",
    "facts_of",
    "looser",
    "needs_baseline",
    "place_of",
    "places_of",
]
