"""What the model says of a text."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["NameSpan", "NameType"]


class NameType(StrEnum):
    """What a span names. Organisations are learned too, so that they are not taken for people, but never returned."""

    PERSON = "PERSON"
    """A person, with the title before the name: "Dr. Marta Example"."""
    LOCATION = "LOCATION"
    """A city, country, region, river, building: what a map shows under a name."""
    ADDRESS = "ADDRESS"
    """A postal address or a street: "12 Example Street, Springfield, IL 62701"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NameSpan:
    """One name in one text."""

    type: NameType
    start: int  # code points, inclusive
    end: int  # code points, exclusive
    score: float  # 0.5..1: mean over its words of 0.5 at the model's threshold, 1 where it is sure; not calibrated
