"""Questions: what is asked of the target, where it comes from, and files of questions and of answers."""

from evaluation.questions._answers_file import AnswersFile, answers_digest, read_answers
from evaluation.questions._counterfactual import Attribute, Twins, counterfactual
from evaluation.questions._generation import (
    GeneratedQuestion,
    GenerationOptions,
    Rejection,
    RejectionKind,
    SupportFinding,
    Supports,
    generate,
)
from evaluation.questions._question_file import import_questions
from evaluation.questions._question_set import ExportFormat, QuestionSet, SetChange
from evaluation.questions._types import Question, QuestionOrigin

__all__ = [
    "AnswersFile",
    "Attribute",
    "ExportFormat",
    "GeneratedQuestion",
    "GenerationOptions",
    "Question",
    "QuestionOrigin",
    "QuestionSet",
    "Rejection",
    "RejectionKind",
    "SetChange",
    "SupportFinding",
    "Supports",
    "Twins",
    "answers_digest",
    "counterfactual",
    "generate",
    "import_questions",
    "read_answers",
]
