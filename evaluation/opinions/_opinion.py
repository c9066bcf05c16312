"""What shapes an opinion, and what an opinion is."""

from dataclasses import dataclass

from assay.kernel import JsonValue, decimal_text
from evaluation.filters import FilterOutcome
from evaluation.llm import ModelSpec
from evaluation.opinions._fits import Fit, fit_for
from evaluation.opinions._questions import Question, question_of

__all__ = ["Opinion", "OpinionSpec", "opinion_spec"]


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What came of asking about one text: a score, or why there is none."""

    score: float | None = None  # 0..1, of filter and model together
    likelihood: float | None = None  # P(yes), 0..1, as the model said
    outcome: FilterOutcome = FilterOutcome.SCORED
    reason: str = ""  # why there is no score; never a piece of the text
    unreached: bool = False  # whether the model gave no reply at all


@dataclass(frozen=True, kw_only=True)
class OpinionSpec:
    """Everything that shapes the opinions on one filter's texts; part of that filter's specification."""

    judge: str  # the name by which people chose the model
    model: ModelSpec
    question: Question
    low: float  # scores from `low` to below `high` are in doubt
    high: float
    threshold: float  # the filter's: from it on a text is flagged
    fit: Fit

    def doubts(self, score: float | None) -> bool:
        """Whether a filter's score leaves enough doubt to ask."""
        return score is not None and self.low <= score < self.high

    def as_json(self) -> dict[str, JsonValue]:
        """Return the recorded form (decimals as text)."""
        return {
            "judge": self.judge,
            "model": self.model.model,
            "model_digest": self.model.digest,
            "prompt_digest": self.question.digest,
            "band": [decimal_text(self.low), decimal_text(self.high)],
            "map": "measured" if self.fit.measured else "unmeasured",
            "map_digest": self.fit.digest,
        }


def opinion_spec(
    name: str, version: str, threshold: float, band: tuple[float, float], judge: str, model: ModelSpec
) -> OpinionSpec:
    """Return what shapes the opinions of a model on the texts of a filter of this version."""
    question = question_of(name)
    low, high = band
    return OpinionSpec(
        judge=judge,
        model=model,
        question=question,
        low=low,
        high=high,
        threshold=threshold,
        fit=fit_for(name, version, model.digest, question.digest),
    )
