"""What was made of what, in the order of the ledger: each artefact with what it rests on directly."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from assay.kernel import parse_strict
from governance.ledger import entry_bodies
from governance.lineage._graph import Direction, artefacts_of, steps
from governance.lineage._types import ANY_SYSTEM, Artefact, ArtefactKind, Link
from governance.store import LineageArtefactRow, RunRow, table_of

__all__ = ["Activity", "read_activities"]

_ARTEFACTS = table_of(LineageArtefactRow)
_MADE_OF_TEXT: Final = frozenset({ArtefactKind.SECTION, ArtefactKind.PASSAGE})  # a corpus has thousands
_RUNS = table_of(RunRow)


@dataclass(frozen=True, kw_only=True)
class Activity:
    """Something that was made."""

    made: Artefact
    inputs: tuple[Link, ...]  # whose downstream end it is
    seq: int  # of the entry that recorded it
    begun_at: str  # when making it began, where that is known, else when it was recorded
    recorded_at: str


def read_activities(
    connection: Connection, system: str | None, *, since: int = 0, as_of: int | None = None
) -> tuple[Activity, ...]:
    """Return what was recorded since an entry, that one too; passages and sections are left out."""
    wanted = select(_ARTEFACTS.c.artefact, _ARTEFACTS.c.seq).where(_ARTEFACTS.c.seq >= since)
    if system is not None:
        wanted = wanted.where(_ARTEFACTS.c.system.in_([system, ANY_SYSTEM]))
    if as_of is not None:
        wanted = wanted.where(_ARTEFACTS.c.seq < as_of)
    seqs = {int(number): int(seq) for number, seq in connection.execute(wanted)}
    ties = list(steps(connection, seqs, Direction.UP, as_of=as_of))
    known = artefacts_of(connection, {*seqs, *(upstream for _, upstream, _ in ties)})
    links: dict[int, list[Link]] = {}
    for made, upstream, relation in ties:
        if known[upstream].kind not in _MADE_OF_TEXT:
            link = Link(upstream=known[upstream], downstream=known[made], relation=relation)
            links.setdefault(made, []).append(link)
    times, begun = _times(connection, {seqs[made] for made in links}), _begun(connection, since)
    return tuple(
        Activity(
            made=known[made],
            inputs=tuple(found),
            seq=seqs[made],
            begun_at=_earlier(begun, known[made], times[seqs[made]], seqs[made]),
            recorded_at=times[seqs[made]],
        )
        for made, found in sorted(links.items(), key=lambda one: (seqs[one[0]], one[0]))
        if known[made].kind not in _MADE_OF_TEXT
    )


def _times(connection: Connection, seqs: Collection[int]) -> Mapping[int, str]:
    """Return when each entry was written."""
    found: dict[int, str] = {}
    if not seqs:
        return found
    for number, body in entry_bodies(connection, first=min(seqs), end=max(seqs) + 1):
        if number in seqs:
            entry = parse_strict(body)
            found[number] = str(entry["ts"]) if isinstance(entry, dict) else ""
    return found


def _begun(connection: Connection, since: int) -> Mapping[int, str]:
    """Return when the runs began that were recorded since, by entry."""
    wanted = select(_RUNS.c.seq, _RUNS.c.created_at).where(_RUNS.c.seq >= since)
    return {int(seq): str(created_at) for seq, created_at in connection.execute(wanted)}


def _earlier(begun: Mapping[int, str], made: Artefact, recorded_at: str, seq: int) -> str:
    return min(begun.get(seq, recorded_at), recorded_at) if made.kind is ArtefactKind.RUN else recorded_at
