"""Relevancy by a language model: subject matter, and focus of what was asked.

Rules of this place: two questions of 0 or 1 each, value = their sum / 2; truth is not asked. An answer that only
declines gives nothing that was asked for: its focus is 0 whatever the model says.
"""

from typing import Final

from evaluation.answers import Item
from evaluation.judges._abstention import abstains
from evaluation.judges._asking import Asking, JudgingError, failed_answer, unscored
from evaluation.judges._fence import Fence
from evaluation.judges._prompts import RELEVANCY_DIGEST, RELEVANCY_FORMS, RELEVANCY_SCHEMA, RELEVANCY_SYSTEM
from evaluation.judges._replies import Rating, read_rating
from evaluation.llm import ChatModel, ChatRequest, Message
from evaluation.verdicts import JudgeSpec, Outcome, Verdict

__all__ = ["RelevancyJudge", "rating_reason", "too_long"]

LONGEST_ANSWER: Final = 8_000  # code points
LONGEST_QUESTION: Final = 4_000
_REPLY_TOKENS: Final = 40


class RelevancyJudge:
    """Asks a model one call a row."""

    def __init__(self, model: ChatModel, name: str) -> None:
        """Name the judge as `assay.yaml` does: `embedded`, or an endpoint's name."""
        self._model = model
        self._spec = JudgeSpec(
            name=name,
            version="1",
            metric="relevancy",
            model=model.spec.model,
            model_digest=model.spec.digest,
            prompt_digest=RELEVANCY_DIGEST,
            options={"form": "schema" if model.supports_schema else "line"},
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
            rating, _ = await asking.ask(_request(item, asking, repeat), read_rating)
        except JudgingError as failure:
            return failure.verdict(self._spec, asking.usage)
        declined = abstains(item.answer.text)
        total = min(rating.total, 1 if rating.subject is None else rating.subject) if declined else rating.total
        return Verdict(
            metric=self._spec.metric,
            outcome=Outcome.SCORED,
            judge=self._spec.digest,
            value=total / 2,
            reason=rating_reason(rating, total, declined=declined),
            usage=asking.usage,
        )


def _request(item: Item, asking: Asking, repeat: int) -> ChatRequest:
    fence = Fence([item.question, item.answer.text])
    rows = (fence.around("question", item.question), fence.around("answer", item.answer.text))
    return ChatRequest(
        messages=(
            Message(role="system", content=RELEVANCY_SYSTEM),
            Message(role="user", content="\n".join([*rows, RELEVANCY_FORMS[asking.form]])),
        ),
        max_tokens=_REPLY_TOKENS,
        schema=RELEVANCY_SCHEMA,
        repeat=repeat,
    )


def too_long(spec: JudgeSpec, item: Item) -> Verdict | None:
    """Return the verdict of a row above the bounds of this place, None for any other."""
    for text, most, what in (
        (item.answer.text, LONGEST_ANSWER, "answer"),
        (item.question, LONGEST_QUESTION, "question"),
    ):
        if len(text) > most:
            reason = f"too long to judge: {len(text)} characters in the {what}, at most {most}"
            return unscored(spec, Outcome.ERROR, reason)
    return None


def rating_reason(rating: Rating, total: int, *, declined: bool) -> str:
    """Say the points in words."""
    parts = "" if rating.subject is None else f" (subject {rating.subject}, focus {rating.focus})"
    return f"{total} of 2 points{parts}" + ("; the answer only declines" if declined else "")
