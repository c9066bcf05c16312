"""Several tries at one candidate: the first stands, or all are pooled; trying until it passes leads nowhere.

Rules of this place: a repeat is a later complete run of the same application and version on the same questions under
the same policy, whatever its judges, seed and name; a copy is no run of its own; a version that is declared anew while
commit and options stay is the same version; questions that an earlier attempt asked may not be left out or reworded;
an earlier attempt that failed already is not mended by more questions, nor by having been stopped. Whichever rule is
used, a decision lists them all.
"""

from collections.abc import Iterable, Iterator

from governance.gate._known import Attempt, AttemptKind, AttemptValue
from governance.gate._policy import Policy, ThresholdRule
from governance.gate._types import DecisionOutcome, RuleResult, RunFacts

__all__ = ["POOLED_KINDS", "check_attempts"]

POOLED_KINDS = frozenset({AttemptKind.REPEAT, AttemptKind.REDECLARED})
_WORDS = {
    "first": "run is the first of its kind under its policy",
    "pooled": "all attempts at the candidate are pooled, and none is left out",
}


def check_attempts(policy: Policy, run: RunFacts) -> RuleResult | None:
    """Hold the other attempts at a run against the policy's rule; `None` where nobody keeps a record of them."""
    problems: list[str] = []
    if run.recorded is None:
        if policy.attempts == "first":
            return None
        problems.append("only a record knows all attempts: assay runs ingest DIR, then gate it there")
    elif run.recorded:
        problems += _copies(run)
        problems += _first(run) if policy.attempts == "first" else _pooled(run)
        problems += _left_out(run)
        problems += _failed(policy, run)
    else:
        return None  # `run.recorded` blocks
    return RuleResult(
        rule="run.attempts",
        words=_WORDS[policy.attempts],
        outcome=DecisionOutcome.INCONCLUSIVE if problems else DecisionOutcome.PASS,
        reason="; ".join(problems) or _as_expected(run),
    )


def _earlier(run: RunFacts, *kinds: AttemptKind) -> list[Attempt]:
    own = next((one.seq for one in run.attempts if one.kind is AttemptKind.CANDIDATE), None)
    found = [one for one in run.attempts if one.kind in kinds and (own is None or one.seq < own)]
    return sorted(found, key=lambda one: one.seq)


def _copies(run: RunFacts) -> Iterator[str]:
    for one in _earlier(run, AttemptKind.COPY)[:1]:
        yield f"it is {one.run} under another name, verdict for verdict: assay gate --run {one.run}"


def _first(run: RunFacts) -> Iterator[str]:
    if repeats := _earlier(run, AttemptKind.REPEAT):
        count = f"{len(repeats)} earlier attempts exist" if len(repeats) > 1 else "an earlier attempt exists"
        yield (
            f"under this policy {count}; the first stands: assay gate --run {repeats[0].run}; a changed application"
            " has another version in assay.yaml"
        )
    for one in _earlier(run, AttemptKind.REDECLARED)[:1]:
        yield (
            f"the version was declared anew, {one.declared!r} before, and neither commit nor options changed since"
            f" {one.run}: commit what changed and run again; the first stands: assay gate --run {one.run}"
        )


def _pooled(run: RunFacts) -> Iterator[str]:
    for one in _of(run, *POOLED_KINDS):
        if one.run not in run.pooled:
            yield f"the attempt {one.run} is not pooled: {run.unpooled.get(one.run, 'its log is not here')}"
    pooled = [one for one in run.attempts if one.run in run.pooled]
    corrected = sorted({value.metric for one in pooled for value in one.values if value.labels})
    if corrected and len(pooled) > 1:
        yield f"people's labels correct {', '.join(corrected)} of some attempts, and pooled rows are of all"


def _left_out(run: RunFacts) -> Iterator[str]:
    for one in _earlier(run, AttemptKind.OTHER_QUESTIONS):
        if one.dropped is None:
            yield f"{one.run} was asked other questions, and which they were cannot be read: its log is not here"
        elif one.dropped:
            yield (
                f"{one.dropped} questions of the earlier attempt {one.run} are left out or read otherwise; ask them"
                " too, or give another set of questions a policy of its own"
            )


def _failed(policy: Policy, run: RunFacts) -> Iterator[str]:
    """Name earlier attempts of which the whole interval missed a bound: what they lacked was not questions."""
    bounds = {rule.metric: rule.at_least for rule in policy.rules if isinstance(rule, ThresholdRule)}
    for one in _earlier(run, AttemptKind.OTHER_QUESTIONS, AttemptKind.UNFINISHED):
        missed = sorted({value.metric for value in one.values if _is_missed(value, bounds.get(value.metric))})
        if missed:
            stopped = one.kind is AttemptKind.UNFINISHED
            how = f"stopped early: assay run --resume {one.run}" if stopped else "asked fewer questions"
            yield f"the earlier attempt {one.run} failed {', '.join(missed)} already, though it {how}"


def _is_missed(value: AttemptValue, bound: float | None) -> bool:
    return bound is not None and value.upper is not None and value.upper < bound


def _as_expected(run: RunFacts) -> str:
    told = {
        AttemptKind.OTHER_QUESTIONS: "asked fewer questions",
        AttemptKind.OTHER_ANSWERS: "judged other answers",
        AttemptKind.OTHER_POLICY: "made under another policy",
        AttemptKind.UNFINISHED: "stopped early or without a score",
    }
    others = [f"{one.run} ({told[one.kind]})" for one in _of(run, *told)]
    return f"as expected; beside it there are {_listed(others)}" if others else "as expected"


def _of(run: RunFacts, *kinds: AttemptKind) -> list[Attempt]:
    return sorted((one for one in run.attempts if one.kind in kinds), key=lambda one: (one.seq, one.run))


def _listed(names: Iterable[str], most: int = 5) -> str:
    found = list(names)
    return ", ".join(found[:most]) + (f" and {len(found) - most} more" if len(found) > most else "")
