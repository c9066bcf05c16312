"""One question about a pair of texts, in order of cost: free checks, the encoder, and a language model in doubt.

Rules of this place: the encoder's probability is joined with the free checks by a fitted logistic; only where that
leaves doubt (an interval that was measured), and only where there is a model, is one token of it asked for. The stage
that settled it is part of the finding. With the checks alone this is the `checks` judge, with the encoder the `local`
one, with a model too the `embedded` one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from evaluation.encoder import Head
from evaluation.judges._asking import Asking
from evaluation.judges._fitted import Logistic
from evaluation.judges._listed_prompts import SMALL_DIGESTS, SMALL_SYSTEM
from evaluation.judges._overlap import logit
from evaluation.judges._reading import PairReader, read_pairs
from evaluation.judges._reference_fits import Asked, Fits, ModelFit
from evaluation.judges._yes_no import probability_of_yes
from evaluation.llm import ChatModel
from evaluation.verdicts import Stage

__all__ = ["HEADS", "Finding", "Question", "Reader"]

HEADS: Final = {Asked.SAME: Head.EQUIVALENCE, Asked.HELPS: Head.RELEVANCE, Asked.ANSWERED: Head.ADDRESSES}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of one pair of texts."""

    pair: tuple[str, str]  # for the encoder
    checks: Mapping[str, float]  # values of the free checks
    words: str  # for the language model: fenced texts, then the question


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found, and who settled it."""

    yes: bool
    probability: float
    stage: Stage


class Reader:
    """Answers one kind of question."""

    def __init__(self, asked: Asked, encoder: PairReader | None, model: ChatModel | None, fits: Fits) -> None:
        """Find what was fitted for these weights under this prompt; raise `ConfigurationError` without it."""
        self._head = HEADS[asked]
        self._encoder = encoder
        digest = encoder.digest if encoder else ""
        self._fit: Logistic = fits.reader(asked, digest)
        self._doubt: ModelFit | None = None
        if model is not None:
            self._doubt = fits.model(asked, digest, model.spec.digest, SMALL_DIGESTS[asked])

    async def find(self, questions: Sequence[Question], asking: Asking | None, *, repeat: int) -> list[Finding]:
        """Return one finding for each question; raise `JudgingError` where the model fails."""
        before = await self._known(questions)
        return [
            await self._one(question, chance, asking, repeat)
            for question, chance in zip(questions, before, strict=True)
        ]

    async def _known(self, questions: Sequence[Question]) -> list[float]:
        """Return what the checks and the encoder say."""
        if self._encoder is None:
            return [self._fit.probability(question.checks) for question in questions]
        read = await read_pairs(self._encoder, self._head, [question.pair for question in questions])
        return [
            self._fit.probability({**question.checks, "encoder": logit(chance)})
            for question, chance in zip(questions, read, strict=True)
        ]

    async def _one(self, question: Question, before: float, asking: Asking | None, repeat: int) -> Finding:
        if asking is None or self._doubt is None or not self._doubt.in_doubt(before):
            stage = Stage.CHECKS if self._encoder is None else Stage.ENCODER
            return Finding(yes=before >= self._fit.threshold, probability=before, stage=stage)
        likelihood = await probability_of_yes(asking, SMALL_SYSTEM, question.words, repeat=repeat)
        joined = self._doubt.logistic
        probability = joined.probability({"reader": logit(before), "likelihood": logit(likelihood)})
        return Finding(yes=probability >= joined.threshold, probability=probability, stage=Stage.MODEL)
