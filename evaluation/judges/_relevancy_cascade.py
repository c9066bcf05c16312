"""Relevancy by a cascade: words in common, a small encoder, and one token of a language model where doubt is left.

Rules of this place: two points, subject and focus, as in `_relevancy`; value = their sum / 2; truth is not asked. The
encoder reads the question beside the stretches of the answer that matter for it; a logistic for each point joins what
it says with the words in common. Where the point is in doubt and there is a model, it answers yes or no, one token,
and another logistic joins the two. An answer that only declines has no focus. Every logistic belongs to one digest of
weights (and one prompt): without its calibration there is no judge.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from evaluation.answers import Item
from evaluation.encoder import Head, load_encoder
from evaluation.judges._abstention import abstains
from evaluation.judges._asking import Asking, JudgingError, failed_answer
from evaluation.judges._calibration import (
    Calibration,
    PointFit,
    RelevancyFit,
    relevancy_calibration,
    relevancy_fit,
    uncalibrated,
)
from evaluation.judges._evidence import evidence_for, evidence_text
from evaluation.judges._fence import Fence
from evaluation.judges._overlap import content_words, logit
from evaluation.judges._prompts import FIT_DIGEST, FIT_FOCUS, FIT_SUBJECT, FIT_SYSTEM
from evaluation.judges._reading import PairReader, read_pairs
from evaluation.judges._relevancy import rating_reason, too_long
from evaluation.judges._replies import Rating
from evaluation.judges._yes_no import probability_of_yes
from evaluation.llm import ChatModel
from evaluation.verdicts import JudgeSpec, Outcome, Stage, Verdict

__all__ = [
    "FEATURES",
    "CascadeRelevancy",
    "Point",
    "embedded_relevancy",
    "likelihood_of",
    "local_relevancy",
    "relevancy_values",
]

READING: Final = 700  # code points of the answer that the encoder is shown
SHOWN: Final = 1_500  # the same for the language model
FEATURES: Final = ("addresses", "relevance", "shared", "echo", "apart")
_LONG: Final = 5  # content words of an answer that shares none with the question


class Point(StrEnum):
    """What the two points are for."""

    SUBJECT = "subject"
    FOCUS = "focus"


_QUESTIONS: Final = {Point.SUBJECT: FIT_SUBJECT, Point.FOCUS: FIT_FOCUS}


@dataclass(frozen=True, kw_only=True)
class _Judged:
    """One point: how probable it is, and who settled it."""

    probability: float
    given: bool
    stage: Stage


class CascadeRelevancy:
    """The encoder's two readings, then a model where they leave doubt."""

    def __init__(
        self,
        name: str,
        *,
        reader: PairReader,
        fit: RelevancyFit,
        model: ChatModel | None = None,
        calibration: Mapping[str, Calibration] | None = None,
    ) -> None:
        """Take the stages; without `model` the encoder's word stands, with one its `calibration` is needed."""
        self._reader, self._fit = reader, fit
        self._model, self._calibration = model, dict(calibration or {})
        self._spec = JudgeSpec(
            name=name,
            version="2",
            metric="relevancy",
            model=model.spec.model if model else "",
            model_digest=model.spec.digest if model else "",
            prompt_digest=FIT_DIGEST if model else "",
            options={"encoder": reader.digest, "fit": fit.digest, "reading": READING, "shown": SHOWN},
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
        asking = Asking(self._model) if self._model else None
        try:
            values = await relevancy_values(self._reader, item)
            points = {point: self._read(point, values) for point in Point}
            if asking is not None:
                points = {at: await self._asked(at, found, item, asking, repeat) for at, found in points.items()}
        except JudgingError as failure:
            return failure.verdict(self._spec, asking.usage if asking else None)
        return self._verdict(item, points, asking)

    def _read(self, point: Point, values: dict[str, float]) -> _Judged:
        fit = self.fit_of(point)
        chance = fit.logistic.probability(values)
        return _Judged(probability=chance, given=chance >= fit.logistic.threshold, stage=Stage.ENCODER)

    async def _asked(self, point: Point, found: _Judged, item: Item, asking: Asking, repeat: int) -> _Judged:
        """Ask the model about a point that is in doubt."""
        calibration = self._calibration.get(point)
        if calibration is None or not self.fit_of(point).doubts(found.probability):
            return found
        likelihood = await _likelihood(point, item, asking, repeat)
        chance = calibration.probability(likelihood, found.probability)
        return _Judged(probability=chance, given=chance >= calibration.logistic.threshold, stage=Stage.MODEL)

    def fit_of(self, point: Point) -> PointFit:
        """Return what a point goes by before a model is asked."""
        return self._fit.subject if point is Point.SUBJECT else self._fit.focus

    def _verdict(self, item: Item, points: dict[Point, _Judged], asking: Asking | None) -> Verdict:
        declined = abstains(item.answer.text)
        subject = int(points[Point.SUBJECT].given)
        focus = int(subject and points[Point.FOCUS].given and not declined)
        rating = Rating(total=subject + focus, subject=subject, focus=focus)
        stages = ", ".join(f"{point} by the {found.stage}" for point, found in points.items())
        verdict = Verdict(
            metric=self._spec.metric,
            outcome=Outcome.SCORED,
            judge=self._spec.digest,
            value=rating.total / 2,
            probability=0.0 if declined else points[Point.FOCUS].probability,
            reason=f"{rating_reason(rating, rating.total, declined=declined)}; {stages}",
        )
        return replace(verdict, usage=asking.usage) if asking else verdict


async def likelihood_of(point: Point, item: Item, model: ChatModel) -> float:
    """Return the model's P(yes) on one point, 0..1; raise `JudgingError` for what cannot be read."""
    return await _likelihood(point, item, Asking(model), 0)


async def _likelihood(point: Point, item: Item, asking: Asking, repeat: int) -> float:
    """Ask with question and answer first, so that the second point costs a few tokens."""
    fence = Fence([item.question, item.answer.text])
    answer = evidence_text(evidence_for(item.question, (item.answer.text,), SHOWN))
    parts = [fence.around("question", item.question), fence.around("answer", answer), _QUESTIONS[point]]
    return await probability_of_yes(asking, FIT_SYSTEM, "\n".join(parts), repeat=repeat)


async def relevancy_values(reader: PairReader, item: Item) -> dict[str, float]:
    """Return the values of `FEATURES`: two log-odds of the encoder, and three shares of words, 0..1."""
    answer = evidence_text(evidence_for(item.question, (item.answer.text,), READING))
    (addresses,) = await read_pairs(reader, Head.ADDRESSES, [(item.question, answer)])
    (relevance,) = await read_pairs(reader, Head.RELEVANCE, [(item.question, answer)])
    asked, said = set(content_words(item.question)), set(content_words(item.answer.text))
    apart = 0.0 if asked & said else min(1.0, len(said) / _LONG)
    return {
        "addresses": logit(addresses),
        "relevance": logit(relevance),
        "shared": len(asked & said) / len(asked) if asked else 0.0,
        "echo": len(asked & said) / len(said) if said else 0.0,  # an answer that only repeats the question
        "apart": apart,  # many words and none of them the question's: a bare "Paris" is no such answer
    }


def local_relevancy(name: str) -> CascadeRelevancy:
    """Return the cascade without its model stage; raise `ConfigurationError` for an encoder without a calibration."""
    reader = load_encoder()
    return CascadeRelevancy(name, reader=reader, fit=relevancy_fit(reader.digest))


def embedded_relevancy(name: str, model: ChatModel) -> CascadeRelevancy:
    """Return the whole cascade; raise `ConfigurationError` for weights without a calibration as a judge."""
    reader = load_encoder()
    calibration = relevancy_calibration(model.spec.digest, FIT_DIGEST, reader.digest)
    if calibration is None:
        raise uncalibrated(model.spec)
    return CascadeRelevancy(name, reader=reader, fit=relevancy_fit(reader.digest), model=model, calibration=calibration)
