"""What a confirmed classification asks of a system. Pure: the duties and the day are passed in.

Rules of this place: nothing that could be owed is left out in silence. Where nobody was asked who they are to it, what
a provider and what a deployer owes are both listed; what is for a part of a class is judged by `risks.act.reach_of`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from governance.classifications import RecordedClassification
from governance.incidents import Incident
from risks.act import ActClass, Duties, DutyOnDay, Role, Route, duties_of, remarks_on

__all__ = ["Owed", "owed_by"]

_ROUTES: Final = (Route.ANNEX_III, Route.ANNEX_I)
_ANYBODY: Final = (Role.PROVIDER, Role.DEPLOYER)
_NOBODY_ASKED: Final = "Who you are to it was not asked: what providers and what deployers owe is listed"


@dataclass(frozen=True, kw_only=True)
class Owed:
    """What is owed on a day, and what to know about it."""

    duties: tuple[DutyOnDay, ...]
    marks: frozenset[str]  # of the classification: ids of cases, `question=answer`
    remarks: tuple[str, ...]


def owed_by(found: RecordedClassification, source: Duties, *, on: date, incidents: Iterable[Incident] = ()) -> Owed:
    """Return the duties of a classification, each once; `incidents`: of the system, closed ones too."""
    marks = frozenset((*_marks(found), *_marks_of(incidents)))
    marketed = date.fromisoformat(found.marketed) if found.marketed else None
    routes = _routes(found)
    duties = {
        one.duty.id: one
        for act_class in _classes(found, routes)
        for role in found.roles or _ANYBODY
        for one in duties_of(
            source, act_class, role, on=on, marketed=marketed, route=routes[0] if len(routes) == 1 else Route.ALL
        )
    }
    order = {duty.id: number for number, duty in enumerate(source.duties)}
    remarks = remarks_on(source.remarks, marks)
    return Owed(
        duties=tuple(sorted(duties.values(), key=lambda one: order[one.duty.id])),
        marks=marks,
        remarks=remarks if found.roles else (*remarks, _NOBODY_ASKED),
    )


def _marks(found: RecordedClassification) -> Iterable[str]:
    yield from (one.id for one in found.cases)
    for question, said in (found.answers or {}).items():
        yield from (f"{question}={one.strip()}" for one in said.get("answer", "").split(","))


def _marks_of(incidents: Iterable[Incident]) -> Iterable[str]:
    for one in incidents:
        if one.grounds:  # declared serious, at some time
            yield "incident"
            yield f"incident={one.duty}"


def _routes(found: RecordedClassification) -> tuple[Route, ...]:
    """Return by which annexes a system is high-risk; Section B of Annex I is none of them."""
    annexes = {one.id.partition(".")[0] for one in found.cases if one.act_class is ActClass.HIGH_RISK}
    return tuple(route for route in _ROUTES if route.value in annexes)


def _classes(found: RecordedClassification, routes: tuple[Route, ...]) -> tuple[ActClass, ...]:
    """Return the classes whose duties count: `none` always, for what is owed without a class, or beside another."""
    reached = [one for one in found.classes if one is not ActClass.HIGH_RISK or routes]
    return tuple(dict.fromkeys((*reached, ActClass.NONE)))
