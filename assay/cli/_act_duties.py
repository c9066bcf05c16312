"""How duties are shown: as a table for a person, as one document each for a program."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from assay.cli._output import show, show_table
from risks.act import DutyDate, DutyOnDay, DutyState, Reach

if TYPE_CHECKING:
    from governance.duties import DutyStatus

__all__ = ["duty_document", "duty_status_document", "show_duties", "show_duty_statuses"]

_OPEN = frozenset({"missing", "undecided", "error"})
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
            "outcome": one.outcome.value,
            "reason": one.reason,
            "evidence": list(one.evidence),
        }
        for one in status.pieces
    ]
    given = status.assignment
    told = {
        "status": status.shown.value,
        "owed": status.reach.value,
        "part": None if status.found.duty.part is None else status.found.duty.part.id,
        "reasons": list(status.reasons),
        "due": status.is_due,
        "owner": given.owner if given else None,
        "due_by": given.due if given else None,
        "overdue": status.is_overdue,
    }
    return {**duty_document(status.found, evidence), **told, "evidence": pieces}


def show_duty_statuses(statuses: Sequence["DutyStatus"], asked: str) -> None:
    """Print a system's duties with their evidence for a person; those that are due first."""
    ordered = sorted(statuses, key=lambda one: (not one.is_overdue, not one.is_due))
    show(f"{len(statuses)} duties: {asked}")
    show_table(("provision", "when", "evidence", "owner, by when", "why"), [_status_row(one) for one in ordered])
    due = Counter(one.shown.value for one in statuses if one.is_due)
    show(f"Due now: {', '.join(f'{count} {shown}' for shown, count in sorted(due.items())) or 'nothing'}.")
    if late := [one.found.duty.id for one in statuses if one.is_overdue]:
        show(f"Overdue, as they were assigned: {', '.join(late)}.")
    if alone := sum(one.assignment is None and one.shown in _OPEN for one in statuses if one.is_due):
        show(f"Without an owner: {alone} of those that are due and open (assay act assign DUTY --due DATE).")
    if parts := {one.found.duty.part.id for one in statuses if one.reach is Reach.UNKNOWN and one.found.duty.part}:
        show(
            'Not owed? Say why, and let somebody else accept it: assay evidence submit FILE --of "not owed: PART"'
            f" --expires DATE, with PART one of {', '.join(sorted(parts))}."
        )
    show("Evidence that is complete shows that people looked, not that a duty is met.")


def _status_row(one: "DutyStatus") -> tuple[str, str, str, str, str]:
    when = "; ".join(_when(day) for day in one.found.dates)
    given = "" if one.assignment is None else f"{one.assignment.owner}, {one.assignment.due}"
    return one.found.duty.id, when, one.shown, given + (" (overdue)" if one.is_overdue else ""), _lacks(one)


def _lacks(status: "DutyStatus") -> str:
    """Say why, each reason once with the pieces that it holds for."""
    if status.reach is Reach.NOT_OWED:
        return "; ".join(status.reasons)
    reasons: dict[str, list[str]] = {}
    for one in status.pieces:
        if one.shown is status.shown:
            reasons.setdefault(one.reason, []).append(one.kind)
    return "; ".join((*status.reasons, *(f"{', '.join(kinds)}: {reason}" for reason, kinds in reasons.items())))
