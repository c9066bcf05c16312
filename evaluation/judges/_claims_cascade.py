"""Answer correctness and completeness without an endpoint: free checks, the encoder, a small model in doubt.

Rules of this place:
- A short reference ("1991", "Paris or Lyon") is held against the answer by words, figures and spelling, and by the
  encoder (`_sameness`, `_reader`). The same words are the same without asking anybody, and other figures are not.
- Statements of a longer reference are held against the answer as an answer's sentences are held against contexts, by
  the faithfulness judge of the same name.
- Parts of a question are asked for one by one.
- A short reference that the answer denies, or gives other figures for, is contradicted; else what is not there is
  missing.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from evaluation.answers import Item
from evaluation.encoder import referenced
from evaluation.judges._asking import Asking, JudgingError, failed_answer, unscored
from evaluation.judges._claims import ClaimMetric, ClaimUse, Parts, claims_settled, claims_verdict, parts_to_judge
from evaluation.judges._contexts_cascade import shared_words
from evaluation.judges._evidence import evidence_for, evidence_text
from evaluation.judges._fence import Fence
from evaluation.judges._listed_prompts import SMALL_DIGESTS, SMALL_QUESTIONS
from evaluation.judges._protocol import Judge
from evaluation.judges._reader import Finding, Question, Reader
from evaluation.judges._reading import PairReader
from evaluation.judges._reference_fits import Asked, Fits, shipped_fits
from evaluation.judges._sameness import SAMENESS, Sameness, sameness
from evaluation.judges._statements import is_short
from evaluation.llm import ChatModel
from evaluation.verdicts import JudgeSpec, Outcome, Stage, Support, Usage, Verdict

__all__ = ["CascadeClaims", "answered", "same"]

SHOWN: Final = 600  # code points of an answer that are read
_EQUAL: Final = 0.98  # P(same) of an answer with the words of the reference, no more and no fewer
_OTHER_FIGURES: Final = 0.03  # the same of other figures without a shared word: 5 of 160 in NQ-open judged, tuning half


class CascadeClaims:
    """The `embedded` judge; without a model the `local` one, and without an encoder the `checks` one."""

    def __init__(
        self,
        metric: ClaimMetric,
        encoder: PairReader | None,
        faithfulness: Judge,
        model: ChatModel | None,
        fits: Fits | None = None,
    ) -> None:
        """Take the faithfulness judge of the same name; raise `ConfigurationError` for weights without a fit."""
        self._model = model
        self._faithfulness = faithfulness
        fits = fits or shipped_fits()
        self._same = Reader(Asked.SAME, encoder, model, fits)
        self._answered = Reader(Asked.ANSWERED, encoder, model, fits)
        self._spec = JudgeSpec(
            name=faithfulness.spec.name,
            version="1",
            metric=metric,
            model=model.spec.model if model else "",
            model_digest=model.spec.digest if model else "",
            prompt_digest=SMALL_DIGESTS[Asked.SAME] if model else "",
            options={
                "encoder": encoder.digest if encoder else "",
                "fits": fits.digest,
                "statements": faithfulness.spec.digest,
                "shown": SHOWN,
            },
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
        parts = parts_to_judge(item)
        if parts.of_reference and not is_short(item.reference or ""):
            return await self._of_statements(item, parts, repeat)
        asking = Asking(self._model) if self._model else None
        try:
            uses = await self._uses(item, parts, asking, repeat)
        except JudgingError as failure:
            return failure.verdict(self._spec, asking.usage if asking else Usage())
        return claims_verdict(self._spec, parts, uses, usage=asking.usage if asking else Usage())

    async def _of_statements(self, item: Item, parts: Parts, repeat: int) -> Verdict:
        """Let the faithfulness judge hold the reference against the answer."""
        swapped = replace(item.answer, text=item.reference or "", contexts=(item.answer.text,))
        verdict = await self._faithfulness.judge(replace(item, answer=swapped, reference=None), repeat=repeat)
        if verdict.outcome is not Outcome.SCORED or len(verdict.units) != len(parts.texts):
            reason = f"with the answer as the context: {verdict.reason}"
            outcome = Outcome.ERROR if verdict.outcome is Outcome.SCORED else verdict.outcome
            return replace(unscored(self._spec, outcome, reason, verdict.usage), unreached=verdict.unreached)
        uses = [
            ClaimUse(support=unit.support, probability=unit.probability, stage=unit.stage) for unit in verdict.units
        ]
        return claims_verdict(self._spec, parts, uses, usage=verdict.usage)

    async def _uses(self, item: Item, parts: Parts, asking: Asking | None, repeat: int) -> list[ClaimUse]:
        if not parts.of_reference:
            fence = Fence([item.question, item.answer.text])
            questions = [answered(part, item.answer.text, fence) for part in parts.texts]
            found = await self._answered.find(questions, asking, repeat=repeat)
            return [_use(one, differs=False) for one in found]
        checks = sameness(item.question, item.reference or "", item.answer.text)
        if checks.equal:
            return [ClaimUse(support=Support.SUPPORTED, probability=_EQUAL, stage=Stage.CHECKS)]
        if checks.other_figures:
            return [ClaimUse(support=Support.CONTRADICTED, probability=_OTHER_FIGURES, stage=Stage.CHECKS)]
        found = await self._same.find([same(item, checks)], asking, repeat=repeat)
        return [_use(one, differs=checks.differs) for one in found]


def same(item: Item, checks: Sameness) -> Question:
    """Return what is asked about an answer and the closest alternative of a short reference."""
    shown = evidence_text(evidence_for(checks.alternative, (item.answer.text,), SHOWN))
    fence = Fence([item.question, item.reference or "", item.answer.text])
    words = (
        fence.around("question", item.question),
        fence.around("reference", item.reference or ""),
        fence.around("answer", shown),
        SMALL_QUESTIONS[Asked.SAME],
    )
    return Question(
        pair=(referenced(item.question, checks.alternative), shown),
        checks={name: checks.values[name] for name in SAMENESS},
        words="\n".join(words),
    )


def answered(part: str, answer: str, fence: Fence) -> Question:
    """Return what is asked about one part of a question."""
    shown = evidence_text(evidence_for(part, (answer,), SHOWN))
    words: Sequence[str] = (
        fence.around("question", part),
        fence.around("answer", shown),
        SMALL_QUESTIONS[Asked.ANSWERED],
    )
    return Question(pair=(part, shown), checks={"shared": shared_words(part, shown)}, words="\n".join(words))


def _use(found: Finding, *, differs: bool) -> ClaimUse:
    missing = Support.CONTRADICTED if differs else Support.ABSENT
    return ClaimUse(
        support=Support.SUPPORTED if found.yes else missing, probability=found.probability, stage=found.stage
    )
