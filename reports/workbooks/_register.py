"""The register of risks as a workbook: every risk of every system, controls, corrective actions and waivers.

Rules of this place: what `assay risks import` reads again stands as the record holds it, a day that is past included;
the rest is there to be looked at. Systems come one after the other, and none is kept.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Final

from governance.actions import ActionState, CorrectiveAction
from governance.imports import REGISTER, Column
from governance.ratings import Rating, Treatment
from governance.status import AskStatus, ControlStatus, Known, RiskStatus, SystemStatus, needed
from governance.waivers import RecordedWaiver
from reports.workbooks._about import Origin, write_about
from reports.workbooks._sheets import Book, CellValue, Layout, SheetWriter, WrittenBook
from risks import Framework

__all__ = ["SystemRegister", "write_register"]

_STATUS: Final = {"treated": "C6E0B4", "accepted": "BDD7EE", "undecided": "FFE699", "open": "F4B084"}
_EVIDENCE: Final = {
    "satisfied": "C6E0B4", "not applicable": "E7E6E6", "inconclusive": "FFE699", "not satisfied": "F4B084",
    "error": "F4B084",
}  # fmt: skip
_SCORE: Final = Layout(width=13, whole=(1, 5))
_DAY: Final = Layout(width=13, day=True)
_LAYOUTS: Final = {
    "System": Layout(width=18),
    "Risk ID": Layout(width=11),
    "Risk name": Layout(width=26),
    "Component": Layout(width=18),
    "Status": Layout(width=12, fills=_STATUS),
    "Why this status": Layout(width=34),
    "How known": Layout(width=20),
    "Owner": Layout(width=25),
    "Inherent likelihood": _SCORE,
    "Inherent impact": _SCORE,
    "Inherent level": Layout(width=11),
    "Residual likelihood": _SCORE,
    "Residual impact": _SCORE,
    "Residual level": Layout(width=11),
    "Treatment": Layout(width=12, words=tuple(Treatment)),
    "Review by": _DAY,
    "Due": _DAY,
    "Rationale": Layout(width=40),
    "Rated on": _DAY,
    "Open actions": Layout(width=24),
    "Overdue": Layout(width=24),
    "What it would take": Layout(width=80),
    "Control": Layout(width=12),
    "Control name": Layout(width=34),
    "On account of": Layout(width=20),
    "Evidence": Layout(width=15, fills=_EVIDENCE),
    "What is there": Layout(width=90),
    "Waiver": Layout(width=24),
    "Action": Layout(width=24),
    "What": Layout(width=50),
    "Raised by": Layout(width=25),
    "Closed by evidence": Layout(width=24),
    "Recorded on": _DAY,
    "Asked for by": Layout(width=25),
    "Ends": _DAY,
    "Reason": Layout(width=40),
    "Done instead": Layout(width=40),
}
_CONTROLS: Final = (
    Column(heading="System", says="Id of the system."),
    Column(heading="Control", says="Id of the catalogue."),
    Column(heading="Control name", says="Name of the control in the catalogue."),
    Column(heading="On account of", says="Risks for which the control is asked for the same evidence."),
    Column(heading="Evidence", says="What the evidence amounts to, whether or not the control is waived."),
    Column(heading="How known", says="measured, attested, waived, or unknown: nothing that counts is there."),
    Column(heading="Waiver", says="By which the system does without the control now."),
    Column(heading="What is there", says="Each piece of evidence that is asked for, and what was found of it."),
)
_ACTIONS: Final = (
    Column(heading="System", says="Id of the system."),
    Column(heading="Action", says="Id of the corrective action."),
    Column(heading="What", says="What is to be mended; empty where it was erased."),
    Column(heading="Risk ID", says="That it is about, as text."),
    Column(heading="Control", says="That it is about."),
    Column(heading="Status", says="open or closed."),
    Column(heading="Owner", says="Id of the person who mends it."),
    Column(heading="Due", says="Day by which it is mended."),
    Column(heading="Overdue", says="overdue, where that day is past and it is open."),
    Column(heading="Raised by", says="Id of the person."),
    Column(heading="Closed by evidence", says="What showed that it is mended."),
    Column(heading="Recorded on", says="Day of its newest version."),
)
_WAIVERS: Final = (
    Column(heading="System", says="Id of the system."),
    Column(heading="Waiver", says="Id of the waiver."),
    Column(heading="Control", says="That the system does without."),
    Column(heading="Risk ID", says="On whose account; all, where none is named."),
    Column(heading="Status", says="Of its approval; only an approved one counts, and until its end."),
    Column(heading="Asked for by", says="Id of the person."),
    Column(heading="Four eyes", says="no, where one person approved their own wish."),
    Column(heading="Ends", says="First day on which it does not count."),
    Column(heading="Reason", says="Why; empty where it was erased."),
    Column(heading="Done instead", says="What is done instead; empty where nothing was said, or it was erased."),
    Column(heading="Recorded on", says="Day of the wish."),
)


@dataclass(frozen=True, kw_only=True)
class SystemRegister:
    """What the record holds of a system's risks."""

    status: SystemStatus
    ratings: Mapping[str, Rating]  # by risk
    actions: Sequence[CorrectiveAction]
    waivers: Sequence[RecordedWaiver]


def write_register(
    stream: IO[bytes], framework: Framework, systems: Iterable[SystemRegister], origin: Origin
) -> WrittenBook:
    """Write the workbook; `systems` are asked for one after the other."""
    book = Book("Register of risks")
    register = book.sheet(REGISTER.sheet, REGISTER.columns, _LAYOUTS, frozen=3)
    controls = book.sheet("Controls", _CONTROLS, _LAYOUTS, frozen=2)
    actions = book.sheet("Actions", _ACTIONS, _LAYOUTS, frozen=2)
    waivers = book.sheet("Waivers", _WAIVERS, _LAYOUTS, frozen=2)
    for system in systems:
        _write_risks(register, framework, system, origin.day)
        _write_controls(controls, framework, system.status)
        for action in system.actions:
            actions.append(_action_cells(action, origin.day))
        for waiver in system.waivers:
            waivers.append(_waiver_cells(waiver))
    for sheet in (register, controls, actions, waivers):
        sheet.close()
    told = {REGISTER.sheet: REGISTER.columns, "Controls": _CONTROLS, "Actions": _ACTIONS, "Waivers": _WAIVERS}
    write_about(book, REGISTER.format, origin, "assay risks import FILE.xlsx", told)
    book.book.save(stream)
    return WrittenBook(rows=register.rows, cut=tuple(book.cut))


def _write_risks(sheet: SheetWriter, framework: Framework, system: SystemRegister, day: str) -> None:
    names = {component.id: component.name for component in framework.catalogue.components}
    for one in system.status.risks:
        risk, rating = framework.risk(one.risk), system.ratings.get(one.risk)
        open_actions = [action for action in system.actions if _is_about(action, one)]
        sheet.append(
            [
                *(system.status.system, one.risk, risk.name, names[risk.component]),
                *(one.shown.value, one.reason, _how_known(one)),
                *_rating_cells(rating),
                "\n".join(f"{action.id}, due {action.due}" for action in open_actions),
                "\n".join(_overdue(rating, open_actions, day)),
                _needs(one),
            ]
        )


def _is_about(action: CorrectiveAction, risk: RiskStatus) -> bool:
    """Whether an action is open and mends a risk, or a control of it where it names no risk."""
    if action.state is not ActionState.OPEN:
        return False
    if action.risk is not None:
        return action.risk == risk.risk
    return any(control.control == action.control for control in risk.controls)


def _rating_cells(rating: Rating | None) -> list[CellValue]:
    """Return the cells from the owner to the day of the rating."""
    if rating is None:
        return [None] * 12
    return [
        rating.owner,
        *(rating.inherent_likelihood, rating.inherent_impact, _spaced(rating.inherent)),
        *(rating.residual_likelihood, rating.residual_impact, _spaced(rating.residual)),
        rating.treatment.value,
        date.fromisoformat(rating.review_by),
        None if rating.due is None else date.fromisoformat(rating.due),
        rating.reason or "",
        _day(rating.recorded_at),
    ]


def _overdue(rating: Rating | None, actions: Sequence[CorrectiveAction], day: str) -> Iterable[str]:
    if rating is not None and rating.is_overdue(day):
        yield f"review since {rating.review_by}"
    yield from (f"{action.id} since {action.due}" for action in actions if action.is_overdue(day))


def _how_known(risk: RiskStatus) -> str:
    found = Counter(control.known for control in risk.controls)
    return ", ".join(f"{found[known]} {known.value}" for known in Known if found[known])


def _needs(risk: RiskStatus) -> str:
    return "\n".join(f"{_spaced(one.ask.kind)}: {one.ask.of} ({', '.join(one.controls)})" for one in needed([risk]))


def _write_controls(sheet: SheetWriter, framework: Framework, status: SystemStatus) -> None:
    """Write each control once for all risks on whose account it stands alike."""
    alike: dict[ControlStatus, list[str]] = {}
    for risk in status.risks:
        for control in risk.controls:
            alike.setdefault(control, []).append(risk.risk)
    places = {control.id: place for place, control in enumerate(framework.catalogue.controls)}
    for control, risks in sorted(alike.items(), key=lambda one: places[one[0].control]):
        sheet.append(
            [
                *(status.system, control.control, framework.control(control.control).name, ", ".join(risks)),
                *(_spaced(control.outcome), control.known.value, control.waiver or ""),
                "\n".join(map(_found, control.asks)),
            ]
        )


def _found(one: AskStatus) -> str:
    return f"{_spaced(one.ask.kind)} {one.ask.of}: {_spaced(one.outcome)}, {one.reason}"


def _spaced(word: str) -> str:
    return word.replace("_", " ")


def _action_cells(action: CorrectiveAction, day: str) -> list[CellValue]:
    return [
        *(action.system, action.id, action.what or "", action.risk or "", action.control or "", action.state.value),
        *(action.owner, date.fromisoformat(action.due), "overdue" if action.is_overdue(day) else ""),
        *(action.raised_by, action.evidence or "", _day(action.recorded_at)),
    ]


def _waiver_cells(waiver: RecordedWaiver) -> list[CellValue]:
    return [
        *(waiver.system, waiver.id, waiver.control, waiver.risk or "all", waiver.state.value, waiver.requester),
        "yes" if waiver.four_eyes else "no",
        *(_day(waiver.expires_at), waiver.reason or "", waiver.compensating or "", _day(waiver.recorded_at)),
    ]


def _day(time: str) -> date:
    return date.fromisoformat(time[:10])
