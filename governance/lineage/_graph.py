"""Walking the graph in the store.

Rules of this place: numbers go in and come out, so that a walk over a million links moves no text; whatever is reached
on two ways counts once; "as of" is a ledger size.
"""

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select, union_all

from governance.lineage._names import names_of, portions
from governance.lineage._types import NAMED_BY_PEOPLE, Artefact, ArtefactKind, Relation
from governance.store import LineageArtefactRow, LineageLinkRow, table_of

__all__ = ["Direction", "Step", "artefacts_of", "levels", "reached", "steps"]

_ARTEFACTS, _LINKS = table_of(LineageArtefactRow), table_of(LineageLinkRow)
_COLUMNS = (_ARTEFACTS.c.artefact, _ARTEFACTS.c.kind, _ARTEFACTS.c.name, _ARTEFACTS.c.digest, _ARTEFACTS.c.system)
_KINDS = {kind.value: kind for kind in ArtefactKind}
_Row = TypeVarTuple("_Row")
Step = tuple[int, int, Relation]  # from, to, how the downstream one rests on the upstream one


class Direction(StrEnum):
    """Which way to go."""

    UP = "up"  # to what it rests on
    DOWN = "down"  # to what rests on it


def reached(
    connection: Connection,
    begin: Collection[int],
    kinds: Collection[ArtefactKind],
    most: int | None,
    *,
    as_of: int | None = None,
) -> tuple[dict[str, int], list[int]]:
    """Return how many rest on these by kind, and the numbers of the newest of some kinds; one statement, few rows."""
    found = select(_ARTEFACTS.c.artefact).where(_ARTEFACTS.c.artefact.in_(list(begin))).cte("found", recursive=True)
    away = select(_LINKS.c.downstream).join(found, _LINKS.c.upstream == found.c.artefact)
    found = found.union(_as_of(away.where(_LINKS.c.relation != Relation.BESIDE.value), as_of))
    known = (
        select(_ARTEFACTS.c.artefact, _ARTEFACTS.c.kind)
        .join(found, found.c.artefact == _ARTEFACTS.c.artefact)
        .where(_ARTEFACTS.c.artefact.not_in(list(begin)))
        .cte("known")
    )
    counted = select(known.c.kind, func.count().label("number")).group_by(known.c.kind)
    newest = select(literal("").label("kind"), known.c.artefact).where(known.c.kind.in_([one.value for one in kinds]))
    named = newest.order_by(known.c.artefact.desc()).limit(most).subquery()
    rows = connection.execute(union_all(counted, select(named))).all()
    newest_first = sorted((number for kind, number in rows if not kind), reverse=True)
    return {kind: number for kind, number in rows if kind}, newest_first


def steps(
    connection: Connection, begin: Collection[int], direction: Direction, *, as_of: int | None = None
) -> Iterator[Step]:
    """Yield the links that lead away from these artefacts."""
    here, there = _ends(direction)
    for part in portions(sorted(begin)):
        wanted = _as_of(select(here, there, _LINKS.c.relation).where(here.in_(part)), as_of)
        for one, other, relation in connection.execute(wanted.order_by(here, there, _LINKS.c.relation)):
            yield one, other, Relation(relation)


def levels(
    connection: Connection,
    begin: Collection[int],
    direction: Direction,
    *,
    depth: int | None = None,
    as_of: int | None = None,
) -> Iterator[list[Step]]:
    """Yield the links of each level, the nearest first; each artefact is left once, those that stood beside never."""
    seen, level = set(begin), set(begin)
    while level and depth != 0:
        found = list(steps(connection, level, direction, as_of=as_of))
        if found:
            yield found
        level = {other for _, other, relation in found if relation is not Relation.BESIDE} - seen
        seen |= level
        depth = None if depth is None else depth - 1


def artefacts_of(connection: Connection, numbers: Collection[int]) -> Mapping[int, Artefact]:
    """Return number → artefact; a name that was erased shows as its pseudonym."""
    rows: list[tuple[int, str, str, str, str]] = []
    for part in portions(sorted(numbers)):
        rows += [(*row,) for row in connection.execute(select(*_COLUMNS).where(_ARTEFACTS.c.artefact.in_(part))).all()]
    names = names_of(connection, {name for _, kind, name, _, _ in rows if kind in NAMED_BY_PEOPLE})
    return {
        number: Artefact(kind=_KINDS[kind], name=names.get(name, name), digest=digest or None, system=system)
        for number, kind, name, digest, system in rows
    }


def _ends(direction: Direction) -> "tuple[ColumnElement[int], ColumnElement[int]]":
    upstream, downstream = _LINKS.c.upstream, _LINKS.c.downstream
    return (downstream, upstream) if direction is Direction.UP else (upstream, downstream)


def _as_of(wanted: "Select[*_Row]", as_of: int | None) -> "Select[*_Row]":
    return wanted if as_of is None else wanted.where(_LINKS.c.seq < as_of)
