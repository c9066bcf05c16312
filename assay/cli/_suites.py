"""How often attacks succeeded, as tables for people and as a document for machines."""

import dataclasses

from assay.cli._output import show, show_table
from evaluation.resistance import attack_rates
from evaluation.runs import RunLog
from reports.attacks import AttackLine, attacks_view

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
    view = attacks_view(*attack_rates(log))
    if view is None:
        return
    columns = ("attacks", "succeeded>", "rate>", "95 % interval", "not scored")
    show_table(columns, [_cells(line) for line in view.lines])
    for sentence in view.sentences:
        show(sentence)


def _cells(line: AttackLine) -> tuple[str, ...]:
    named = f"  {line.family}" if line.family else line.suite
    return (named, line.succeeded, line.rate, line.interval, line.unscored)
