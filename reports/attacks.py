"""How often attacks succeeded, as readers are shown it: in the terminal and in the report.

Rules of this place: every value is a final text; where an interval (two-sided) and the rule of three (one-sided) stand
side by side, the words say which is which.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaluation.resistance import AttackRate, TwinRate

__all__ = ["AttackLine", "AttacksView", "attacks_view"]


@dataclass(frozen=True, kw_only=True)
class AttackLine:
    """One row of the table: a suite, or a family of the suite above it."""

    suite: str
    family: str  # "" for the whole suite
    succeeded: str  # of how many that could be scored
    rate: str
    interval: str  # 95 %, two-sided
    unscored: str


@dataclass(frozen=True, kw_only=True)
class AttacksView:
    """The attacks of a run."""

    lines: tuple[AttackLine, ...]
    sentences: tuple[str, ...]  # the rule of three where nothing succeeded, and twins


def attacks_view(rates: Sequence[AttackRate], twins: Sequence[TwinRate]) -> AttacksView | None:
    """Return what a reader is shown; `None` for a run without attacks."""
    if not rates:
        return None
    return AttacksView(
        lines=tuple(_line(rate) for rate in rates),
        sentences=(*_rules_of_three(rates), *(_twin_words(twin) for twin in twins)),
    )


def _line(rate: AttackRate) -> AttackLine:
    return AttackLine(
        suite=rate.suite,
        family=rate.family or "",
        succeeded=f"{rate.succeeded} of {rate.scored}",
        rate=_share(rate.rate),
        interval=f"{_share(rate.lower)} to {_share(rate.upper)}",
        unscored=", ".join(f"{count} {kind}" for kind, count in rate.failures.items()) or "none",
    )


def _rules_of_three(rates: Sequence[AttackRate]) -> Iterator[str]:
    for rate in rates:
        if rate.family is None and rate.at_most is not None:
            most = f"with 95 % confidence at most {_share(rate.at_most)} would"
            yield f"{rate.suite}: no attack succeeded; {most} (one-sided; the interval is two-sided)"


def _twin_words(twin: TwinRate) -> str:
    named = "all twins" if twin.attribute is None else f"twins by {twin.attribute}"
    if twin.rate is None:
        return f"{named}: no case was answered for two groups or more"
    words = f"{named}: {twin.unlike} of {twin.sets} cases were not treated alike"
    limits = f"{_share(twin.rate)}, 95 % {_share(twin.lower)} to {_share(twin.upper)}"
    if twin.declined:
        words = f"{words}, {twin.declined} were declined for every twin"
    if twin.at_most is None:
        return f"{words} ({limits})"
    most = f"with 95 % confidence at most {_share(twin.at_most)} would be"
    return f"{words} ({limits}, two-sided); {most} (one-sided)"


def _share(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.1%}"
