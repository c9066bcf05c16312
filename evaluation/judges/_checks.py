"""The judge `checks`: free checks in code and nothing else, for very many rows or where no model may run.

Rules of this place: honest and cheap. Faithfulness is a small logistic over the free checks, fitted on open labelled
sets (`data/local_faithfulness.yaml` says which, how many and when); relevancy is a rule on shared words. Neither
understands a sentence: a swapped name that also stands in the context passes.
"""

from typing import Final

from evaluation.answers import Item
from evaluation.judges._abstention import abstains
from evaluation.judges._asking import JudgingError, failed_answer, unscored
from evaluation.judges._faithfulness import sentences_to_judge, share_supported, unsent
from evaluation.judges._fitted import local_fit, local_support
from evaluation.judges._names import CHECKS_JUDGE
from evaluation.judges._overlap import content_words
from evaluation.judges._sentences import claims
from evaluation.verdicts import JudgeSpec, Outcome, Stage, Support, UnitVerdict, Verdict

__all__ = ["CheckedFaithfulness", "CheckedRelevancy"]

_SUBJECT: Final = 0.25  # share of the question's words in the answer
_FOCUS: Final = 0.5


class CheckedFaithfulness:
    """Word, number, name and negation checks with a fitted probability; never says `contradicted`."""

    def __init__(self) -> None:
        """Read the coefficients."""
        self._threshold = local_fit().threshold
        self._spec = JudgeSpec(
            name=CHECKS_JUDGE, version="2", metric="faithfulness", options={"coefficients": local_fit().digest}
        )

    @property
    def spec(self) -> JudgeSpec:
        """What shapes its verdicts."""
        return self._spec

    async def judge(self, item: Item, *, repeat: int) -> Verdict:  # noqa: ARG002  # the same in every draw
        """Return the verdict; a repeat changes nothing."""
        early = failed_answer(self._spec, item) or unsent(self._spec, item)
        if early is not None:
            return early
        try:
            units = self._units(item)
        except JudgingError as failure:
            return unscored(self._spec, failure.outcome, failure.reason)
        return share_supported(self._spec, units, how="by their words alone")

    def _units(self, item: Item) -> list[UnitVerdict]:
        units = []
        for span in sentences_to_judge(item):
            chance = local_support(span.of(item.answer.text), item.answer.contexts or ())
            support = Support.SUPPORTED if chance >= self._threshold else Support.ABSENT
            units.append(
                UnitVerdict(start=span.start, end=span.end, support=support, probability=chance, stage=Stage.CHECKS)
            )
        return units


class CheckedRelevancy:
    """Shared words of question and answer: a rule, not a measurement."""

    def __init__(self) -> None:
        """Fix the spec."""
        self._spec = JudgeSpec(
            name=CHECKS_JUDGE, version="1", metric="relevancy", options={"subject": str(_SUBJECT), "focus": str(_FOCUS)}
        )

    @property
    def spec(self) -> JudgeSpec:
        """What shapes its verdicts."""
        return self._spec

    async def judge(self, item: Item, *, repeat: int) -> Verdict:  # noqa: ARG002  # the same in every draw
        """Return 0, 1/2 or 1; a repeat changes nothing."""
        early = failed_answer(self._spec, item)
        if early is not None:
            return early
        asked = set(content_words(item.question))
        share = len(asked & set(content_words(item.answer.text))) / len(asked) if asked else 0.0
        says_something = bool(claims(item.answer.text)) and not abstains(item.answer.text)
        points = int(share >= _SUBJECT) + int(share >= _FOCUS and says_something)
        return Verdict(
            metric=self._spec.metric,
            outcome=Outcome.SCORED,
            judge=self._spec.digest,
            value=points / 2,
            reason=f"{share:.0%} of the question's words stand in the answer",
        )
