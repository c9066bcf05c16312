"""Faithfulness by the cascade, in order of cost: free checks, a small encoder, one token of a language model.

Rules of this place:
- Each sentence of the answer is judged alone; the verdict says which stage settled it.
- The free checks settle what stands in the contexts word for word, and what has hardly a word in common with them.
- The encoder reads the sentence beside the stretches of the contexts that matter for it; a logistic joins it with the
  checks. What it leaves inside the band is in doubt, and goes to the language model where there is one.
- The model answers yes or no, one token, and what counts is the probability that it gave to yes. A small model's word
  is worth little (it says yes too often), its ranking more; a logistic joins it with what was known before. Every
  logistic belongs to one digest of weights (and one prompt): without its calibration there is no judge.
- supported = the joint probability reaches the threshold. A sentence that is not, although its words stand in the
  contexts with another number or negation, is contradicted; else it is absent. The quote is found by code.
- The bounds are those of `_faithfulness`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from evaluation.answers import Item
from evaluation.encoder import Head, load_encoder
from evaluation.judges._asking import Asking, JudgingError, failed_answer
from evaluation.judges._calibration import Calibration, CascadeFit, calibration_for, cascade_fit, uncalibrated
from evaluation.judges._evidence import evidence_for, evidence_text
from evaluation.judges._faithfulness import sentences_to_judge, share_supported, unsent
from evaluation.judges._fence import Fence
from evaluation.judges._fitted import local_fit
from evaluation.judges._overlap import features, logit
from evaluation.judges._prompts import SUPPORT_DIGEST, SUPPORT_QUESTION, SUPPORT_SYSTEM
from evaluation.judges._quotes import closest_stretch
from evaluation.judges._reading import PairReader, read_pairs
from evaluation.judges._sentences import Span
from evaluation.judges._yes_no import probability_of_yes
from evaluation.llm import ChatModel
from evaluation.verdicts import JudgeSpec, Stage, Support, UnitVerdict, Verdict

__all__ = ["CascadeFaithfulness", "embedded_cascade", "local_cascade"]

READING: Final = 320  # code points of contexts that the encoder is shown for one sentence
EVIDENCE: Final = 900  # the same for the language model
_SAME_MATTER: Final = 0.6  # share of the sentence's words in one window of the contexts


@dataclass(frozen=True, kw_only=True)
class _Claim:
    """One sentence and what is known of it so far."""

    span: Span
    text: str
    checks: dict[str, float]
    probability: float  # by the last stage that looked
    stage: Stage


class CascadeFaithfulness:
    """Words, then a small encoder, then one token of a model where doubt is left."""

    def __init__(
        self,
        name: str,
        *,
        reader: PairReader,
        fit: CascadeFit,
        model: ChatModel | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        """Take the stages; without `model` the encoder's word stands, with one its `calibration` is needed."""
        self._reader, self._fit = reader, fit
        self._model, self._calibration = model, calibration
        stages = [Stage.CHECKS.value, Stage.ENCODER.value, *([Stage.MODEL.value] if model else [])]
        self._spec = JudgeSpec(
            name=name,
            version="3",
            metric="faithfulness",
            model=model.spec.model if model else "",
            model_digest=model.spec.digest if model else "",
            prompt_digest=SUPPORT_DIGEST if model else "",
            options={
                "stages": list(stages),
                "checks": local_fit().digest,
                "encoder": reader.digest,
                "fit": fit.digest,
                "reading": READING,
                **({"evidence": EVIDENCE, "calibration": calibration.digest} if calibration else {}),
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
        asking = Asking(self._model) if self._model else None
        contexts = item.answer.contexts or ()
        try:
            claims = [self._check(span, item.answer.text, contexts) for span in sentences_to_judge(item)]
            claims = await self._read(claims, contexts)
            if asking is not None:
                fence = Fence([item.answer.text, *contexts])
                claims = [await self._ask(claim, contexts, fence, asking, repeat) for claim in claims]
        except JudgingError as failure:
            return failure.verdict(self._spec, asking.usage) if asking else failure.verdict(self._spec)
        units = [self._unit(claim, contexts) for claim in claims]
        return share_supported(self._spec, units, how=_who_settled(claims), usage=asking.usage if asking else None)

    def _check(self, span: Span, answer: str, contexts: Sequence[str]) -> _Claim:
        text = span.of(answer)
        checks = features(text, contexts)
        chance = self._fit.verbatim if _verbatim(checks) else local_fit().probability(checks)
        return _Claim(span=span, text=text, checks=checks, probability=chance, stage=Stage.CHECKS)

    async def _read(self, claims: list[_Claim], contexts: Sequence[str]) -> list[_Claim]:
        """Show the encoder every claim that the checks did not settle, all in one call."""
        doubted = [claim for claim in claims if claim.probability >= self._fit.floor and not _verbatim(claim.checks)]
        if not doubted:
            return claims
        pairs = [(evidence_text(evidence_for(claim.text, contexts, READING)), claim.text) for claim in doubted]
        read = await read_pairs(self._reader, Head.SUPPORT, pairs)
        known = {claim.span: chance for claim, chance in zip(doubted, read, strict=True)}
        return [self._joined(claim, known[claim.span]) if claim.span in known else claim for claim in claims]

    def _joined(self, claim: _Claim, read: float) -> _Claim:
        chance = self._fit.encoder.probability({"encoder": logit(read), "checks": logit(claim.probability)})
        return replace(claim, probability=chance, stage=Stage.ENCODER)

    async def _ask(self, claim: _Claim, contexts: Sequence[str], fence: Fence, asking: Asking, repeat: int) -> _Claim:
        """Ask the model about a claim that the encoder left in doubt."""
        if claim.stage is not Stage.ENCODER or not self._fit.doubts(claim.probability) or not self._calibration:
            return claim
        evidence = evidence_text(evidence_for(claim.text, contexts, EVIDENCE))
        parts = [fence.around("source", evidence), fence.around("sentence", claim.text), SUPPORT_QUESTION]
        likelihood = await probability_of_yes(asking, SUPPORT_SYSTEM, "\n".join(parts), repeat=repeat)
        chance = self._calibration.probability(likelihood, claim.probability)
        return replace(claim, probability=chance, stage=Stage.MODEL)

    def _unit(self, claim: _Claim, contexts: Sequence[str]) -> UnitVerdict:
        support = Support.SUPPORTED if claim.probability >= self._threshold(claim) else _unsupported(claim)
        quote = None
        if support is not Support.ABSENT:
            quote = closest_stretch(claim.text, evidence_for(claim.text, contexts, EVIDENCE))
        return UnitVerdict(
            start=claim.span.start,
            end=claim.span.end,
            support=support,
            quote=quote,
            probability=claim.probability,
            stage=claim.stage,
        )

    def _threshold(self, claim: _Claim) -> float:
        if claim.stage is Stage.MODEL and self._calibration:
            return self._calibration.logistic.threshold
        return self._fit.encoder.threshold


def local_cascade(name: str) -> CascadeFaithfulness:
    """Return the cascade without its model stage; raise `ConfigurationError` for an encoder without a calibration."""
    reader = load_encoder()
    return CascadeFaithfulness(name, reader=reader, fit=cascade_fit(reader.digest))


def embedded_cascade(name: str, model: ChatModel) -> CascadeFaithfulness:
    """Return the whole cascade; raise `ConfigurationError` for weights without a calibration as a judge."""
    reader = load_encoder()
    calibration = calibration_for(model.spec.digest, SUPPORT_DIGEST, reader.digest)
    if calibration is None:
        raise uncalibrated(model.spec)
    return CascadeFaithfulness(
        name, reader=reader, fit=cascade_fit(reader.digest), model=model, calibration=calibration
    )


def _verbatim(checks: dict[str, float]) -> bool:
    return checks["run"] == 1 and not checks["negation"] and not checks["bare"]


def _unsupported(claim: _Claim) -> Support:
    checks = claim.checks
    differs = checks["window"] >= _SAME_MATTER and (checks["numbers"] > 0 or checks["negation"] > 0)
    return Support.CONTRADICTED if differs else Support.ABSENT


def _who_settled(claims: Sequence[_Claim]) -> str:
    counts = Counter(claim.stage for claim in claims)
    return "settled by " + ", ".join(f"{stage} {counts[stage]}" for stage in Stage if counts[stage])
