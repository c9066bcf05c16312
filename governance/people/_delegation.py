"""Lending a role: somebody who approves lets another person act for them for a time.

Rules of this place: only a role that the lender was granted themselves, on a system that their grant covers, and for no
longer; a lent role is not lent on; it counts only while the lender has theirs; whoever a request bars, bars those who
act for them, too (`governance.approvals`).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from assay.kernel import ForbiddenError, InputError, MissingError
from governance._door import Door
from governance.access import Permission, Role, covers
from governance.ledger import Actor
from governance.people._grants import record_grant, record_revocation
from governance.people._rows import read_grants
from governance.people._rules import known_person, refuse_mixed_duties, refuse_wrong_role, within_a_year
from governance.people._types import Grant, check_system

__all__ = ["Delegations"]


@dataclass(frozen=True)
class Delegations:
    """Lent roles of an open store."""

    _door: Door

    def delegate(self, actor: Actor, person: str, role: Role, system: str, *, until: datetime) -> Grant:
        """Lend a role; raise `ForbiddenError` where it is not the actor's own, `InputError` for a wrong borrower."""
        with self._door.change(actor, Permission.DELEGATE_ROLE, check_system(system)) as change:
            borrower = known_person(change.connection, person)
            if person == change.actor.id:
                raise InputError("a role is lent to somebody else")
            refuse_wrong_role(borrower, role)
            refuse_mixed_duties(change.connection, borrower, role, change.at)
            own = _own(change.connection, change.actor.id, role, system, change.at)
            end = within_a_year(until, change.at)
            if end > own.valid_until:
                raise InputError(f"your own role ends at {own.valid_until}, before {end}", hint="lend it for less long")
            return record_grant(change, person, role, system, end, lent_by=change.actor.id)

    def withdraw(self, actor: Actor, person: str, role: Role, system: str) -> None:
        """Take back a role that the actor lent; raise `MissingError` where there is none."""
        with self._door.change(actor, Permission.DELEGATE_ROLE, check_system(system)) as change:
            for lent in read_grants(change.connection, person):
                about = (lent.role, lent.system, lent.delegated_by)
                if about == (role, system, change.actor.id) and lent.revoked_at is None:
                    record_revocation(change, lent)
                    return
            raise MissingError(f"you lent {role.value} on {system} to nobody called {person}", hint="assay users list")


def _own(connection: Connection, person: str, role: Role, system: str, at: str) -> Grant:
    for grant in read_grants(connection, person):
        is_own = grant.delegated_by is None and grant.role is role and grant.revoked_at is None
        if is_own and covers(grant.system, system) and grant.valid_from <= at < grant.valid_until:
            return grant
    raise ForbiddenError(
        f"you were not granted {role.value} on {system} yourself, and a lent role is not lent on",
        hint="ask who has it",
    )
