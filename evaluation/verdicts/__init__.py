"""The verdict: what a judge found about one item on one metric, or why it found nothing."""

from evaluation.verdicts._good import calls_good, good_from
from evaluation.verdicts._types import JudgeSpec, Outcome, QuoteSpan, Stage, Support, UnitVerdict, Usage, Verdict

__all__ = [
    "JudgeSpec",
    "Outcome",
    "QuoteSpan",
    "Stage",
    "Support",
    "UnitVerdict",
    "Usage",
    "Verdict",
    "calls_good",
    "good_from",
]
