"""Decisions and sheets for tests of a gate's documents."""

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal

from evaluation.runs import Spend
from evaluation.verdicts import Usage
from governance.gate import (
    Attempt,
    AttemptKind,
    AttemptValue,
    Decision,
    DecisionOutcome,
    EvidenceRef,
    Place,
    RuleResult,
)
from reports.gate import Artifact, GateSheet

HOSTILE = "see https://evil.example and www.evil.example, @someone <b>now</b> | [x](y) ![z](//e)\u202e\x1b[2J"
PASS, FAIL, OPEN = DecisionOutcome.PASS, DecisionOutcome.FAIL, DecisionOutcome.INCONCLUSIVE


def digest(letter: str) -> str:
    """Return a well-formed digest."""
    return "sha256:" + letter * 64


def rule(name: str = "run.judge", outcome: DecisionOutcome = OPEN, **changes: object) -> RuleResult:
    """Return the result of one rule."""
    made = RuleResult(rule=name, words="judged by people", outcome=outcome, reason="nobody looked")
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]  # fields by name


def measured(outcome: DecisionOutcome = OPEN, **changes: object) -> RuleResult:
    """Return the result of a rule with numbers."""
    numbers = {"observed": 0.8, "lower": 0.627, "upper": 0.915, "threshold": 0.7, "metric": "faithfulness"}
    return rule("faithfulness-at-least", outcome, **{**numbers, "rows_still_needed": 60, **changes})


def decision(*results: RuleResult, **changes: object) -> Decision:
    """Return a decision as its rules have it."""
    outcomes = {result.outcome for result in results}
    together = FAIL if FAIL in outcomes else PASS if outcomes == {PASS} else OPEN
    made = Decision(
        outcome=together,
        policy="release",
        policy_digest=digest("a"),
        run="run-1",
        run_digest=digest("b"),
        baseline=None,
        baseline_digest=None,
        results=results,
        decided_at=datetime(2026, 11, 21, tzinfo=UTC),
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]  # fields by name


def sheet(*results: RuleResult, **changes: object) -> GateSheet:
    """Return a sheet with everything that a document may show."""
    value = AttemptValue(metric="faithfulness", mean=0.8, lower=0.627, upper=0.915, scored=30, asked=30)
    attempt = Attempt(
        run="run-0", digest=digest("c"), seq=4, created_at="2026-11-20", kind=AttemptKind.REPEAT, values=(value,)
    )
    decided = decision(
        *results, attempts=(attempt,), evidence=(EvidenceRef(evidence="evidence-7", digest=digest("d")),)
    )
    made = GateSheet(
        decision=decided,
        version="0.1.0",
        policy_file="gates/release policy.yaml",
        places={"faithfulness-at-least": Place(line=9, column=5), "expect": Place(line=4)},
        spend=Spend(judging=Usage(calls=3, cost=Decimal("0.25"), latency_ms=1500), answering_ms=90_000, passed_s=600),
        subjects=(
            Artifact(name="run/run-1", digest=digest("b")),
            Artifact(name="commit", digest="gitCommit:" + "e" * 40),
        ),
        configuration=(Artifact(name="judge", digest=digest("f"), notes={"version": "1"}),),
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]  # fields by name
