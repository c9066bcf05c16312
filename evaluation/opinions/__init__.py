"""Second opinions: a language model is asked about texts that a filter's score leaves in doubt.

Rules of this place: what is asked about is written by others, and some of it for the model that reads it: it stands
between marks, and only one word of two is an answer. An opinion that could not be had is a failure with its reason; the
filter's own score never takes its place in silence. No reason and no record holds a piece of the text.
"""

from evaluation.opinions._fits import Fit, fit_for
from evaluation.opinions._opinion import Opinion, OpinionSpec, opinion_spec
from evaluation.opinions._questions import Question, question_of
from evaluation.opinions._reader import SecondReader
from evaluation.opinions._said import Said, said_yes

__all__ = [
    "Fit",
    "Opinion",
    "OpinionSpec",
    "Question",
    "Said",
    "SecondReader",
    "fit_for",
    "opinion_spec",
    "question_of",
    "said_yes",
]
