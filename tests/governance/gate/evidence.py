"""Facts, works and attempts for the tests of the gate."""

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from evaluation.statistics import count_interval
from governance.evidence import Conclusion, EvidenceOrigin, Fact, FactStanding
from governance.gate import Attempt, AttemptKind, AttemptValue, Decision, Policy, RecordFacts, RuleResult, Work
from tests.governance.gate.samples import NOW, decide, policy, run_facts

CANDIDATE, REPEAT = AttemptKind.CANDIDATE, AttemptKind.REPEAT
HEAD = """
version: 1
name: demands
fixed_beforehand: false
expect: {metrics: [faithfulness], questions: {at_least: 1}, judge_card: optional}
rules: [{id: it, metric: faithfulness, at_least: 0.5}]
"""


def fact(evidence: str = "evidence-1", **changes: Any) -> Fact:  # noqa: ANN401  fields by name
    """Return an accepted report of an audit that is satisfied, of yesterday."""
    found = Fact(
        evidence=evidence,
        seq=1,
        system="assistant",
        kind="vulnerability_scan",
        of="pip-audit",
        subject=f"{evidence}.json",
        digest=f"sha256:{evidence}",
        origin=EvidenceOrigin.PERSON,
        submitter="person-9",
        issued_at="2026-11-20T12:00:00.000000Z",
        expires_at=None,
        standing=FactStanding.ACCEPTED,
        conclusion=Conclusion.SATISFIED,
    )
    return dataclasses.replace(found, **changes)


def rate(good: int, n: int, evidence: str = "evidence-1", **changes: Any) -> Fact:  # noqa: ANN401  as above
    """Return a measured rate, of the run that is decided about."""
    lower, upper = count_interval(good, n)
    number: dict[str, Any] = {
        "value": Decimal(good) / n,
        "lower": Decimal(repr(lower)),
        "upper": Decimal(repr(upper)),
        "n": n,
        "kind": "metric",
        "of": "recall",
        "subject": "run-a",
        "standing": FactStanding.RECORDED,
        "conclusion": None,
    }
    return fact(evidence, **{**number, **changes})


def decided(
    demands: str,
    *facts: Fact,
    run: Mapping[str, Any] | None = None,
    **known: Any,  # noqa: ANN401  as above
) -> Decision:
    """Decide about a good run under a policy with these demands, with these facts in the record."""
    record = RecordFacts(facts=facts, **known)
    changes: dict[str, Any] = {"policy": None, **(run or {})}
    return decide(demanding(demands), run_facts({"faithfulness": [1.0] * 40}, **changes), record=record, now=NOW)


@lru_cache
def demanding(demands: str) -> Policy:
    """Return a policy that demands this beside a good number of the run."""
    return policy(HEAD + demands)


def result_of(decision: Decision, rule: str) -> RuleResult:
    """Return what became of one rule."""
    return next(one for one in decision.results if one.rule == rule)


def tried(run: str, kind: AttemptKind = REPEAT, *, seq: int = 1, mean: float = 0.5, **changes: Any) -> Attempt:  # noqa: ANN401
    """Return an attempt with one value."""
    value = AttemptValue(metric="faithfulness", mean=mean, lower=mean - 0.1, upper=mean + 0.1, scored=40, asked=40)
    made = Attempt(
        run=run,
        digest=f"sha256:{run}",
        seq=seq,
        created_at="2026-11-20T12:00:00.000000Z",
        kind=kind,
        declared="1",
        values=(value,),
    )
    return dataclasses.replace(made, **changes)


def work(run: str = "run-1", seq: int = 1, **plan: Any) -> Work:  # noqa: ANN401  as above
    """Return a recorded run of version 1 at commit `abc`, but for what `plan` replaces."""
    document: dict[str, Any] = {
        "metrics": ["faithfulness"],
        "policy": "sha256:policy",
        "seed": 0,
        "judges": [{"name": "embedded"}],
        "questions": {"digest": "sha256:q", "ids_digest": "sha256:ids", "count": 40},
        "target": {"name": "app", "kind": "http", "version": "1", "options": {"url": "https://app"}},
        "git": {"commit": "abc", "dirty": False},
        "origin": {"commit": ""},
        **plan,
    }
    return Work(
        run=run,
        digest=f"sha256:{run}",
        seq=seq,
        created_at="2026-11-20T12:00:00.000000Z",
        complete=True,
        found=40,
        verdicts=f"sha256:verdicts-{run}",
        plan=document,
        values=tried(run).values,
    )
