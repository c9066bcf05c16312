"""How duties are shown: as a table for a person, as one document each for a program."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from assay.cli._output import show, show_table
from risks.act import DutyDate, DutyOnDay, DutyState

__all__ = ["duty_document", "show_duties"]

_STATES: Mapping[DutyState, str] = {
    DutyState.APPLIES: "applies since {}",
    DutyState.FORMAL_ONLY: "bites on {}, formally since {}",
    DutyState.NOT_YET: "from {}",
    DutyState.AFTER_CHANGE: "after a significant change; for public authorities by {}",
}


def duty_document(found: DutyOnDay, evidence: Mapping[str, str]) -> dict[str, object]:
    """Return a duty for a program."""
    duty = found.duty
    return {
        "id": duty.id,
        "article": duty.article,
        "title": duty.title,
        "says": duty.says,
        "only_for": duty.only_for or None,
        "roles": list(duty.roles),
        "classes": list(duty.classes),
        "dates": [asdict(one) for one in found.dates],
        "evidence": [{"kind": kind, "is": evidence[kind]} for kind in duty.evidence],
        "clock": asdict(duty.clock) if duty.clock else None,
    }


def show_duties(found: Sequence[DutyOnDay], asked: str) -> None:
    """Print duties for a person."""
    show(f"{len(found)} duties: {asked}")
    show_table(("provision", "duty", "when", "what could show it"), [_row(one) for one in found])


def _row(found: DutyOnDay) -> tuple[str, str, str, str]:
    duty = found.duty
    clock = f" [{duty.clock.kind} {duty.clock.length} from {duty.clock.counted_from}]" if duty.clock else ""
    only = f" (only: {duty.only_for})" if duty.only_for else ""
    when = "; ".join(_when(one) for one in found.dates)
    return duty.id, duty.says + only + clock, when, ", ".join(duty.evidence)


def _when(one: DutyDate) -> str:
    return f"{one.route}: {_STATES[one.state].format(one.effective, one.formal)}".removeprefix("all: ")
