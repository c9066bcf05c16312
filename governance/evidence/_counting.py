"""Which facts count, and where a number stands to its bounds: the rules that statuses and gates share. Pure.

Rules of this place: what is dated ahead, expired or too old never counts, in this order; where nothing counts, the
newest that does not is what people are told of; an interval keeps a bound only as a whole and misses it only as a
whole. Each reader says in its own words why a fact does not count, and what follows from where a number stands.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, TypeVar

from assay.kernel import format_time
from governance.evidence._types import CLOCKS_APART, Fact

__all__ = ["Instant", "Sifted", "Stand", "Untimely", "sift", "stand"]

_Number = TypeVar("_Number", float, Decimal)


class Untimely(StrEnum):
    """Why a fact is of the wrong time."""

    AHEAD = "ahead"  # by more than clocks differ
    EXPIRED = "expired"
    OLD = "old"


class Stand(StrEnum):
    """Where an interval stands to what is wanted of it."""

    KEPT = "kept"  # the whole of it
    OPEN = "open"  # a bound lies within it
    MISSED = "missed"  # the whole of it lies on the wrong side of a bound


@dataclass(frozen=True)
class Instant:
    """A time at which facts are looked at; times of facts compare as texts, for the record writes them in one form."""

    now: datetime

    @cached_property
    def text(self) -> str:
        """The time, as facts have it."""
        return format_time(self.now)

    @cached_property
    def latest(self) -> str:
        """Newest time at which evidence can have been issued."""
        return format_time(self.now + CLOCKS_APART)

    def oldest(self, days: int) -> str:
        """Oldest time that counts."""
        found = self._oldest.get(days)
        if found is None:
            try:
                found = format_time(self.now - timedelta(days=days))
            except OverflowError:  # before the year 1: nothing is older
                found = ""
            self._oldest[days] = found
        return found

    def untimely(self, fact: Fact, max_age_days: int | None) -> Untimely | None:
        """Say why a fact is of the wrong time, `None` where it is not."""
        if fact.issued_at > self.latest:
            return Untimely.AHEAD
        if fact.expires_at is not None and fact.expires_at <= self.text:
            return Untimely.EXPIRED
        if max_age_days is not None and fact.issued_at < self.oldest(max_age_days):
            return Untimely.OLD
        return None

    @cached_property
    def _oldest(self) -> dict[int, str]:
        """What was asked for before: one answer an age, not one a fact."""
        return {}


class Sifted(NamedTuple):
    """Facts that count, and the others with what is wrong with each."""

    counting: Sequence[Fact]
    others: Sequence[tuple[Fact, str]]

    @property
    def newest_other(self) -> tuple[Fact, str]:
        """What to tell people of where nothing counts."""
        return max(self.others, key=lambda found: (found[0].issued_at, found[0].evidence))


def sift(facts: Sequence[Fact], problem: Callable[[Fact], str]) -> Sifted:
    """Part facts by whether there is a problem with them, "" for none."""
    found = [(fact, problem(fact)) for fact in facts]
    return Sifted([fact for fact, what in found if not what], [one for one in found if one[1]])


def stand(lower: _Number, upper: _Number, *, least: _Number | None = None, most: _Number | None = None) -> Stand:
    """Hold an interval against a bound from below, from above, or both."""
    if (least is not None and upper < least) or (most is not None and lower > most):
        return Stand.MISSED
    if (least is not None and lower < least) or (most is not None and upper > most):
        return Stand.OPEN
    return Stand.KEPT
