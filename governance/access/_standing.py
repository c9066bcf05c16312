"""What somebody is in a team at a moment: their status and the roles that count.

Rules of this place: the newest version of a row counts; a role counts from its first moment until before its end, while
it is not revoked and its person is active; a delegated role counts only while the one who delegated it has that role
themselves, by a grant of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, and_, bindparam, func, or_, select

from governance.access._types import ANY_SYSTEM, Role
from governance.store import PersonRow, RoleGrantRow, table_of

__all__ = ["CountedRole", "Standing", "admins_of", "covers", "has_team", "standing_of"]

_PERSONS, _GRANTS = table_of(PersonRow), table_of(RoleGrantRow)
_LATER_PERSONS, _LATER_GRANTS, _TAKEN = _PERSONS.alias(), _GRANTS.alias(), _GRANTS.alias()
_NEWEST_PERSON = (
    select(func.max(_LATER_PERSONS.c.seq)).where(_LATER_PERSONS.c.person == _PERSONS.c.person).scalar_subquery()
)
_NEWEST_GRANT = (
    select(func.max(_LATER_GRANTS.c.seq)).where(_LATER_GRANTS.c.role_grant == _GRANTS.c.role_grant).scalar_subquery()
)
_DELEGATORS = select(_TAKEN.c.delegated_by).where(
    _TAKEN.c.person == bindparam("who"), _TAKEN.c.delegated_by.is_not(None)
)
# Somebody and those who delegated to them, with all their grants: one look along the indexes.
_WANTED = (
    select(
        *(_PERSONS.c.person, _PERSONS.c.status, _GRANTS.c.role, _GRANTS.c.system, _GRANTS.c.valid_from),
        *(_GRANTS.c.valid_until, _GRANTS.c.delegated_by, _GRANTS.c.revoked_at),
    )
    .select_from(
        _PERSONS.outerjoin(_GRANTS, and_(_GRANTS.c.person == _PERSONS.c.person, _GRANTS.c.seq == _NEWEST_GRANT))
    )
    .where(
        or_(_PERSONS.c.person == bindparam("who"), _PERSONS.c.person.in_(_DELEGATORS)), _PERSONS.c.seq == _NEWEST_PERSON
    )
)
_HOLDERS = select(_GRANTS.c.person).where(_GRANTS.c.role == bindparam("role")).distinct()


@dataclass(frozen=True, kw_only=True)
class CountedRole:
    """A role that counts now."""

    role: Role
    system: str  # an id, or * for all
    delegated_by: str | None  # None: granted by an admin


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A person of the team at a moment."""

    person: str
    is_active: bool
    counted: tuple[CountedRole, ...]  # empty for somebody who is disabled
    was_admin: bool  # an admin of the whole store whose role ended by itself

    def roles(self, system: str | None) -> tuple[Role, ...]:
        """Return the roles that count on a system (None: on the whole store), in the order of `Role`."""
        found = {one.role for one in self.counted if covers(one.system, system)}
        return tuple(role for role in Role if role in found)


def covers(place: str, system: str | None) -> bool:
    """Whether what holds in `place` (an id, or *) holds on a system; on the whole store only * does."""
    return place in {ANY_SYSTEM, system}


def has_team(connection: Connection) -> bool:
    """Whether anybody was ever added."""
    return connection.execute(select(_PERSONS.c.person).limit(1)).first() is not None


def standing_of(connection: Connection, person: str, *, at: str) -> Standing | None:
    """Return what a person is at a time; `None` for somebody who was never added."""
    rows = connection.execute(_WANTED, {"who": person}).mappings().all()
    own = [row for row in rows if row["person"] == person]
    if not own:
        return None
    is_active = _is_active(own[0])
    return Standing(
        person=person,
        is_active=is_active,
        counted=tuple(_counted(own, rows, at)) if is_active else (),
        was_admin=is_active and any(_ended_as_admin(row, at) for row in own),
    )


def admins_of(connection: Connection, *, at: str) -> frozenset[str]:
    """Return the people who are admins of the whole store at a time."""
    holders = [str(person) for (person,) in connection.execute(_HOLDERS, {"role": Role.ADMIN.value})]
    found = (standing_of(connection, person, at=at) for person in holders)
    return frozenset(one.person for one in found if one is not None and Role.ADMIN in one.roles(None))


def _counted(own: Iterable[RowMapping], rows: Iterable[RowMapping], at: str) -> Iterable[CountedRole]:
    givers = [row for row in rows if _is_active(row) and row["delegated_by"] is None and _is_valid(row, at)]
    for row in own:
        if _is_valid(row, at) and (row["delegated_by"] is None or any(_gave(giver, row) for giver in givers)):
            yield CountedRole(role=Role(row["role"]), system=row["system"], delegated_by=row["delegated_by"])


def _gave(giver: RowMapping, taken: RowMapping) -> bool:
    return (
        giver["person"] == taken["delegated_by"]
        and giver["role"] == taken["role"]
        and giver["system"] in {ANY_SYSTEM, taken["system"]}
    )


def _is_active(row: RowMapping) -> bool:
    return bool(row["status"] == "active")


def _is_valid(row: RowMapping, at: str) -> bool:
    # Times are text of one width: they compare as times do.
    return row["role"] is not None and row["revoked_at"] is None and row["valid_from"] <= at < row["valid_until"]


def _ended_as_admin(row: RowMapping, at: str) -> bool:
    return (
        row["role"] == Role.ADMIN.value
        and row["system"] == ANY_SYSTEM
        and row["revoked_at"] is None
        and row["valid_until"] <= at
    )
