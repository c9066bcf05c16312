"""Ratings: how people judge a system's risks, what they do about them, and when they look again."""

from governance.ratings._service import Ratings
from governance.ratings._types import LEVELS, Level, Rating, RatingDraft, Treatment, level_of

__all__ = ["LEVELS", "Level", "Rating", "RatingDraft", "Ratings", "Treatment", "level_of"]
