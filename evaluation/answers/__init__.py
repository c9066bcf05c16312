"""Answers: what the target said, from a live application or from a file."""

from evaluation.answers._language import UNDETERMINED, language_of
from evaluation.answers._types import Answer, AnswerOutcome, Item

__all__ = ["UNDETERMINED", "Answer", "AnswerOutcome", "Item", "language_of"]
