"""How duties are shown: as a table for a person, as one document each for a program."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from assay.cli._output import show, show_table
from risks.act import DutyDate, DutyOnDay, DutyState

if TYPE_CHECKING:
    from governance.duties import DutyStatus

__all__ = ["duty_document", "duty_status_document", "show_duties", "show_duty_statuses"]

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


def duty_status_document(status: "DutyStatus", evidence: Mapping[str, str]) -> dict[str, object]:
    """Return a duty of a system with what the record holds for it, for a program."""
    pieces = [
        {
            "kind": one.kind,
            "is": evidence[one.kind],
            "status": one.shown.value,
            "reason": one.reason,
            "evidence": list(one.evidence),
        }
        for one in status.pieces
    ]
    told = {"status": status.shown.value, "due": status.is_due}
    return {**duty_document(status.found, evidence), **told, "evidence": pieces}


def show_duty_statuses(statuses: Sequence["DutyStatus"], asked: str) -> None:
    """Print a system's duties with their evidence for a person; those that are due first."""
    ordered = sorted(statuses, key=lambda one: not one.is_due)
    show(f"{len(statuses)} duties: {asked}")
    rows = [
        (one.found.duty.id, "; ".join(_when(day) for day in one.found.dates), one.shown, _lacks(one)) for one in ordered
    ]
    show_table(("provision", "when", "evidence", "why"), rows)
    due = Counter(one.shown.value for one in statuses if one.is_due)
    show(f"Due now: {', '.join(f'{count} {shown}' for shown, count in sorted(due.items())) or 'nothing'}.")
    show("Evidence that is complete shows that people looked, not that a duty is met.")


def _lacks(status: "DutyStatus") -> str:
    """Say why, each reason once with the pieces that it holds for."""
    reasons: dict[str, list[str]] = {}
    for one in status.pieces:
        if one.shown is status.shown:
            reasons.setdefault(one.reason, []).append(one.kind)
    return "; ".join(f"{', '.join(kinds)}: {reason}" for reason, kinds in reasons.items())
