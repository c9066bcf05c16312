"""Faithfulness by the embedded cascade: free checks first, the small model where they leave doubt.

Rules of this place:
- Each sentence is held against the contexts in their order, packed into blocks. The free checks look first: where
  hardly a word of the sentence is in a block, or the whole sentence stands there word for word, no model is asked.
- Otherwise the model answers yes or no, one token, and what counts is the probability that it gave to yes. A small
  model's word is worth little (it says yes too often), its ranking more; a logistic fitted on open sets joins it with
  the free checks. The calibration belongs to one digest of weights under one prompt: without one there is no judge.
- supported = the joint probability reaches the threshold. A sentence that is not, although its words stand in the
  block with another number or negation, is contradicted; else it is absent. The quote is found by code.
- The bounds are those of `_faithfulness`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from assay.kernel import ConfigurationError
from evaluation.answers import Item
from evaluation.judges._asking import Asking, JudgingError, failed_answer
from evaluation.judges._blocks import pack
from evaluation.judges._calibration import Calibration, calibration_for
from evaluation.judges._faithfulness import sentences_to_judge, share_supported, unsent
from evaluation.judges._fence import Fence
from evaluation.judges._fitted import local_fit
from evaluation.judges._overlap import features
from evaluation.judges._prompts import SUPPORT_DIGEST, SUPPORT_QUESTION, SUPPORT_SYSTEM
from evaluation.judges._quotes import Block, closest_stretch
from evaluation.judges._sentences import Span
from evaluation.judges._yes_no import probability_of_yes
from evaluation.llm import ChatModel
from evaluation.verdicts import JudgeSpec, Support, UnitVerdict, Verdict

__all__ = ["CascadeFaithfulness"]

BLOCK: Final = 3_000  # code points a call
FLOOR: Final = 0.1  # P(supported) by the free checks, below which no model is asked
_SAME_MATTER: Final = 0.6  # share of the sentence's words in one window of the block


@dataclass(frozen=True, kw_only=True)
class _Held:
    """One sentence against one block."""

    support: Support
    probability: float
    block: Block


class CascadeFaithfulness:
    """Words, then one token of a small model, joined by a calibration."""

    def __init__(self, model: ChatModel, name: str, calibration: Calibration | None = None) -> None:
        """Find the calibration of the model's digest if none is given; raise `ConfigurationError` without one."""
        found = calibration or calibration_for(model.spec.digest, SUPPORT_DIGEST)
        if found is None:
            raise ConfigurationError(
                f"the weights {model.spec.model!r} ({model.spec.digest or 'no digest'}) have no calibration as a judge",
                hint="assay models pull judge, or name an endpoint of assay.yaml with --judge",
            )
        self._model = model
        self._calibration = found
        self._spec = JudgeSpec(
            name=name,
            version="1",
            metric="faithfulness",
            model=model.spec.model,
            model_digest=model.spec.digest,
            prompt_digest=SUPPORT_DIGEST,
            options={
                "stages": ["checks", "model"],
                "block": BLOCK,
                "floor": str(FLOOR),
                "checks": local_fit().digest,
                "calibration": found.digest,
            },
        )

    @property
    def spec(self) -> JudgeSpec:
        """What shapes its verdicts."""
        return self._spec

    async def judge(self, item: Item, *, repeat: int) -> Verdict:
        """Return the verdict of draw number `repeat`."""
        early = failed_answer(self._spec, item) or unsent(self._spec, item)
        if early is not None:
            return early
        asking = Asking(self._model)
        try:
            spans = sentences_to_judge(item)
            units = await self._units(item, spans, asking, repeat)
        except JudgingError as failure:
            return failure.verdict(self._spec, asking.usage)
        return share_supported(self._spec, units, how=_who_settled(asking.usage.calls), usage=asking.usage)

    async def _units(self, item: Item, spans: Sequence[Span], asking: Asking, repeat: int) -> list[UnitVerdict]:
        """Block by block, so that a block's prefix is computed once for all sentences still open."""
        best: dict[Span, _Held] = {}
        fence = Fence([item.answer.text, *(item.answer.contexts or ())])
        for block in pack(item.answer.contexts or (), BLOCK):
            for span in spans:
                known = best.get(span)
                if known is None or known.support is not Support.SUPPORTED:
                    held = await self._hold(block, span.of(item.answer.text), fence, asking, repeat)
                    best[span] = held if known is None else max(known, held, key=_strength)
        return [_unit(span, best[span], span.of(item.answer.text)) for span in spans]

    async def _hold(self, block: Block, sentence: str, fence: Fence, asking: Asking, repeat: int) -> _Held:
        checks = features(sentence, [piece.text for piece in block])
        chance = local_fit().probability(checks)
        if chance >= FLOOR and not _verbatim(checks):
            likelihood = await self._asked(block, sentence, fence, asking, repeat)
            chance = self._calibration.probability(likelihood, chance)
        if self._calibration.supports(chance) or _verbatim(checks):
            return _Held(support=Support.SUPPORTED, probability=chance, block=block)
        differs = checks["window"] >= _SAME_MATTER and (checks["numbers"] > 0 or checks["negation"] > 0)
        return _Held(support=Support.CONTRADICTED if differs else Support.ABSENT, probability=chance, block=block)

    async def _asked(self, block: Block, sentence: str, fence: Fence, asking: Asking, repeat: int) -> float:
        parts = [fence.around("source", piece.text) for piece in block]
        words = "\n".join([*parts, fence.around("sentence", sentence), SUPPORT_QUESTION])
        return await probability_of_yes(asking, SUPPORT_SYSTEM, words, repeat=repeat)


def _who_settled(calls: int) -> str:
    return f"the model was asked {calls} {'time' if calls == 1 else 'times'}" if calls else "the free checks settled it"


def _verbatim(checks: dict[str, float]) -> bool:
    return checks["run"] == 1 and not checks["negation"] and not checks["bare"]


def _strength(held: _Held) -> tuple[int, float]:
    order = (Support.ABSENT, Support.CONTRADICTED, Support.SUPPORTED)
    return order.index(held.support), held.probability


def _unit(span: Span, held: _Held, sentence: str) -> UnitVerdict:
    quote = None if held.support is Support.ABSENT else closest_stretch(sentence, held.block)
    return UnitVerdict(start=span.start, end=span.end, support=held.support, quote=quote, probability=held.probability)
