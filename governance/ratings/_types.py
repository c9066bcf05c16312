"""A rating of a risk: likelihood and impact before and after treatment.

Rules of this place: both go from 1 to 5, and their product gives a level by bounds that stand here in the open; a level
is people's judgement and is never mixed with what was measured.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["LEVELS", "Level", "Rating", "RatingDraft", "Treatment", "level_of"]


class Treatment(StrEnum):
    """What is done about a risk (ISO 31000's words)."""

    MITIGATE = "mitigate"
    AVOID = "avoid"
    TRANSFER = "transfer"
    ACCEPT = "accept"


class Level(StrEnum):
    """How large a risk is judged to be."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very_high"


LEVELS: Final = ((20, Level.VERY_HIGH), (10, Level.HIGH), (5, Level.MEDIUM), (1, Level.LOW))  # from this product on


def level_of(likelihood: int, impact: int) -> Level:
    """Return the level of a likelihood and an impact, each 1..5."""
    return next(level for least, level in LEVELS if likelihood * impact >= least)


@dataclass(frozen=True, kw_only=True)
class RatingDraft:
    """A rating before it is recorded."""

    system: str
    risk: str
    inherent_likelihood: int
    inherent_impact: int
    residual_likelihood: int
    residual_impact: int
    treatment: Treatment
    owner: str  # pseudonym
    review_by: str  # ISO 8601 date
    due: str | None = None  # of the treatment; ISO 8601 date
    reason: str = ""  # goes to the payload


@dataclass(frozen=True, kw_only=True)
class Rating:
    """A rating as it stands."""

    seq: int
    system: str
    risk: str
    inherent_likelihood: int
    inherent_impact: int
    residual_likelihood: int
    residual_impact: int
    treatment: Treatment
    owner: str
    due: str | None
    review_by: str
    framework: str
    rater: str
    recorded_at: str
    reason: str | None  # None: none was given, or it was erased

    @property
    def inherent(self) -> Level:
        """Level before treatment."""
        return level_of(self.inherent_likelihood, self.inherent_impact)

    @property
    def residual(self) -> Level:
        """Level after it."""
        return level_of(self.residual_likelihood, self.residual_impact)

    def is_overdue(self, day: str) -> bool:
        """Whether the review should have been before a day (ISO 8601 date)."""
        return self.review_by < day
