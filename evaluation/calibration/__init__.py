"""Calibration: judges held against people. Labels, judge cards, and rows that are drawn for people to label.

Types and arithmetic come at once; what reads files, judges rows or draws samples is loaded when it is first named.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from evaluation.calibration._types import (
    FEWEST_LABELS,
    JudgeCard,
    Label,
    LabelSet,
    Quantiles,
    Sampling,
    SamplingStrategy,
)

if TYPE_CHECKING:
    from evaluation.calibration._card_documents import card_document, parse_card
    from evaluation.calibration._cards import CheckedRow, Disagreement, checked_rows, make_cards
    from evaluation.calibration._correcting import correct_estimate
    from evaluation.calibration._judging import JudgedRow, judge_rows
    from evaluation.calibration._labels_file import LabelledRow, read_labels, rubric_of
    from evaluation.calibration._people import people_alpha
    from evaluation.calibration._review_file import ReviewFormat, read_review, review_rows, write_review
    from evaluation.calibration._sampling import draw_rows, frame, inclusion
    from evaluation.calibration._shipped import shipped_cards

__all__ = [
    "FEWEST_LABELS",
    "CheckedRow",
    "Disagreement",
    "JudgeCard",
    "JudgedRow",
    "Label",
    "LabelSet",
    "LabelledRow",
    "Quantiles",
    "ReviewFormat",
    "Sampling",
    "SamplingStrategy",
    "card_document",
    "checked_rows",
    "correct_estimate",
    "draw_rows",
    "frame",
    "inclusion",
    "judge_rows",
    "make_cards",
    "parse_card",
    "people_alpha",
    "read_labels",
    "read_review",
    "review_rows",
    "rubric_of",
    "shipped_cards",
    "write_review",
]

_HOMES = {
    "CheckedRow": "_cards",
    "Disagreement": "_cards",
    "JudgedRow": "_judging",
    "LabelledRow": "_labels_file",
    "ReviewFormat": "_review_file",
    "card_document": "_card_documents",
    "checked_rows": "_cards",
    "correct_estimate": "_correcting",
    "draw_rows": "_sampling",
    "frame": "_sampling",
    "inclusion": "_sampling",
    "judge_rows": "_judging",
    "make_cards": "_cards",
    "parse_card": "_card_documents",
    "people_alpha": "_people",
    "read_labels": "_labels_file",
    "read_review": "_review_file",
    "review_rows": "_review_file",
    "rubric_of": "_labels_file",
    "shipped_cards": "_shipped",
    "write_review": "_review_file",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"evaluation.calibration.{_HOMES[name]}"), name)
