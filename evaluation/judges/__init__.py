"""Judges: what finds out whether an answer is faithful to its contexts and fits its question."""

from evaluation.judges._protocol import Judge
from evaluation.judges._registry import JudgeBuilder, build_judge, metrics
from evaluation.judges._sentences import Span, claims, split_sentences

__all__ = ["Judge", "JudgeBuilder", "Span", "build_judge", "claims", "metrics", "split_sentences"]
