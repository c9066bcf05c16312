"""What must be there before a rule is believed. Everything here passes or is inconclusive: absence blocks."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from evaluation.statistics import Estimate
from evaluation.suites import SuiteKind
from governance.gate._plausible import check_plausible
from governance.gate._policy import Expectation, Policy
from governance.gate._types import DecisionOutcome, EvidenceOrigin, RuleResult, RunFacts

__all__ = ["check_estimate", "check_expectations", "check_policy_fixed"]

_CLOCK_TOLERANCE = timedelta(minutes=5)  # between the machine that ran and the one that decides


def check_expectations(expect: Expectation, run: RunFacts, now: datetime, *, role: str) -> Iterator[RuleResult]:
    """Hold a run against `expect`; `role` is "run" or "baseline" and begins each rule id."""
    yield _result(f"{role}.metrics", f"{role} measured {', '.join(sorted(expect.metrics))}", _metrics(expect, run))
    yield _result(
        f"{role}.questions", f"{role} asked at least {expect.questions.at_least} questions", _questions(expect, run)
    )
    if expect.complete:
        yield _result(f"{role}.complete", f"{role} holds everything its plan asked for", run.incomplete)
    yield check_plausible(run, now, role=role)
    yield _result(f"{role}.date", _date_words(expect, role), _date(expect, run, now))
    if run.recorded is not None:
        step = f"assay run --resume {run.run}" if run.incomplete else "assay runs ingest DIR"
        problem = "" if run.recorded else f"the record does not hold it; {step}"
        yield _result(f"{role}.recorded", f"{role} is in the record", problem)
    if expect.origin is not None:
        yield _result(f"{role}.origin", f"{role} was handed in by a service account", _origin(run))
    if expect.judge is not None:
        yield _result(f"{role}.judge", f"{role} was judged by {expect.judge}", _judge(expect.judge, expect, run))


def check_policy_fixed(policy: Policy, run: RunFacts) -> Iterator[RuleResult]:
    """Demand that the policy's digest stood in the plan before the first call; another one never did."""
    if policy.fixed_beforehand or run.policy is not None:  # what the plan named is not for a later policy to waive
        problem = ""
        if run.policy is None:
            problem = "no policy was fixed before the run; run again with --policy"
        elif run.policy != policy.digest:
            problem = f"the run was made under another policy, {run.policy}; this one is {policy.digest}"
        yield _result("run.policy", "this policy was fixed before the run", problem)


def check_estimate(policy: Policy, metric: str, estimate: Estimate | None, *, role: str) -> Iterator[RuleResult]:
    """Hold the failures and the rows that were not applicable against their largest shares."""
    failures, most = policy.max_failures.share, policy.not_applicable.at_most_share
    aside, failed = _aside_share(estimate), _failed_share(estimate)
    name = f"{role}.{metric}"
    yield _result(
        f"{name}.failures",
        f"at most {failures:.1%} of the {metric} verdicts lack a score ({role})",
        _share_problem(metric, estimate, f"{failed:.1%} lack a score: {_kinds(estimate)}") if failed > failures else "",
    )
    yield _result(
        f"{name}.not-applicable",
        f"at most {most:.1%} of the {metric} verdicts are not applicable ({role})",
        _share_problem(metric, estimate, f"{aside:.1%} are not applicable") if aside > most else "",
    )


def _share_problem(metric: str, estimate: Estimate | None, problem: str) -> str:
    return f"the run did not measure {metric}" if estimate is None else problem


def _failed_share(estimate: Estimate | None) -> float:
    """Share of the applicable verdicts without a score, 0..1; 1 where there is nothing to have one."""
    if estimate is None or not estimate.applicable:
        return 1.0
    return 1 - estimate.scored / estimate.applicable


def _aside_share(estimate: Estimate | None) -> float:
    return 1 - estimate.applicable / estimate.asked if estimate is not None and estimate.asked else 1.0


def _kinds(estimate: Estimate | None) -> str:
    kinds = {k: n for k, n in (estimate.failures if estimate else {}).items() if k != "not_applicable"}
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "no verdict is applicable"


def _metrics(expect: Expectation, run: RunFacts) -> str:
    wanted = set(expect.metrics)
    missing = sorted(m for m in wanted if m not in run.metrics or m not in run.estimates)
    unscored = sorted(m for m in wanted - set(missing) if not run.estimates[m].scored)
    if missing:
        found = ", ".join(run.metrics) or "nothing"
        return f"the run did not measure {', '.join(missing)}; it measured {found}: {_how_to_measure(wanted)}"
    return f"not one verdict of {', '.join(unscored)} has a score" if unscored else ""


def _how_to_measure(metrics: AbstractSet[str]) -> str:
    """Name the run that measures all of them; attacks and other metrics come in runs of their own."""
    suites = [kind for kind in SuiteKind if kind.metric in metrics]
    others = sorted(metrics - {kind.metric for kind in suites})
    if suites and others:
        return "attacks come by `assay run --suite`, other metrics by `assay run --metrics`: each needs its own policy"
    if suites:
        return f"assay run --suite {','.join(suites)} --policy FILE, or a policy that expects no more than was attacked"
    return f"assay run --metrics {','.join(others)} --policy FILE"


def _questions(expect: Expectation, run: RunFacts) -> str:
    if run.questions == 0 or run.found == 0:
        return "the run is empty"
    wanted = expect.questions.at_least
    there = min(run.questions, run.found // run.repeats if run.repeats else 0)
    return f"{there} questions are there, {wanted} are expected" if there < wanted else ""


def _date_words(expect: Expectation, role: str) -> str:
    days = expect.max_age_days
    return f"{role} is at most {days} days old" if days else f"{role} is not from the future"


def _date(expect: Expectation, run: RunFacts, now: datetime) -> str:
    age, days = now - run.created_at, expect.max_age_days
    if age < -_CLOCK_TOLERANCE:
        return f"the run is dated {run.created_at:%Y-%m-%d %H:%M}, which lies in the future"
    if days is not None and age > timedelta(days=days):
        return f"the run is {age.days} days old"
    return ""


def _origin(run: RunFacts) -> str:
    if run.origin is EvidenceOrigin.CI:
        return ""
    who = "a person" if run.origin is EvidenceOrigin.PERSON else "nobody that a record knows"
    return f"{who} handed it in; push it from CI with the token of a service account: POST /v1/runs of assay serve"


def _judge(name: str, expect: Expectation, run: RunFacts) -> str:
    others = sorted(m for m in expect.metrics if name not in run.judges.get(m, frozenset()))
    found = sorted({judge for metric in others for judge in run.judges.get(metric, frozenset())})
    return f"{', '.join(others)} was judged by {', '.join(found) or 'nobody'}" if others else ""


def _result(rule: str, words: str, problem: str) -> RuleResult:
    outcome = DecisionOutcome.INCONCLUSIVE if problem else DecisionOutcome.PASS
    return RuleResult(rule=rule, words=words, outcome=outcome, reason=problem or "as expected")
