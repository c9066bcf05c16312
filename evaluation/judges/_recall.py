"""Context recall: the faithfulness judge, with the reference in the place of the answer.

Rules of this place: value = sentences of the reference that the contexts support / sentences of the reference. Whoever
judges faithfulness judges this, stages and bounds alike; the spec names its metric, so that it has a judge card of its
own. A short reference ("1991") is shown with its question, since alone it states nothing; of its alternatives
the one that the contexts come closest to counts.
"""

from collections.abc import Sequence
from dataclasses import replace

from evaluation.answers import Item
from evaluation.judges._asking import failed_answer, unscored
from evaluation.judges._overlap import words
from evaluation.judges._protocol import Judge
from evaluation.judges._statements import alternatives, is_short, statements
from evaluation.verdicts import JudgeSpec, Outcome, Verdict

__all__ = ["ContextRecall"]


class ContextRecall:
    """Wraps a faithfulness judge."""

    def __init__(self, faithfulness: Judge, *, with_question: bool) -> None:
        """`with_question`: whether the judge reads words, to whom a short reference is shown with its question."""
        self._inner = faithfulness
        self._with_question = with_question
        inner = faithfulness.spec
        options = {**inner.options, "text": "reference", "with_question": with_question}
        self._spec = replace(inner, metric="context_recall", options=options)

    @property
    def spec(self) -> JudgeSpec:
        """What shapes its verdicts."""
        return self._spec

    async def judge(self, item: Item, *, repeat: int) -> Verdict:
        """Return the verdict of draw number `repeat`."""
        early = failed_answer(self._spec, item) or self._unsent(item)
        if early is not None:
            return early
        swapped = replace(item, answer=replace(item.answer, text=self._told(item)), reference=None)
        verdict = await self._inner.judge(swapped, repeat=repeat)
        reason = f"with the reference as the answer: {verdict.reason}"
        return replace(verdict, metric=self._spec.metric, judge=self._spec.digest, reason=reason, units=())

    def _unsent(self, item: Item) -> Verdict | None:
        if not statements(item.reference or ""):
            return unscored(self._spec, Outcome.NOT_APPLICABLE, "the row has no reference")
        return None

    def _told(self, item: Item) -> str:
        reference = (item.reference or "").strip()
        if not is_short(reference):
            return reference
        reference = _closest(reference, "\n".join(item.answer.contexts or ()))
        if not self._with_question or not item.question.strip():
            return reference
        return f"{' '.join(item.question.split()).rstrip(' ?.!:')}: {reference}"


def _closest(reference: str, contexts: str) -> str:
    """Return the alternative of a short reference of which the contexts hold most words."""
    known = frozenset(words(contexts))
    return max(alternatives(reference), key=lambda one: _share(words(one), known))


def _share(spoken: Sequence[str], known: frozenset[str]) -> float:
    return sum(word in known for word in spoken) / len(spoken) if spoken else 0.0
