"""Context relevance and precision: which of a row's contexts help to answer the question.

Rules of this place:
- Every context that came is in the denominator; a blank one helps nobody and is not sent. `contexts: []` scores 0.
- context_relevance = contexts that help / contexts. context_precision = average precision: the mean, over the ranks
  where a helpful context stands, of the share of helpful ones up to there; 0 where none helps. Both look at the
  question, and at the reference where there is one, never at the answer.
- probability = that every context helps (relevance) or that the first does (precision), where a judge gives one.
- Bounds: 64 contexts, 60,000 code points of them, 4,000 of a question or reference. Above, the row ends as `error`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from evaluation.answers import Item
from evaluation.judges._asking import unscored
from evaluation.verdicts import JudgeSpec, Outcome, Stage, Usage, Verdict

__all__ = ["LONGEST_CONTEXTS", "ContextMetric", "ContextUse", "contexts_settled", "uses_verdict"]

ContextMetric = Literal["context_relevance", "context_precision"]

MOST_CONTEXTS: Final = 64
LONGEST_CONTEXTS: Final = 60_000  # code points, all together
LONGEST_TEXT: Final = 4_000  # code points of the question, and of the reference


@dataclass(frozen=True, kw_only=True)
class ContextUse:
    """Whether one context helps, and who said so."""

    helps: bool
    probability: float | None = None  # P(helps), 0..1
    stage: Stage | None = None


def contexts_settled(spec: JudgeSpec, item: Item) -> Verdict | None:
    """Return the verdict that needs no judge: contexts that nobody saw, none retrieved, or too many to judge."""
    contexts = item.answer.contexts
    if contexts is None:
        return unscored(spec, Outcome.NOT_APPLICABLE, "the target gave no contexts to see")
    for size, most, what in (
        (len(contexts), MOST_CONTEXTS, "contexts"),
        (sum(map(len, contexts)), LONGEST_CONTEXTS, "characters of contexts"),
        (len(item.question), LONGEST_TEXT, "characters in the question"),
        (len(item.reference or ""), LONGEST_TEXT, "characters in the reference"),
    ):
        if size > most:
            return unscored(spec, Outcome.ERROR, f"too long to judge: {size} {what}, at most {most}")
    if not item.question.strip():
        return unscored(spec, Outcome.NOT_APPLICABLE, "there is no question for which a context could help")
    if not any(context.strip() for context in contexts):
        return Verdict(
            metric=spec.metric,
            outcome=Outcome.SCORED,
            judge=spec.digest,
            value=0.0,
            reason="the target retrieved nothing",
        )
    return None


def uses_verdict(spec: JudgeSpec, uses: Sequence[ContextUse], *, usage: Usage | None = None) -> Verdict:
    """Return the scored verdict of a row with at least one context, one use for each in their order."""
    helpful = [rank for rank, use in enumerate(uses, start=1) if use.helps]
    precise = spec.metric == "context_precision"
    return Verdict(
        metric=spec.metric,
        outcome=Outcome.SCORED,
        judge=spec.digest,
        value=_average_precision(helpful) if precise else len(helpful) / len(uses),
        probability=_weakest(uses[:1] if precise else uses),
        reason=_reason(helpful, uses),
        usage=usage or Usage(),
    )


def _average_precision(helpful: Sequence[int]) -> float:
    """Return the mean precision at the ranks (1-based) that help (Manning et al. 2008, §8.4); 0 for none."""
    return sum(count / rank for count, rank in enumerate(helpful, start=1)) / len(helpful) if helpful else 0.0


def _weakest(uses: Sequence[ContextUse]) -> float | None:
    chances = [use.probability for use in uses if use.probability is not None]
    return min(chances) if len(chances) == len(uses) else None


def _reason(helpful: Sequence[int], uses: Sequence[ContextUse]) -> str:
    which = f" (number {', '.join(map(str, helpful))})" if helpful else ""
    asked = sum(use.stage is Stage.MODEL for use in uses)
    how = f"; the model was asked about {asked}" if asked else ""
    return f"{len(helpful)} of {len(uses)} contexts help{which}{how}"
