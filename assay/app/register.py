"""Risks of a system with their status: read, rated, waived, attested and mended, for the command line and the pages.

Rules of this place: the catalogue needs no workspace, so that a status is shown where there is a store and nothing is
made by looking; whoever owns something is a person of the record, in a store with one user that one.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.people import end_of
from assay.app.workspace import Workspace
from assay.kernel import InputError, MissingError, SystemClock, UnavailableError
from risks import MEASURED, Ask, Framework

if TYPE_CHECKING:
    from governance import Actor, Record
    from governance.actions import CorrectiveAction
    from governance.classifications import RecordedClassification
    from governance.evidence import Submitted
    from governance.ratings import Rating
    from governance.status import SystemStatus
    from governance.waivers import RecordedWaiver

__all__ = [
    "RegisterView",
    "SystemLine",
    "attest_control",
    "close_action",
    "list_actions",
    "list_waivers",
    "load_portfolio",
    "load_register",
    "open_action",
    "rate_risk",
    "waive_control",
]


@dataclass(frozen=True, kw_only=True)
class RegisterView:
    """A system's risks as they stand."""

    status: "SystemStatus"
    ratings: "dict[str, Rating]"
    overdue: tuple[str, ...]  # what should have been looked at or mended, with its day


@dataclass(frozen=True, kw_only=True)
class SystemLine:
    """A system of the portfolio."""

    status: "SystemStatus"
    classification: "RecordedClassification | None"  # the newest, whatever its state
    in_use: tuple[str, ...]  # versions that are released
    overdue: int


def load_register(framework: Framework, system: str | None) -> RegisterView | None:
    """Return the register of a system (None: the workspace's own); `None` where there is no workspace with a store.

    Raise `MissingError` for a system that was named and is not known.
    """
    try:
        workspace = Workspace.find()
    except MissingError:
        if system is None:
            return None
        raise
    if not workspace.has_store:
        if system is None:
            return None
        raise MissingError("this workspace has no store yet, so no system has a status", hint="assay run")
    with closing(open_record(workspace)) as record:
        of = system or workspace.settings.default_system
        if system is not None and all(one.id != system for one in record.systems()):
            raise MissingError(f"there is no system {system!r} in the record", hint="assay systems list")
        return _view(record, framework, of, workspace.runs)


def _view(record: "Record", framework: Framework, system: str, runs: Path) -> RegisterView:
    overdue = tuple(f"{one.what} since {one.due}" for one in record.register.overdue(system))
    return RegisterView(
        status=record.register.status(system, framework, runs),
        ratings={one.risk: one for one in record.ratings.ratings(system)},
        overdue=overdue,
    )


def load_portfolio(framework: Framework) -> tuple[SystemLine, ...]:
    """Return every system of the record with its risks, its class under the AI Act and what is in use."""
    # Lazy: the Act's questions are read where a class is told.
    from risks.act import tree  # noqa: PLC0415

    with closing(open_record(Workspace.find())) as record:
        names = tuple(one.id for one in record.systems())
        classified = {one.system: one for one in reversed(record.classifications.classifications(tree()))}
        in_use: dict[str, list[str]] = {}
        for release in record.releases.releases():
            if release.state.value == "released":
                in_use.setdefault(release.system, []).append(release.version)
        overdue = record.register.overdue_by_system()
        return tuple(
            SystemLine(
                status=status,
                classification=classified.get(status.system),
                in_use=tuple(in_use.get(status.system, ())),
                overdue=len(overdue.get(status.system, ())),
            )
            for status in record.register.statuses(names, framework)
        )


def rate_risk(
    framework: Framework,
    risk: str,
    *,
    inherent: str,
    residual: str,
    treatment: str,
    review_by: str,
    owner: str | None,
    due: str | None,
    reason: str,
    system: str | None,
) -> "Rating":
    """Record a rating; levels are written LIKELIHOODxIMPACT, such as 4x5."""
    # Lazy: the record costs start-up time, and help does not need it.
    from governance.ratings import RatingDraft, Treatment  # noqa: PLC0415

    before, after = _levels("inherent", inherent), _levels("residual", residual)
    if treatment not in set(Treatment):
        raise InputError(f"--treatment is {treatment!r}, expected one of {', '.join(Treatment)}")
    with _acting() as (workspace, record, actor):
        draft = RatingDraft(
            system=system or workspace.settings.default_system,
            risk=framework.risk_named(risk).id,
            inherent_likelihood=before[0],
            inherent_impact=before[1],
            residual_likelihood=after[0],
            residual_impact=after[1],
            treatment=Treatment(treatment),
            owner=_person(record, actor, owner),
            review_by=review_by,
            due=due,
            reason=reason,
        )
        return record.ratings.rate(actor, draft, framework)


def waive_control(
    framework: Framework,
    control: str,
    *,
    risk: str | None,
    reason: str,
    compensating: str,
    days: int,
    system: str | None,
) -> "RecordedWaiver":
    """Ask to do without a control until a day."""
    from governance.waivers import WaiverDraft  # noqa: PLC0415  lazy, as above

    with _acting() as (workspace, record, actor):
        draft = WaiverDraft(
            system=system or workspace.settings.default_system,
            control=framework.control_named(control).id,
            risk=None if risk is None else framework.risk_named(risk).id,
            reason=reason,
            compensating=compensating,
            days=days,
        )
        return record.waivers.ask(actor, draft, framework)


def list_waivers(system: str | None) -> "tuple[RecordedWaiver, ...]":
    """Return the waivers of a system."""
    with _acting() as (workspace, record, _):
        return record.waivers.waivers(system or workspace.settings.default_system)


def attest_control(
    framework: Framework,
    control: str,
    document: Path,
    *,
    of: str | None,
    expires: str,
    signed: datetime | None,
    owner: str | None,
    system: str | None,
) -> "Submitted":
    """Hand in the document by which somebody attests a control, until a last day; raise `InputError` if unclear."""
    from governance.evidence import Stated, SubmissionDraft  # noqa: PLC0415  lazy, as above

    ask = attestable(framework, control, of)
    try:
        data = document.read_bytes()
    except OSError as error:
        raise UnavailableError(f"cannot read {document}: {error.strerror}") from error
    with _acting() as (workspace, record, actor):
        draft = SubmissionDraft(
            system=system or workspace.settings.default_system,
            data=data,
            name=document.name,
            stated=(Stated(kind=ask.kind.value, of=ask.of, conclusion=None),),
            owner=None if owner is None else _person(record, actor, owner),
            issued_at=signed,
            expires_at=end_of(expires, SystemClock().now()),
        )
        return record.evidence.submit(actor, draft)


def attestable(framework: Framework, control: str, of: str | None) -> Ask:
    """Return the evidence that a person can attest a control by; raise `InputError` where there is none, or several."""
    asks = [ask for ask in framework.rule(framework.control_named(control).id).evidence if ask.kind not in MEASURED]
    if of is not None:
        asks = [ask for ask in asks if ask.of.casefold() == of.strip().casefold()]
    if len(asks) == 1:
        return asks[0]
    hint = f"assay controls show {control!r} lists what proves it"
    if not asks:
        what = f"{control} asks for no {of!r}" if of else f"{control} is measured: nothing of it can be attested"
        raise InputError(what, hint=hint)
    raise InputError(f"{control} asks for {len(asks)} things", hint="--of " + " | ".join(repr(ask.of) for ask in asks))


def open_action(
    framework: Framework,
    what: str,
    *,
    due: str,
    owner: str | None,
    risk: str | None,
    control: str | None,
    system: str | None,
) -> "CorrectiveAction":
    """Record what is to be mended."""
    from governance.actions import ActionDraft  # noqa: PLC0415  lazy, as above

    with _acting() as (workspace, record, actor):
        draft = ActionDraft(
            system=system or workspace.settings.default_system,
            what=what,
            owner=_person(record, actor, owner),
            due=due,
            risk=None if risk is None else framework.risk_named(risk).id,
            control=None if control is None else framework.control_named(control).id,
        )
        return record.actions.raise_(actor, draft, framework)


def close_action(identity: str, *, evidence: str, comment: str) -> "CorrectiveAction":
    """Record what showed that it is mended."""
    with _acting() as (_, record, actor):
        return record.actions.close(actor, identity, evidence=evidence, comment=comment)


def list_actions(system: str | None) -> "tuple[CorrectiveAction, ...]":
    """Return corrective actions, open ones by their day first."""
    with _acting() as (_, record, _actor):
        return record.actions.actions(system=system)


@contextmanager
def _acting() -> "Iterator[tuple[Workspace, Record, Actor]]":
    workspace = Workspace.find()
    with closing(open_record(workspace)) as record:
        yield workspace, record, current_actor(record)


def _person(record: "Record", actor: "Actor", named: str | None) -> str:
    """Return the pseudonym of somebody of the record; raise `MissingError` for a stranger."""
    if named is None or named == actor.id:
        return actor.id
    return record.people.person(named).id


def _levels(name: str, text: str) -> tuple[int, int]:
    likelihood, cross, impact = text.lower().partition("x")
    if not cross or not likelihood.isascii() or not (likelihood + impact).isdigit():
        raise InputError(f"--{name} is {text[:40]!r}, expected LIKELIHOODxIMPACT", hint=f"--{name} 4x5")
    return int(likelihood), int(impact)
