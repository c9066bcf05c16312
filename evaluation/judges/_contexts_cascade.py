"""Context relevance and precision without an endpoint: the encoder for every context, a small model in doubt.

Rules of this place: those of `_contexts` and `_reader`. The question alone is asked for; a reference changes nothing
here. A long context is read where it comes closest to the question (`_evidence`).
"""

from collections.abc import Sequence
from typing import Final

from evaluation.answers import Item
from evaluation.judges._asking import Asking, JudgingError, failed_answer
from evaluation.judges._contexts import ContextMetric, ContextUse, contexts_settled, uses_verdict
from evaluation.judges._evidence import evidence_for, evidence_text
from evaluation.judges._fence import Fence
from evaluation.judges._listed_prompts import SMALL_DIGESTS, SMALL_QUESTIONS
from evaluation.judges._overlap import content_words
from evaluation.judges._reader import Question, Reader
from evaluation.judges._reading import PairReader
from evaluation.judges._reference_fits import Asked, Fits, shipped_fits
from evaluation.llm import ChatModel
from evaluation.verdicts import JudgeSpec, Usage, Verdict

__all__ = ["CascadeContexts", "helps", "shared_words"]

SHOWN: Final = 700  # code points of a context that are read


class CascadeContexts:
    """The `embedded` judge; without a model the `local` one, and without an encoder the `checks` one."""

    def __init__(
        self,
        metric: ContextMetric,
        encoder: PairReader | None,
        model: ChatModel | None,
        name: str,
        fits: Fits | None = None,
    ) -> None:
        """Find what was fitted for these weights; raise `ConfigurationError` without it."""
        self._model = model
        fits = fits or shipped_fits()
        self._reader = Reader(Asked.HELPS, encoder, model, fits)
        self._spec = JudgeSpec(
            name=name,
            version="1",
            metric=metric,
            model=model.spec.model if model else "",
            model_digest=model.spec.digest if model else "",
            prompt_digest=SMALL_DIGESTS[Asked.HELPS] if model else "",
            options={"encoder": encoder.digest if encoder else "", "fits": fits.digest, "shown": SHOWN},
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
        asking = Asking(self._model) if self._model else None
        try:
            uses = await self._uses(item, asking, repeat)
        except JudgingError as failure:
            return failure.verdict(self._spec, asking.usage if asking else Usage())
        return uses_verdict(self._spec, uses, usage=asking.usage if asking else Usage())

    async def _uses(self, item: Item, asking: Asking | None, repeat: int) -> list[ContextUse]:
        contexts = item.answer.contexts or ()
        sent = [at for at, context in enumerate(contexts) if context.strip()]
        fence = Fence([item.question, *contexts])
        questions = [helps(item.question, contexts[at], fence) for at in sent]
        found = dict(zip(sent, await self._reader.find(questions, asking, repeat=repeat), strict=True))
        return [
            ContextUse(helps=found[at].yes, probability=found[at].probability, stage=found[at].stage)
            if at in found
            else ContextUse(helps=False, probability=0.0)
            for at in range(len(contexts))
        ]


def helps(question: str, context: str, fence: Fence) -> Question:
    """Return what is asked about one context that is not blank."""
    shown = evidence_text(evidence_for(question, (context,), SHOWN))
    words = (fence.around("question", question), fence.around("source", shown), SMALL_QUESTIONS[Asked.HELPS])
    return Question(pair=(question, shown), checks={"shared": shared_words(question, shown)}, words="\n".join(words))


def shared_words(question: str, context: str) -> float:
    """Return the share of the question's words that stand in the context, 0..1."""
    asked: Sequence[str] = content_words(question)
    known = frozenset(content_words(context))
    return sum(word in known for word in asked) / len(asked) if asked else 0.0
