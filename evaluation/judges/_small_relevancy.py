"""Relevancy by the small embedded model: the two questions of `_relevancy`, one token each.

Rules of this place: a point is given when the probability of yes reaches the cut that was measured for these weights
under this prompt (`data/calibrations.yaml`); without one there is no judge. An answer that only declines has no focus.
The question and the answer come first, so that the second question costs a few tokens.
"""

from dataclasses import dataclass

from assay.kernel import ConfigurationError
from evaluation.answers import Item
from evaluation.judges._abstention import abstains
from evaluation.judges._asking import Asking, JudgingError, failed_answer
from evaluation.judges._calibration import Cuts, cuts_for
from evaluation.judges._fence import Fence
from evaluation.judges._prompts import FIT_DIGEST, FIT_FOCUS, FIT_SUBJECT, FIT_SYSTEM
from evaluation.judges._relevancy import rating_reason, too_long
from evaluation.judges._replies import Rating
from evaluation.judges._yes_no import probability_of_yes
from evaluation.llm import ChatModel
from evaluation.verdicts import JudgeSpec, Outcome, Verdict

__all__ = ["SmallRelevancy"]


@dataclass(frozen=True, kw_only=True)
class _Points:
    """P(yes) of the two questions."""

    subject: float
    focus: float


class SmallRelevancy:
    """Two one-token questions a row."""

    def __init__(self, model: ChatModel, name: str, cuts: Cuts | None = None) -> None:
        """Find the cuts of the model's digest if none are given; raise `ConfigurationError` without them."""
        found = cuts or cuts_for(model.spec.digest, FIT_DIGEST)
        if found is None:
            raise ConfigurationError(
                f"the weights {model.spec.model!r} ({model.spec.digest or 'no digest'}) have no calibration as a judge",
                hint="assay models pull judge, or name an endpoint of assay.yaml with --judge",
            )
        self._model = model
        self._cuts = found
        self._spec = JudgeSpec(
            name=name,
            version="1",
            metric="relevancy",
            model=model.spec.model,
            model_digest=model.spec.digest,
            prompt_digest=FIT_DIGEST,
            options={"calibration": found.digest},
        )

    @property
    def spec(self) -> JudgeSpec:
        """What shapes its verdicts."""
        return self._spec

    async def judge(self, item: Item, *, repeat: int) -> Verdict:
        """Return the verdict of draw number `repeat`."""
        early = failed_answer(self._spec, item) or too_long(self._spec, item)
        if early is not None:
            return early
        asking = Asking(self._model)
        try:
            points = await _points(item, asking, repeat)
        except JudgingError as failure:
            return failure.verdict(self._spec, asking.usage)
        declined = abstains(item.answer.text)
        subject = int(points.subject >= self._cuts.subject)
        focus = int(points.focus >= self._cuts.focus and not declined)
        rating = Rating(total=subject + focus, subject=subject, focus=focus)
        return Verdict(
            metric=self._spec.metric,
            outcome=Outcome.SCORED,
            judge=self._spec.digest,
            value=rating.total / 2,
            reason=rating_reason(rating, rating.total, declined=declined),
            usage=asking.usage,
        )


async def _points(item: Item, asking: Asking, repeat: int) -> _Points:
    fence = Fence([item.question, item.answer.text])
    opening = f"{fence.around('question', item.question)}\n{fence.around('answer', item.answer.text)}\n"
    subject = await probability_of_yes(asking, FIT_SYSTEM, opening + FIT_SUBJECT, repeat=repeat)
    focus = await probability_of_yes(asking, FIT_SYSTEM, opening + FIT_FOCUS, repeat=repeat)
    return _Points(subject=subject, focus=focus)
