"""What is stale: it rests on a version that is not current any more, or that is gone.

Rules of this place: stale is what rests on the older version and nothing else; what rests on other documents stays
fresh; the reason names the nearest thing that changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, or_, select

from governance.lineage._graph import Direction, artefacts_of, levels
from governance.lineage._types import ANY_SYSTEM, REPLACED, REPORTED, Artefact, ArtefactKey, Relation
from governance.store import LineageArtefactRow, LineageSightingRow, table_of

__all__ = ["StaleReason", "read_outdated", "read_stale"]

_ARTEFACTS, _SIGHTINGS = table_of(LineageArtefactRow), table_of(LineageSightingRow)
_LINE: Final = (_ARTEFACTS.c.kind, _ARTEFACTS.c.name, _ARTEFACTS.c.system)


@dataclass(frozen=True, kw_only=True)
class StaleReason:
    """What changed under something."""

    changed: Artefact  # the older version
    by: Artefact | None  # the version that is current now; None: it is gone

    def __str__(self) -> str:
        """Say it in a sentence."""
        what = f"{self.changed.label} changed" if self.by is not None else f"{self.changed.label} was removed"
        return f"{what} since: it rests on {self.changed.digest or 'it'}"


def read_outdated(
    connection: Connection, system: str | None, *, as_of: int | None = None
) -> Mapping[int, frozenset[int]]:
    """Return each version that is not current → those that are under its name; none where it is gone."""
    place = func.rank().over(partition_by=_LINE, order_by=(_SIGHTINGS.c.seen_at.desc(), _SIGHTINGS.c.seq.desc()))
    sighted = (
        select(*_LINE, _SIGHTINGS.c.artefact, _SIGHTINGS.c.present, place.label("place"),
               func.count().over(partition_by=_LINE).label("sightings"))
        .join(_SIGHTINGS, _SIGHTINGS.c.artefact == _ARTEFACTS.c.artefact)
        .where(or_(_ARTEFACTS.c.kind.in_([kind.value for kind in REPLACED]), _ARTEFACTS.c.digest.startswith(REPORTED)))
    )  # fmt: skip
    if system is not None:
        sighted = sighted.where(_ARTEFACTS.c.system.in_([system, ANY_SYSTEM]))
    if as_of is not None:
        sighted = sighted.where(_SIGHTINGS.c.seq < as_of)
    rows = sighted.subquery()
    lines: dict[tuple[str, str, str], tuple[set[int], set[int]]] = {}  # every version, the current ones
    for row in connection.execute(select(rows).where(or_(rows.c.sightings > 1, rows.c.present == 0))):
        versions, current = lines.setdefault((row.kind, row.name, row.system), (set(), set()))
        versions.add(row.artefact)
        if row.place == 1 and row.present:
            current.add(row.artefact)
    return {one: frozenset(current) for versions, current in lines.values() for one in sorted(versions - current)}


def read_stale(
    connection: Connection, system: str | None, *, as_of: int | None = None
) -> Mapping[ArtefactKey, StaleReason]:
    """Return what rests on a version that is not current, of a system and of what belongs to none."""
    outdated = read_outdated(connection, system, as_of=as_of)
    roots: dict[int, int] = {}
    for level in levels(connection, outdated.keys(), Direction.DOWN, as_of=as_of):
        for one, other, relation in level:
            if relation is not Relation.BESIDE:
                roots.setdefault(other, roots.get(one, one))
    known = artefacts_of(
        connection, {*roots, *roots.values(), *(one for current in outdated.values() for one in current)}
    )
    found = {}
    for number, root in sorted(roots.items()):
        if system is None or known[number].system in {system, ANY_SYSTEM}:
            by = min(outdated[root], default=None)
            reason = StaleReason(changed=known[root], by=None if by is None else known[by])
            found[known[number].key] = reason
    return found
