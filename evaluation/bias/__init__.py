"""Whether an application treats groups of people differently, as far as twins of questions and tags can show."""

from evaluation.bias._report import bias_report
from evaluation.bias._types import BiasReport, Contrast, GroupMean

__all__ = ["BiasReport", "Contrast", "GroupMean", "bias_report"]
