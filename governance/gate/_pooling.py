"""All attempts at one candidate as one run: the rows of each are repeats of the same questions.

Rules of this place: repeats are no more questions, so that a row's repeats are one cluster, as its document's rows are;
whatever shaped one attempt alone (a judge, a card) is not said of all.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assay.kernel import digest_json
from evaluation.runs import RunLog
from evaluation.statistics import Comparison, Estimate, Estimator, Pairing
from governance.gate._types import RunFacts

__all__ = ["compare_pooled", "pool"]


def pool(candidate: RunFacts, attempts: Sequence[tuple[RunFacts, RunLog]]) -> RunFacts:
    """Return the candidate with the estimates of all `attempts` together, its own among them."""
    facts = [one for one, _ in attempts]
    languages = sum((Counter(one.languages) for one in facts), Counter[str]())
    return replace(
        candidate,
        repeats=sum(one.repeats for one in facts),
        found=sum(one.found for one in facts),
        incomplete="; ".join(f"{one.run}: {one.incomplete}" for one in facts if one.incomplete),
        created_at=min(one.created_at for one in facts),
        judges={metric: frozenset.intersection(*_each(facts, metric)) for metric in candidate.metrics},
        judge_digests={metric: _judge_digest(facts, metric) for metric in candidate.metrics},
        cards={metric: _cards(facts, metric) for metric in candidate.metrics},
        languages=languages,
        estimates=_estimates(candidate, [log for _, log in attempts]),
        pooled=tuple(one.run for one in facts),
    )


def compare_pooled(candidates: Sequence[RunLog], baseline: RunLog) -> tuple[Comparison, ...]:
    """Return candidates − baseline for each metric that all plans have, a row's repeats averaged."""
    shared = [m for m in baseline.plan.metrics if all(m in log.plan.metrics for log in candidates)]
    pairings = {metric: Pairing(metric) for metric in shared}
    sides = [*((log, Pairing.add_candidate) for log in candidates), (baseline, Pairing.add_baseline)]
    for log, add in sides:
        for row in log.rows():
            for verdict in row.verdicts:
                if verdict.metric in pairings and verdict.value is not None:
                    add(pairings[verdict.metric], row.id, row.cluster, verdict.value)
    return tuple(pairing.comparison() for pairing in pairings.values())


def _estimates(candidate: RunFacts, logs: Sequence[RunLog]) -> Mapping[str, Estimate]:
    asked = sum(log.plan.questions.count * log.plan.repeats for log in logs)
    estimators = {metric: Estimator(metric, asked=asked) for metric in candidate.metrics}
    for log in logs:
        for row in log.rows():
            for verdict in row.verdicts:
                if verdict.metric in estimators:
                    estimators[verdict.metric].add(row.id, row.cluster, verdict.outcome, verdict.value)
    # Labels of one attempt correct nothing of the others; that they are there blocks (`_attempts`).
    return {metric: estimator.estimate() for metric, estimator in estimators.items()}


def _each(facts: Sequence[RunFacts], metric: str) -> list[frozenset[str]]:
    return [one.judges.get(metric, frozenset()) for one in facts]


def _judge_digest(facts: Sequence[RunFacts], metric: str) -> str:
    digests = sorted({one.judge_digests.get(metric, "") for one in facts})
    return digests[0] if len(digests) == 1 else digest_json([*digests])


def _cards(facts: Sequence[RunFacts], metric: str) -> dict[str, str]:
    """Return what cards say in the languages in which each attempt's judge has one; the first shortcoming counts."""
    each = [one.cards.get(metric, {}) for one in facts]
    shared = set.intersection(*(set(cards) for cards in each))
    return {language: next(filter(None, (cards[language] for cards in each)), "") for language in sorted(shared)}
