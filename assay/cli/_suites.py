"""How often attacks succeeded, as tables for people and as a document for machines."""

import dataclasses

from assay.cli._output import show, show_table
from evaluation.resistance import AttackRate, TwinRate, attack_rates
from evaluation.runs import RunLog

__all__ = ["show_attacks", "suites_document"]


def suites_document(log: RunLog) -> dict[str, object]:
    """Return `attacks` and `twins`, nothing for a run without attacks."""
    rates, twins = attack_rates(log)
    if not rates:
        return {}
    return {
        "attacks": [dataclasses.asdict(rate) for rate in rates],
        "twins": [dataclasses.asdict(twin) for twin in twins],
    }


def show_attacks(log: RunLog) -> None:
    """Print a line for every suite and family, nothing for a run without attacks."""
    rates, twins = attack_rates(log)
    if not rates:
        return
    columns = ("attacks", "succeeded>", "rate>", "95 % interval", "not scored")
    show_table(columns, [_cells(rate) for rate in rates])
    for rate in rates:
        if rate.family is None and rate.at_most is not None:
            show(f"{rate.suite}: no attack succeeded; with 95 % confidence at most {_share(rate.at_most)} would")
    for twin in twins:
        show(_twin_words(twin))


def _cells(rate: AttackRate) -> tuple[str, ...]:
    return (
        rate.suite if rate.family is None else f"  {rate.family}",
        f"{rate.succeeded} of {rate.scored}",
        _share(rate.rate),
        f"{_share(rate.lower)} to {_share(rate.upper)}",
        ", ".join(f"{count} {kind}" for kind, count in rate.failures.items()) or "none",
    )


def _twin_words(twin: TwinRate) -> str:
    if twin.rate is None:
        return f"twins by {twin.attribute}: no case was decided for two groups or more"
    words = f"twins by {twin.attribute}: {twin.unlike} of {twin.sets} cases were not decided alike"
    limits = f"{_share(twin.rate)}, 95 % {_share(twin.lower)} to {_share(twin.upper)}"
    more = f"; with 95 % confidence at most {_share(twin.at_most)} would be" if twin.at_most is not None else ""
    return f"{words} ({limits}){more}"


def _share(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.1%}"
