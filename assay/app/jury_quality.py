"""What judge cards say of a jury's members: one sensitivity and specificity for each judge and metric.

Rules of this place: a card that rests on too few labels, or on labels of one kind, measures nothing; the cards of
several languages are pooled by their labels, because a jury sits for the whole run.
"""

from collections.abc import Sequence
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING

from assay.app.compose import open_record
from assay.app.workspace import Workspace

if TYPE_CHECKING:
    from evaluation.calibration import JudgeCard
    from evaluation.judges import Quality, QualityOf
    from evaluation.verdicts import JudgeSpec

__all__ = ["measured_quality", "pooled", "quality_among"]


def measured_quality(workspace: Workspace) -> "QualityOf":
    """Return a function that finds a judge's quality; cards are read when it is first called, by a jury."""

    @cache
    def found() -> "QualityOf":
        from assay.app.judge_cards import known_cards  # noqa: PLC0415  lazy: it brings the gate, and one judge needs none

        if not workspace.settings.store and not workspace.store_file.is_file():
            return quality_among(tuple(known_cards(None)))
        with closing(open_record(workspace)) as record:
            return quality_among(tuple(known_cards(record)))

    def quality_of(spec: "JudgeSpec") -> "Quality | None":
        return found()(spec)  # only now: a single judge needs no card to be built

    return quality_of


def quality_among(cards: "Sequence[JudgeCard]") -> "QualityOf":
    """Return a function that finds a judge's quality among these cards."""

    def quality_of(spec: "JudgeSpec") -> "Quality | None":
        return pooled([card for card in cards if (card.judge, card.metric) == (spec.digest, spec.metric)])

    return quality_of


def pooled(cards: "Sequence[JudgeCard]") -> "Quality | None":
    """Join the cards of one judge and metric; None where none of them measures it."""
    # Lazy: a run with one judge needs neither.
    from evaluation.calibration import FEWEST_LABELS  # noqa: PLC0415
    from evaluation.judges import Quality  # noqa: PLC0415

    found = [
        (
            card.agreement.sensitivity.value,
            card.agreement.positives,
            card.agreement.specificity.value,
            card.agreement.negatives,
        )
        for card in cards
        if card.agreement.n >= FEWEST_LABELS and card.agreement.sensitivity and card.agreement.specificity
    ]
    if not found:
        return None
    positives, negatives = sum(one[1] for one in found), sum(one[3] for one in found)
    return Quality(
        sensitivity=sum(one[0] * one[1] for one in found) / positives,
        specificity=sum(one[2] * one[3] for one in found) / negatives,
    )
