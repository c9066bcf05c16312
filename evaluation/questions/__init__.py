"""Questions: what is asked of the target."""

from evaluation.questions._types import Question, QuestionOrigin

__all__ = ["Question", "QuestionOrigin"]
