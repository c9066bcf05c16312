"""Judges: what finds out whether an answer is faithful to its contexts and fits its question."""

from importlib import import_module
from typing import TYPE_CHECKING

from evaluation.judges._names import (
    BUILT_IN_JUDGES,
    CHECKS_JUDGE,
    EMBEDDED_JUDGE,
    LOCAL_JUDGE,
    WITHOUT_LANGUAGE_MODEL,
)
from evaluation.judges._protocol import Judge
from evaluation.judges._sentences import Span, claims, split_sentences

if TYPE_CHECKING:
    from evaluation.judges._jury import Jury, Quality, QualityOf
    from evaluation.judges._pairwise import PairVerdict, PairwiseJudge, Winner
    from evaluation.judges._refusal import refuses
    from evaluation.judges._registry import JudgeBuilder, Metric, build_judge, metrics
    from evaluation.judges._resistance import resistance

__all__ = [
    "BUILT_IN_JUDGES",
    "CHECKS_JUDGE",
    "EMBEDDED_JUDGE",
    "LOCAL_JUDGE",
    "WITHOUT_LANGUAGE_MODEL",
    "Judge",
    "JudgeBuilder",
    "Jury",
    "Metric",
    "PairVerdict",
    "PairwiseJudge",
    "Quality",
    "QualityOf",
    "Span",
    "Winner",
    "build_judge",
    "claims",
    "metrics",
    "refuses",
    "resistance",
    "split_sentences",
]

_LAZY = {
    "JudgeBuilder": "evaluation.judges._registry",
    "Jury": "evaluation.judges._jury",
    "Metric": "evaluation.judges._registry",
    "PairVerdict": "evaluation.judges._pairwise",
    "PairwiseJudge": "evaluation.judges._pairwise",
    "Quality": "evaluation.judges._jury",
    "QualityOf": "evaluation.judges._jury",
    "Winner": "evaluation.judges._pairwise",
    "build_judge": "evaluation.judges._registry",
    "metrics": "evaluation.judges._registry",
    "refuses": "evaluation.judges._refusal",
    "resistance": "evaluation.judges._resistance",
}


def __getattr__(name: str) -> object:
    """Load judges and their prompts when they are first named (PEP 562), not for a name or a sentence."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
