"""The six categories, named as Jigsaw's data and Detoxify name them, with our meaning."""

from enum import StrEnum
from typing import Final

__all__ = ["SPECIFIC", "Category"]


class Category(StrEnum):
    """What a text may be, 0..1 each; the order of the members is the order of the embedded model's outputs."""

    TOXICITY = "toxicity"
    """Abuse, threat or hate towards people: what `flagged` means."""
    SEVERE = "severe"
    """A call to violence, or a threat to life and limb."""
    OBSCENE = "obscene"
    """Obscene words, whomever they are for; never flags by itself."""
    THREAT = "threat"
    """An announcement of harm, or a call for it."""
    INSULT = "insult"
    """Abuse of somebody."""
    IDENTITY_ATTACK = "identity_attack"
    """Hate or contempt for people because of what they are: origin, religion, sex, orientation, disability, age."""


SPECIFIC: Final = (Category.IDENTITY_ATTACK, Category.THREAT, Category.INSULT)
"""What a finding may be called, where the model is sure, the more specific ones first; else it is `toxicity`."""
