"""Answer correctness and completeness by a language model: all statements in one call, each with its number.

Rules of this place: those of `_claims` and `_listing`. Stated, answered and contradicted need a quote that stands in
the answer. More than 16 parts make a second call.
"""

from collections.abc import Sequence
from typing import Final

from evaluation.answers import Item
from evaluation.judges._asking import Asking, JudgingError, failed_answer
from evaluation.judges._claims import ClaimMetric, ClaimUse, Parts, claims_settled, claims_verdict, parts_to_judge
from evaluation.judges._fence import Fence
from evaluation.judges._listed_prompts import COVERED, PARTS
from evaluation.judges._listing import Sheet, hold_parts
from evaluation.judges._quotes import Piece
from evaluation.llm import ChatModel
from evaluation.verdicts import JudgeSpec, Verdict

__all__ = ["EndpointClaims"]

PARTS_A_CALL: Final = 16


class EndpointClaims:
    """One call for sixteen parts."""

    def __init__(self, metric: ClaimMetric, model: ChatModel, name: str) -> None:
        """Name the judge as `assay.yaml` does."""
        self._model = model
        prompts = {"statements": COVERED.digest, "parts": PARTS.digest}
        self._spec = JudgeSpec(
            name=name,
            version="1",
            metric=metric,
            model=model.spec.model,
            model_digest=model.spec.digest,
            prompt_digest=COVERED.digest,
            options={"prompts": dict(prompts), "form": "schema" if model.supports_schema else "line"},
        )

    @property
    def spec(self) -> JudgeSpec:
        """What shapes its verdicts."""
        return self._spec

    async def judge(self, item: Item, *, repeat: int) -> Verdict:
        """Return the verdict of draw number `repeat`."""
        early = failed_answer(self._spec, item) or claims_settled(self._spec, item)
        if early is not None:
            return early
        asking = Asking(self._model)
        parts = parts_to_judge(item)
        try:
            uses = [use for batch in _batches(parts.texts) for use in await _held(item, parts, batch, asking, repeat)]
        except JudgingError as failure:
            return failure.verdict(self._spec, asking.usage)
        return claims_verdict(self._spec, parts, uses, usage=asking.usage)


def _batches(texts: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(texts[at : at + PARTS_A_CALL]) for at in range(0, len(texts), PARTS_A_CALL)]


async def _held(item: Item, parts: Parts, batch: tuple[str, ...], asking: Asking, repeat: int) -> list[ClaimUse]:
    fence = Fence([item.question, item.answer.text, *parts.texts])
    opening = f"{fence.around('question', item.question)}\n{fence.around('answer', item.answer.text)}"
    source = (Piece(context=0, offset=0, text=item.answer.text),)
    sheet = Sheet(fence=fence, opening=opening, parts=batch, sources=(source,) * len(batch))
    held = await hold_parts(asking, COVERED if parts.of_reference else PARTS, sheet, repeat=repeat)
    return [ClaimUse(support=one.support) for one in held]
