"""The questions that the encoder answers, and how the texts of a pair are written for each."""

from enum import StrEnum

__all__ = ["Head", "referenced"]


class Head(StrEnum):
    """What is asked of a pair of texts (the order of the members is the order of the model's outputs)."""

    SUPPORT = "support"
    """(evidence, sentence): does the evidence support all that the sentence says?"""
    EQUIVALENCE = "equivalence"
    """(`referenced(question, reference)`, answer): does the answer say what the reference says?"""
    RELEVANCE = "relevance"
    """(question, passage): does the passage help to answer the question?"""
    ADDRESSES = "addresses"
    """(question, answer): is this an answer to the question, be it right or wrong?"""


def referenced(question: str, reference: str) -> str:
    """Return the first text of `Head.EQUIVALENCE`."""
    return f"{question.strip()} | {reference.strip()}"
