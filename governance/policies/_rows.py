"""Rows of registrations, read back as values; the newest version of each."""

from sqlalchemy import Connection, RowMapping, and_, func, or_, select

from governance.gate import RegisteredPolicy
from governance.store import GatePolicyRow, table_of

__all__ = ["cells_of", "read_registrations", "versions_of"]

_POLICIES = table_of(GatePolicyRow)
_CELLS = tuple(column.name for column in _POLICIES.columns if column.name != "seq")


def read_registrations(
    connection: Connection, *, system: str | None = None, name: str | None = None, as_of: int | None = None
) -> tuple[RegisteredPolicy, ...]:
    """Return registrations in the order in which they were made; those for a system include those for all."""
    later = _POLICIES.alias()
    newest = select(func.max(later.c.seq)).where(later.c.gate_policy == _POLICIES.c.gate_policy)
    if as_of is not None:
        newest = newest.where(later.c.seq < as_of)
    first = select(func.min(later.c.seq)).where(later.c.gate_policy == _POLICIES.c.gate_policy)
    wanted = select(_POLICIES, first.scalar_subquery().label("first")).where(
        and_(_POLICIES.c.seq == newest.scalar_subquery())
    )
    if system is not None:
        wanted = wanted.where(or_(_POLICIES.c.system == system, _POLICIES.c.system == "*"))
    if name is not None:
        wanted = wanted.where(_POLICIES.c.name == name)
    rows = connection.execute(wanted.order_by("first")).mappings()
    return tuple(_registration(row) for row in rows)


def cells_of(connection: Connection, identity: str) -> dict[str, str | None] | None:
    """Return the newest version of a registration as it is stored, without its stamp."""
    wanted = select(_POLICIES).where(_POLICIES.c.gate_policy == identity).order_by(_POLICIES.c.seq.desc()).limit(1)
    found = connection.execute(wanted).mappings().first()
    return None if found is None else {name: found[name] for name in _CELLS}


def versions_of(connection: Connection, identity: str) -> int:
    """Return how many versions of a registration are there."""
    counted = select(func.count()).select_from(_POLICIES).where(_POLICIES.c.gate_policy == identity)
    return int(connection.execute(counted).scalar_one())


def _registration(row: RowMapping) -> RegisteredPolicy:
    """Return what a row holds, with the number of the first entry: a withdrawal is a newer version."""
    return RegisteredPolicy(
        id=row["gate_policy"],
        digest=row["digest"],
        name=row["name"],
        system=row["system"],
        document=row["document"],
        registered_by=row["registered_by"],
        role=row["role"],
        author=row["author"],
        registered_at=row["registered_at"],
        seq=row["first"],
        withdrawn_at=row["withdrawn_at"],
        withdrawn_by=row["withdrawn_by"],
    )
