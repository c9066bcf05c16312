"""Scenarios of `benchmarks.statistics`: how often a gate errs, and whether the planner's number of questions suffices.

Rules of this place: the product's own `decide` decides; each of a pair's two answers is right or wrong, "changed" is
the share of rows whose verdict differs between the two runs, and rows of one document tend to change together (ρ).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

import numpy as np

from benchmarks.coverage import Changed, changed_documents
from benchmarks.twin import clustered_limits
from evaluation.statistics import (
    Comparison,
    Estimate,
    Plan,
    Shape,
    count_interval,
    paired_difference,
    plan_non_inferiority,
    plan_threshold,
)
from governance.gate import DecisionOutcome, Policy, PolicyFacts, RegisteredPolicy, RunFacts, decide

__all__ = ["GATES", "Judged"]

NOW = datetime(2026, 1, 1, tzinfo=UTC)
REGISTERED = RegisteredPolicy(
    id="policy",
    digest="",
    name="",
    system="*",
    document="{}",
    registered_by="simulated",
    role="reviewer",
    author="simulated",
    registered_at="2026-01-01T00:00:00.000000Z",
    seq=0,
)
MARGIN = 0.05
HEAD = """version: 1
name: simulated
fixed_beforehand: false
expect:
  questions: {at_least: 1}
  judge_card: optional
"""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One line: how often a gate ended how, and what was asked of it."""

    scenario: str
    passed: float
    failed: float
    undecided: float
    asked: str = ""
    is_met: bool = True


@dataclass(frozen=True, kw_only=True)
class World:
    """What is true of candidate and baseline."""

    documents: int
    per_document: int = 1
    changed: float = 0.10
    drop: float = 0.0
    rho: float = 0.0

    @property
    def gain(self) -> float:
        """Share of rows that turned good."""
        return (self.changed - self.drop) / 2

    @property
    def loss(self) -> float:
        """Share of rows that turned bad."""
        return (self.changed + self.drop) / 2


def errors(draws: int, rng: np.random.Generator) -> Iterator[Judged]:
    """Draw the scenarios under this name."""
    shapes = (World(documents=200), World(documents=20, per_document=10, rho=0.1))
    for rules in (1, 8):
        for world in shapes:
            name = f"{_shape(world)}, {rules} metric{'s' if rules > 1 else ''}"
            yield _line(f"{name}, nothing changed", _differences(world, rules, draws, rng), fails=0.05)
            margin = replace(world, drop=MARGIN)
            found = _differences(margin, rules, draws, rng)
            yield _line(f"{name}, all worse by the margin", found, passes=0.05, fails=0.05)
            if rules > 1:
                found = _differences((margin, *[world] * (rules - 1)), rules, draws, rng)
                yield _line(f"{name}, one worse by the margin", found, passes=0.05, fails=0.05)
    for rules in (1, 8):
        for documents, size, rho in ((200, 1, 0.0), (20, 10, 0.1)):
            name = f"{documents} × {size}, {rules} threshold{'s' if rules > 1 else ''} at the true 0.85"
            found = _thresholds(0.85, 0.85, documents, size, rho, rules, draws, rng)
            yield _line(name, found, passes=0.05, fails=0.05)


def planned(draws: int, rng: np.random.Generator) -> Iterator[Judged]:
    """Draw the scenarios under this name."""
    yield from _planned_differences(draws, rng)
    yield from _planned_thresholds(draws, rng)


def _planned_differences(draws: int, rng: np.random.Generator) -> Iterator[Judged]:
    for changed, margin, size, rho, rules in (
        (0.10, 0.05, 1, 0.0, 1),
        (0.20, 0.05, 1, 0.0, 1),
        (0.06, 0.05, 1, 0.0, 1),
        (0.30, 0.10, 1, 0.0, 1),
        (0.10, 0.03, 1, 0.0, 1),
        (0.10, 0.05, 10, 0.1, 1),
        (0.20, 0.05, 10, 0.3, 1),
        (0.20, 0.10, 5, 0.3, 1),
        (0.10, 0.05, 1, 0.0, 4),
        (0.10, 0.05, 10, 0.1, 4),
    ):
        shape = Shape(per_document=size, correlation=rho, rules=rules)
        plan = _there(plan_non_inferiority(margin=margin, sd=math.sqrt(changed), shape=shape))
        world = World(documents=plan.documents, per_document=size, changed=changed, rho=rho)
        words = f"changed {changed} margin {margin} ρ={rho} × {size}"
        name = f"{words}, {rules} rule{'s' if rules > 1 else ''}: n={plan.questions}"
        found = _differences(world, rules, draws, rng, margin)
        yield _line(f"{name}, nothing changed", found, blocked=0.20, fails=0.05)
        worse = replace(world, drop=min(margin, changed))
        yield _line(f"{name}, at the margin", _differences(worse, rules, draws, rng, margin), passes=0.05)


def _planned_thresholds(draws: int, rng: np.random.Generator) -> Iterator[Judged]:
    scenarios = ((0.85, 0.80, 1, 0.0), (0.95, 0.90, 1, 0.0), (0.85, 0.75, 10, 0.3), (0.90, 0.80, 5, 0.1))
    for expected, bound, size, rho in scenarios:
        shape = Shape(per_document=size, correlation=rho)
        plan = _there(plan_threshold(expected=expected, bound=bound, shape=shape))
        name = f"expected {expected} bound {bound} ρ={rho} × {size}: n={plan.questions}"
        found = _thresholds(expected, bound, plan.documents, size, rho, 1, draws, rng)
        yield _line(f"{name}, as expected", found, blocked=0.20, fails=0.05)
        found = _thresholds(bound, bound, plan.documents, size, rho, 1, draws, rng)
        yield _line(f"{name}, at the bound", found, passes=0.05)


def by_questions(draws: int, rng: np.random.Generator) -> Iterator[Judged]:
    """Draw the scenarios under this name."""
    for n in (50, 100, 200, 400, 800):
        for drop, words in ((0.0, "nothing changed"), (MARGIN, "at the margin"), (0.08, "8 points worse")):
            world = World(documents=n, drop=drop)
            limits = {"fails": 0.05} if not drop else {"passes": 0.05}
            yield _line(f"n={n}, {words}", _differences(world, 1, draws, rng), **limits)


def _line(
    name: str,
    outcomes: Sequence[DecisionOutcome],
    *,
    passes: float | None = None,
    fails: float | None = None,
    blocked: float | None = None,
) -> Judged:
    share = {kind: outcomes.count(kind) / len(outcomes) for kind in DecisionOutcome}
    passed, failed = share[DecisionOutcome.PASS], share[DecisionOutcome.FAIL]
    limits = (("pass", passed, passes), ("fail", failed, fails), ("blocked", 1 - passed, blocked))
    return Judged(
        scenario=name,
        passed=passed,
        failed=failed,
        undecided=share[DecisionOutcome.INCONCLUSIVE],
        asked=", ".join(f"{word} ≤ {most:.0%}" for word, _, most in limits if most is not None),
        is_met=all(most is None or value <= most + _slack(most, len(outcomes)) for _, value, most in limits),
    )


def _slack(most: float, draws: int) -> float:
    return 2 * math.sqrt(most * (1 - most) / draws) if draws < 20_000 else 0.0


def _differences(
    world: "World | tuple[World, ...]", rules: int, draws: int, rng: np.random.Generator, margin: float = MARGIN
) -> list[DecisionOutcome]:
    """Gate `draws` candidates; the metrics of one candidate are drawn independently, which is the worst for chance."""
    worlds = world if isinstance(world, tuple) else (world,) * rules
    policy = _policy(rules, f"baseline: true, margin: {margin}")
    columns = [_drawn(one, draws, rng) for one in worlds]
    return [_decided(policy, tuple(row)) for row in zip(*columns, strict=True)]


def _drawn(world: World, draws: int, rng: np.random.Generator) -> list[Comparison]:
    if world.per_document == 1 or not world.rho:
        n = world.documents * world.per_document
        counts = rng.multinomial(n, [world.gain, world.loss, 1 - world.gain - world.loss], draws)
        return [_independent(int(up), int(down), n) for up, down, _ in counts]
    shape = (world.documents, world.per_document, world.gain, world.loss, world.rho)
    drawn = changed_documents(*shape, draws, rng)
    return [_comparison(one, world.documents, world.per_document) for one in drawn]


@cache
def _independent(up: int, down: int, n: int) -> Comparison:
    found = paired_difference([(1.0, 0.0)] * up + [(0.0, 1.0)] * down + [(1.0, 1.0)] * (n - up - down))
    if found is None:
        raise AssertionError("there are pairs")
    return _comparison(Changed(found.mean, (found.lower, found.upper)), n, 1)


def _comparison(found: Changed, documents: int, size: int) -> Comparison:
    return Comparison(
        metric="", pairs=documents * size, clusters=documents, difference=found.difference, lower=found.ends[0],
        upper=found.ends[1], wins=0, ties=0, losses=0, unpaired=0, method="simulated",
    )  # fmt: skip


def _thresholds(
    truth: float, bound: float, documents: int, size: int, rho: float, rules: int, draws: int, rng: np.random.Generator
) -> list[DecisionOutcome]:
    policy = _policy(rules, f"at_least: {bound}")
    columns = [_estimates(truth, documents, size, rho, draws, rng) for _ in range(rules)]
    return [_decided(policy, tuple(row)) for row in zip(*columns, strict=True)]


def _estimates(
    truth: float, documents: int, size: int, rho: float, draws: int, rng: np.random.Generator
) -> list[Estimate]:
    if size == 1:
        return [_counted(int(good), documents) for good in rng.binomial(documents, truth, draws)]
    latent = rng.beta(truth * (1 - rho) / rho, (1 - truth) * (1 - rho) / rho, (draws, documents))
    good = rng.binomial(size, latent).astype(np.float64)
    lower, upper = clustered_limits(np.full(documents, size), good, good.sum(axis=1), binary=True)
    means = good.sum(axis=1) / (documents * size)
    drawn = zip(means.tolist(), lower.tolist(), upper.tolist(), strict=True)
    return [_estimate(mean, (low, high), documents * size, documents) for mean, low, high in drawn]


@cache
def _counted(good: int, n: int) -> Estimate:
    return _estimate(good / n, count_interval(good, n), n, n)


def _estimate(mean: float, ends: tuple[float, float], n: int, documents: int) -> Estimate:
    return Estimate(
        metric="", asked=n, applicable=n, scored=n, failures={}, clusters=documents, mean=mean, lower=ends[0],
        upper=ends[1], worst=mean, best=mean, method="simulated",
    )  # fmt: skip


@cache
def _policy(rules: int, words: str) -> Policy:
    names = ", ".join(f"m{number}" for number in range(rules))
    lines = "".join(f"  - {{metric: m{number}, {words}}}\n" for number in range(rules))
    return Policy.parse(f"{HEAD}  metrics: [{names}]\nrules:\n{lines}")


_known: dict[tuple[object, ...], DecisionOutcome] = {}


def _decided(policy: Policy, measured: tuple[Comparison | Estimate, ...]) -> DecisionOutcome:
    """Decide; equal numbers are decided once."""
    key = (id(policy), *((type(m), m.lower, m.upper, m.clusters) for m in measured))
    if len(measured) > 1 or key not in _known:
        outcome = _decide(policy, measured)
        if len(measured) > 1:
            return outcome
        _known[key] = outcome
    return _known[key]


def _decide(policy: Policy, measured: tuple[Comparison | Estimate, ...]) -> DecisionOutcome:
    good = _counted(1, 1)
    named = {f"m{i}": m if isinstance(m, Estimate) else good for i, m in enumerate(measured)}
    comparisons = [_named(m, f"m{i}") for i, m in enumerate(measured) if isinstance(m, Comparison)]
    runs = [_facts(run, named, max(_rows(m) for m in measured)) for run in ("new", "old")]
    baseline = runs[1] if comparisons else None
    known = PolicyFacts(registered=(replace(REGISTERED, digest=policy.digest, name=policy.name),))
    return decide(policy, runs[0], baseline, comparisons=comparisons, registration=known, now=NOW).outcome


def _rows(measured: Comparison | Estimate) -> int:
    return measured.scored if isinstance(measured, Estimate) else measured.pairs


def _named(comparison: Comparison, metric: str) -> Comparison:
    return replace(comparison, metric=metric)


def _facts(run: str, estimates: dict[str, Estimate], questions: int) -> RunFacts:
    return RunFacts(
        run=run,
        system="simulated",
        digest=run,
        created_at=NOW,
        metrics=tuple(estimates),
        repeats=1,
        questions=questions,
        found=questions,
        incomplete="",
        policy=None,
        judges={},
        judge_digests={},
        estimates=estimates,
    )


def _shape(world: World) -> str:
    return f"{world.documents} × {world.per_document}"


def _there(plan: Plan | None) -> Plan:
    if plan is None:
        raise AssertionError("every planned scenario has a plan")
    return plan


GATES: dict[str, Callable[[int, np.random.Generator], Iterator[Judged]]] = {
    "False fails and false passes of a gate on 200 rows (margin 0.05, 10 % of verdicts change from run to run)": errors,
    "At the number of questions that the planner asked for: nothing changed, and worse by the margin": planned,
    "By number of questions: one rule, margin 0.05, 10 % of verdicts change": by_questions,
}
