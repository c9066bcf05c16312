"""Context relevance and precision by a language model: all contexts that fit in one call, each with its number.

Rules of this place: those of `_contexts` and `_listing`. A context that is cut helps when one of its stretches does.
A context helps only with a quote that stands in it.
"""

from typing import Final

from evaluation.answers import Item
from evaluation.judges._asking import Asking, JudgingError, failed_answer
from evaluation.judges._blocks import pack
from evaluation.judges._contexts import ContextMetric, ContextUse, contexts_settled, uses_verdict
from evaluation.judges._fence import Fence
from evaluation.judges._listed_prompts import HELPFUL
from evaluation.judges._listing import Sheet, hold_parts
from evaluation.llm import ChatModel
from evaluation.verdicts import JudgeSpec, Support, Verdict

__all__ = ["EndpointContexts"]

BLOCK: Final = 6_000  # code points a call


class EndpointContexts:
    """One call a row, or one for each 6,000 code points of contexts."""

    def __init__(self, metric: ContextMetric, model: ChatModel, name: str) -> None:
        """Name the judge as `assay.yaml` does."""
        self._model = model
        self._spec = JudgeSpec(
            name=name,
            version="1",
            metric=metric,
            model=model.spec.model,
            model_digest=model.spec.digest,
            prompt_digest=HELPFUL.digest,
            options={"block": BLOCK, "form": "schema" if model.supports_schema else "line"},
        )

    @property
    def spec(self) -> JudgeSpec:
        """What shapes its verdicts."""
        return self._spec

    async def judge(self, item: Item, *, repeat: int) -> Verdict:
        """Return the verdict of draw number `repeat`."""
        early = failed_answer(self._spec, item) or contexts_settled(self._spec, item)
        if early is not None:
            return early
        asking = Asking(self._model)
        try:
            helpful = await _helpful(item, asking, repeat)
        except JudgingError as failure:
            return failure.verdict(self._spec, asking.usage)
        uses = [ContextUse(helps=at in helpful) for at in range(len(item.answer.contexts or ()))]
        return uses_verdict(self._spec, uses, usage=asking.usage)


async def _helpful(item: Item, asking: Asking, repeat: int) -> set[int]:
    """Return the 0-based numbers of the contexts that help."""
    contexts = item.answer.contexts or ()
    fence = Fence([item.question, item.reference or "", *contexts])
    rows = [fence.around("question", item.question)]
    if item.reference and item.reference.strip():
        rows.append(fence.around("reference", item.reference))
    found: set[int] = set()
    for block in pack(contexts, BLOCK):
        sheet = Sheet(
            fence=fence,
            opening="\n".join(rows),
            parts=tuple(piece.text for piece in block),
            sources=tuple((piece,) for piece in block),
        )
        held = await hold_parts(asking, HELPFUL, sheet, repeat=repeat)
        found |= {piece.context for piece, one in zip(block, held, strict=True) if one.support is Support.SUPPORTED}
    return found
