"""The team: who belongs to it, and which roles they have.

Rules of this place: the first person makes the store a team's and is its first admin; names, addresses and sign-ins go
into payloads alone, whole with each version of a person; people are disabled, never removed; what ends somebody's
standing ends their sessions in the same transaction.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from assay.kernel import InputError, JsonValue, MissingError, format_time
from governance._change import Change, StateRow
from governance._door import Door
from governance.access import ANY_SYSTEM, Permission, Role, authorize, has_team
from governance.ledger import Action, Actor, Subject
from governance.people._grants import record_grant, record_revocation
from governance.people._rows import read_grants, read_people, versions
from governance.people._rules import (
    an_admin_stays,
    known_person,
    refuse_mixed_duties,
    refuse_own_role,
    refuse_second_account,
    refuse_wrong_role,
    within_a_year,
)
from governance.people._second_admin import first_moment, take_back_what_decides
from governance.people._types import Grant, Identity, Person, PersonKind, PersonStatus, SignIn, check_system
from governance.store import PersonRow, SessionRow, table_of

__all__ = ["People"]

_PERSONS, _SESSIONS = table_of(PersonRow), table_of(SessionRow)


@dataclass(frozen=True)
class People:
    """People and roles of an open store."""

    _door: Door

    # reading

    def is_team(self) -> bool:
        """Whether anybody was ever added; until then the store has one user, its owner."""
        with self._door.reading() as connection:
            return has_team(connection)

    def persons(self) -> tuple[Person, ...]:
        """Return everybody, disabled people included, in the order in which they were added."""
        with self._door.reading() as connection:
            return tuple(sorted(read_people(connection), key=lambda one: (one.recorded_at, one.seq)))

    def person(self, person: str) -> Person:
        """Return a person; raise `MissingError` for one who was never added."""
        with self._door.reading() as connection:
            return known_person(connection, person)

    def grants(self, person: str | None = None) -> tuple[Grant, ...]:
        """Return all grants, or those of one person, ended and revoked ones included."""
        with self._door.reading() as connection:
            return read_grants(connection, person)

    def find(self, sign_in: SignIn) -> Person | None:
        """Return who is recognised by a sign-in; `None` for nobody, and for somebody who is disabled."""
        with self._door.reading() as connection:
            everybody = read_people(connection)
        found = (one for one in everybody if one.identity is not None and sign_in in one.identity.sign_ins)
        return next((one for one in found if one.status is PersonStatus.ACTIVE), None)

    def allowed(self, actor: Actor, permission: Permission, system: str | None) -> Actor:
        """Return the actor in the role that lets them do what changes nothing; raise `ForbiddenError`."""
        with self._door.reading() as connection:
            return authorize(connection, actor, permission, system, at=self._now())

    # changes

    def add(
        self, identity: Identity, actor: Actor, *, kind: PersonKind = PersonKind.HUMAN, until: datetime | None = None
    ) -> Person:
        """Add somebody, who has no role yet; the first one is made admin of the whole store, `until` a time.

        Raise `InputError` for a sign-in that is taken, for a service account that has one, and for a first person who
        is no human with a sign-in.
        """
        with self._door.change(actor, Permission.MANAGE_PEOPLE, None) as change:
            is_first = not has_team(change.connection)
            _refuse_identity(identity, kind, is_first=is_first)
            refuse_second_account(change.connection, "", identity)
            person = f"person-{secrets.token_hex(8)}"
            cells = {"kind": kind.value, "status": PersonStatus.ACTIVE.value}
            _record_person(change, Action.PERSON_ADDED, person, cells, identity, {"kind": kind.value})
            if is_first:
                end = _first_end(until)
                record_grant(change, person, Role.ADMIN, ANY_SYSTEM, within_a_year(end, change.at))
            return known_person(change.connection, person)

    def change(
        self, person: str, actor: Actor, *, identity: Identity | None = None, status: PersonStatus | None = None
    ) -> Person:
        """Give somebody another identity, or disable or enable them; what is not named stays.

        Disabling, and another sign-in, ends their sessions; a sign-in that somebody else gave them takes the roles that
        decide, until another admin grants them anew. Raise `ForbiddenError` for the last admin.
        """
        with self._door.change(actor, Permission.MANAGE_PEOPLE, None) as change:
            known = known_person(change.connection, person)
            new_identity, new_status = identity or known.identity, status or known.status
            changed = _changes(known, new_identity, new_status)
            if not changed:
                return known
            if new_identity is not None:
                _refuse_identity(new_identity, known.kind, is_first=False)
                refuse_second_account(change.connection, person, new_identity)
            cells = {"kind": known.kind.value, "status": new_status.value}
            details: dict[str, JsonValue] = {"changed": changed, "status": new_status.value}
            with an_admin_stays(change.connection, change.at):
                _record_person(change, Action.PERSON_CHANGED, person, cells, new_identity, details)
                take_back_what_decides(change, known, new_identity)
            if {"status", "sign_ins"} & set(changed):
                open_ones = (_SESSIONS.c.person == person) & _SESSIONS.c.ended_at.is_(None)
                change.connection.execute(update(_SESSIONS).where(open_ones).values(ended_at=change.at))
            return known_person(change.connection, person)

    def grant(self, person: str, role: Role, system: str, actor: Actor, *, until: datetime) -> Grant:
        """Give a role on a system (* for all) until a time, or another end to one that was given.

        Raise `ForbiddenError` for a role for oneself, for admin beside a role that approves, and for either where the
        actor could sign in as that person and another admin is there.
        """
        with self._door.change(actor, Permission.MANAGE_PEOPLE, check_system(system)) as change:
            known = known_person(change.connection, person)
            refuse_wrong_role(known, role)
            refuse_own_role(change.connection, actor.id, known, role, change.at)
            refuse_mixed_duties(change.connection, known, role, change.at)
            end = within_a_year(until, change.at)
            begin = first_moment(change, person, role, system, end)
            with an_admin_stays(change.connection, change.at):
                return record_grant(change, person, role, system, end, begin=begin)

    def revoke(self, person: str, role: Role, system: str, actor: Actor) -> Grant:
        """Take a role back; raise `MissingError` for one that is not held, `ForbiddenError` for the last admin."""
        with self._door.change(actor, Permission.MANAGE_PEOPLE, check_system(system)) as change:
            held = [
                one
                for one in read_grants(change.connection, person)
                if (one.role, one.system) == (role, system) and one.state(change.at) == "granted"
            ]
            if not held:
                raise MissingError(f"{person} does not have the role {role.value} on {system}", hint="assay users list")
            with an_admin_stays(change.connection, change.at):
                revoked = tuple(record_revocation(change, one) for one in held)  # granted, and lent by others
            return revoked[0]

    def _now(self) -> str:
        return format_time(self._door.clock.now())


def _first_end(until: datetime | None) -> datetime:
    if until is None:
        raise InputError("the first person becomes admin, and a role needs an end", hint="--until YYYY-MM-DD")
    return until


def _refuse_identity(identity: Identity, kind: PersonKind, *, is_first: bool) -> None:
    if kind is PersonKind.SERVICE and identity.sign_ins:
        raise InputError("a service account has no sign-in, it has tokens", hint="assay tokens issue PERSON")
    if is_first and (kind is PersonKind.SERVICE or not identity.sign_ins):
        raise InputError(
            "the first person becomes the admin of this store, so it must be a human who can sign in",
            hint="assay users add --name NAME --here --begin-team",
        )


def _changes(known: Person, identity: Identity | None, status: PersonStatus) -> list[str]:
    """Name what is another one; never the values."""
    old, new = known.identity, identity
    return [
        *(["name"] if new is not None and (old is None or old.name != new.name) else []),
        *(["email"] if new is not None and (old is None or old.email != new.email) else []),
        *(["sign_ins"] if new is not None and (old is None or set(old.sign_ins) != set(new.sign_ins)) else []),
        *(["status"] if known.status is not status else []),
    ]


def _record_person(
    change: Change,
    action: Action,
    person: str,
    cells: dict[str, str],
    identity: Identity | None,
    details: dict[str, JsonValue],
) -> None:
    version = 1 + versions(change.connection, _PERSONS, "person", person)
    row = StateRow(PersonRow, {"person": person, **cells, "recorded_at": change.at})
    payload = None if identity is None else identity.as_json()
    change.record(
        action, Subject(type="person", id=person, version=version, digest=None), [row], details, payload=payload
    )
