"""Abuse, threats and hate towards people.

Rules of this place: `flagged` means abuse, a threat or hate towards people; mere profanity, quoted or reclaimed slurs,
counter-speech, abuse of things and contempt for a profession or a party do not flag. A score is what the model says, no
probability that people would agree. `docs/toxicity-card.md` says what the model learned from and where it is weak.
Torch and Detoxify are imported for `engine: detoxify` and never else.
"""

from evaluation.filters.toxicity._build import build
from evaluation.filters.toxicity._categories import Category

__all__ = ["Category", "build"]
