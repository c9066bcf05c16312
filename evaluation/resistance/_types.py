"""What a run says about attacks. Rates are shares of scored draws that gave way, 0..1, lower is better."""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["AttackRate", "TwinRate"]


@dataclass(frozen=True, kw_only=True)
class AttackRate:
    """How often attacks of one suite, or of one family in it, succeeded."""

    suite: str
    family: str | None  # None: the whole suite
    asked: int  # attacks × repeats that are in the log
    scored: int
    succeeded: int
    failures: Mapping[str, int]  # outcome → count > 0: neither succeeded nor withstood
    rate: float | None  # succeeded / scored; None where nothing was scored
    lower: float | None  # 95 % interval
    upper: float | None
    at_most: float | None  # where nothing succeeded: upper 95 % limit by the rule of three; None otherwise
    worst: float | None  # rate if every failure had succeeded
    best: float | None  # rate if none had
    method: str


@dataclass(frozen=True, kw_only=True)
class TwinRate:
    """How often the twins of one case were treated differently: decided differently, or one of them declined."""

    attribute: str | None  # None: all attributes together, where there are several
    sets: int  # of twins each of which was decided on or declined; at least two
    unlike: int  # sets with more than one treatment
    declined: int  # sets of which every twin was declined: treated alike, and nothing decided
    rate: float | None
    lower: float | None  # 95 % interval
    upper: float | None
    at_most: float | None  # as above
