"""One admin alone makes nobody at once who approves, or who manages people.

Rules of this place: whoever added somebody, or gave them a sign-in, could sign in as them, so another admin grants them
the roles that decide; where no other admin is there, such a role counts a day later, and until then everybody can see
it; somebody whom another person gives a sign-in loses the roles that decide, lent ones too. The one exception is the
first day of a team, on which its first admin sets it up: before that day they were alone with the store anyway.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, select

from assay.kernel import ForbiddenError, InputError, format_time, parse_strict, parse_time
from governance._change import Change
from governance.access import APPROVING_ROLES, Role, admins_of
from governance.ledger import Action
from governance.people._grants import record_revocation
from governance.people._rows import read_grants
from governance.people._types import Identity, Person
from governance.store import LedgerEntry, PersonRow, table_of

__all__ = ["first_moment", "take_back_what_decides"]

DECIDING_ROLES: Final = APPROVING_ROLES | {Role.ADMIN}
WAIT: Final = timedelta(hours=24)
_PERSONS, _ENTRIES = table_of(PersonRow), table_of(LedgerEntry)


def first_moment(change: Change, person: str, role: Role, system: str, end: str) -> str:
    """Return from when a role that the actor grants now counts.

    Raise `ForbiddenError` where another admin has to grant it, `InputError` where it would end before it counts.
    """
    sponsors = _sponsors(change.connection, person)
    free = role not in DECIDING_ROLES or change.actor.id == person or change.actor.id not in sponsors
    if free or _sets_up_the_team(change):
        return change.at
    for held in read_grants(change.connection, person):
        if (held.role, held.system, held.delegated_by) == (role, system, None) and held.state(change.at) == "granted":
            return held.valid_from  # another end for what was given
    if admins_of(change.connection, at=change.at) - sponsors:
        raise ForbiddenError(
            f"you added {person} or gave them a sign-in, so another admin grants them {role.value}",
            hint=f"ask another admin: assay users grant {person} --role {role.value} --system '{system}'",
        )
    begin = format_time(parse_time(change.at) + WAIT)
    if end <= begin:
        raise InputError(f"you are the only admin, so {role.value} counts from {begin}, and it would end before")
    return begin


def take_back_what_decides(change: Change, before: Person, after: Identity | None) -> None:
    """Revoke the roles that decide of somebody who has another sign-in now, given by somebody else than themselves."""
    known = () if before.identity is None else before.identity.sign_ins
    is_new = after is not None and not set(after.sign_ins) <= set(known)
    if not is_new or change.actor.id == before.id or _sets_up_the_team(change):
        return
    for held in read_grants(change.connection, before.id):
        if held.role in DECIDING_ROLES and held.state(change.at) == "granted":
            record_revocation(change, held)


def _sponsors(connection: Connection, person: str) -> frozenset[str]:
    """Return who added a person or changed their sign-ins, at any time: an older sign-in may still be there."""
    bodies = connection.execute(
        select(_ENTRIES.c.body).join(_PERSONS, _PERSONS.c.seq == _ENTRIES.c.seq).where(_PERSONS.c.person == person)
    )
    return frozenset(found for (body,) in bodies if (found := _sponsor(bytes(body))) is not None)


def _sponsor(body: bytes) -> str | None:
    match parse_strict(body):
        case {"action": Action.PERSON_ADDED.value, "actor": {"id": str(actor)}}:
            return actor
        case {"details": {"changed": list(changed)}, "actor": {"id": str(actor)}} if "sign_ins" in changed:
            return actor
    return None


def _sets_up_the_team(change: Change) -> bool:
    first = change.connection.execute(select(_PERSONS).order_by(_PERSONS.c.seq).limit(1)).mappings().one()
    began = parse_time(first["recorded_at"])
    return first["person"] == change.actor.id and began <= parse_time(change.at) < began + WAIT
