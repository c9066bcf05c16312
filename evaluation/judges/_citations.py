"""`citation_correctness`: the share of an answer's citations that hold.

Source: citation precision of Gao et al. 2023 (ALCE). Rules of this place: a citation holds when its context exists and
supports the sentence, alone or as a part that the other cited contexts cannot do without; support is found by the free
checks in code (words, numbers, names, negation), which do not understand a sentence. An answer without a citation is
not applicable.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from evaluation.answers import Item
from evaluation.judges._citation_marks import CitedSentence, cited_sentences
from evaluation.judges._fitted import local_fit, local_support
from evaluation.metrics import ComputedMetric, Measured, MetricInfo, Need, Unmeasured
from evaluation.verdicts import Outcome, Support, UnitVerdict

__all__ = ["citation_correctness"]

_Supports: TypeAlias = Callable[[str, Sequence[str]], bool]
_MOST_CITATIONS: Final = 256  # of one answer; each costs up to three looks at its contexts


def citation_correctness() -> ComputedMetric:
    """Return the metric; its spec names the coefficients of the free checks."""
    return ComputedMetric(
        info=MetricInfo(
            id="citation_correctness",
            measures="share of the citations ([1], (source 2), …) whose context exists and supports the sentence",
            needs=frozenset({Need.CONTEXTS}),
            judges=(),
            source="Gao et al. 2023, ALCE citation precision; support by free checks",
        ),
        measure=lambda item: _measure(item, _supported),
        settings={"support": "free checks", "coefficients": local_fit().digest},
    )


def _supported(sentence: str, contexts: Sequence[str]) -> bool:
    return local_support(sentence, contexts) >= local_fit().threshold


def _measure(item: Item, supports: _Supports) -> Measured | Unmeasured:
    contexts = item.answer.contexts or ()
    sentences = cited_sentences(item.answer.text, contexts)
    total = sum(len(sentence.cited) for sentence in sentences)
    if not total:
        return Unmeasured(reason="the answer cites nothing")
    if total > _MOST_CITATIONS:
        return Unmeasured(outcome=Outcome.ERROR, reason=f"too long: {total} citations, at most {_MOST_CITATIONS}")
    held = [_held(sentence, contexts, supports) for sentence in sentences]
    missing = sum(place is None for sentence in sentences for place in sentence.cited)
    reason = f"{sum(held)} of {total} citations hold" + (f"; {missing} name no context" if missing else "")
    units = tuple(_unit(sentence, number) for sentence, number in zip(sentences, held, strict=True))
    return Measured(value=sum(held) / total, reason=reason, units=units)


def _held(sentence: CitedSentence, contexts: Sequence[str], supports: _Supports) -> int:
    """Return how many of the sentence's citations hold."""
    places = [place for place in sentence.cited if place is not None]
    alone = [place for place in places if supports(sentence.text, [contexts[place]])]
    if alone or not supports(sentence.text, [contexts[place] for place in places]):
        return len(alone)
    others = ([contexts[other] for other in places if other != place] for place in places)
    return sum(not supports(sentence.text, rest) for rest in others)


def _unit(sentence: CitedSentence, held: int) -> UnitVerdict:
    support = Support.SUPPORTED if held == len(sentence.cited) else Support.ABSENT
    return UnitVerdict(start=sentence.span.start, end=sentence.span.end, support=support)
