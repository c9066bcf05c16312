"""When a verdict calls the whole answer good: for labels, votes and draws, which know yes and no alone."""

from typing import Final

from evaluation.verdicts._types import Verdict

__all__ = ["calls_good", "good_from"]

_FROM: Final = {
    "faithfulness": 1.0,  # one sentence that is not supported makes an answer unfaithful
    "relevancy": 1.0,  # an answer that meets the subject alone does not answer
}
_FROM_ELSE: Final = 0.5
_ROUNDING: Final = 1e-9


def calls_good(verdict: Verdict) -> bool | None:
    """Whether a verdict calls the whole answer good; `None` where it has no value."""
    if verdict.value is None:
        return None
    return verdict.value >= good_from(verdict.metric) - _ROUNDING


def good_from(metric: str) -> float:
    """Return the least value that is called good."""
    return _FROM.get(metric, _FROM_ELSE)
