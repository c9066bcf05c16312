"""Which versions are current: those that were seen last under their name.

Rules of this place: what was seen is ordered by when it was seen, then by when it was recorded, so that an old run that
is handed in late makes nothing current; several versions under one name are current where they were seen together; a
document that its corpus no longer holds is gone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from assay.kernel import content_id
from governance._change import Change, StateRow
from governance.ledger import Action, Subject
from governance.lineage._drawing import known_artefacts
from governance.lineage._graph import Direction, steps
from governance.lineage._names import portions
from governance.lineage._types import Artefact, ArtefactKind
from governance.store import LineageArtefactRow, LineageSightingRow, table_of

__all__ = ["Current", "corpora_before", "current_of", "settle"]

_ARTEFACTS, _SIGHTINGS = table_of(LineageArtefactRow), table_of(LineageSightingRow)
_Line = tuple[str, str, str]  # kind, name in the store, system
_NEVER = ("", -1)


@dataclass(frozen=True)
class Current:
    """What was seen last under a name."""

    when: tuple[str, int]  # seen at, recorded as
    present: frozenset[int]  # artefacts; none: it is gone


def current_of(connection: Connection, numbers: Collection[int]) -> Mapping[int, Current]:
    """Return artefact → what is current under its name, where anything was seen there."""
    lines = _lines_of(connection, numbers)
    found: dict[_Line, Current] = {}
    for part in portions(sorted({name for _, name, _ in lines.values()})):
        wanted = (
            select(_ARTEFACTS.c.kind, _ARTEFACTS.c.name, _ARTEFACTS.c.system, _SIGHTINGS)
            .join(_SIGHTINGS, _SIGHTINGS.c.artefact == _ARTEFACTS.c.artefact)
            .where(_ARTEFACTS.c.name.in_(part))
        )
        for row in connection.execute(wanted).mappings():
            line, when = (row["kind"], row["name"], row["system"]), (row["seen_at"], row["seq"])
            known = found.get(line, Current(_NEVER, frozenset()))
            here = {row["artefact"]} if row["present"] else set()
            if when > known.when:
                found[line] = Current(when, frozenset(here))
            elif when == known.when:
                found[line] = Current(when, known.present | here)
    return {number: found[line] for number, line in lines.items() if line in found}


def corpora_before(connection: Connection, corpus: Artefact) -> frozenset[int]:
    """Return which versions of a corpus are current now; to be asked before another one is drawn."""
    versions = select(_ARTEFACTS.c.artefact).where(
        _ARTEFACTS.c.kind == corpus.kind.value,
        _ARTEFACTS.c.name == corpus.name,
        _ARTEFACTS.c.system == corpus.system,
    )
    number = connection.execute(versions.limit(1)).scalar()
    return frozenset() if number is None else current_of(connection, [number])[number].present


def settle(
    change: Change,
    corpus: Artefact,
    documents: Sequence[Artefact],
    before: Collection[int],
    *,
    seen_at: str,
    missing: Sequence[Artefact] = (),
) -> int | None:
    """Say what is current now that a corpus was seen with these documents; return the entry's number, if one was due.

    All of them are drawn already, and so is what is `missing` in the corpus though something names it; `before` is
    which corpus was current until then. A corpus that was seen earlier than the current one makes nothing current.
    """
    connection, at = change.connection, min(seen_at, change.at)
    known = known_artefacts(connection, (corpus, *documents))
    standing = current_of(connection, known.values())
    number = known[corpus]
    seen, current = standing[number].when[0], standing[number].present
    if seen > at:  # it is late: what the current corpus does not hold any more was gone by then
        held = {one for _, one, _ in steps(connection, current, Direction.UP)}
        gone = _gone(connection, {number}, held) if held else []  # nobody may know what the current one holds
        return _record(change, [*_rows(gone, seen, present=False)])
    present = {known[one] for one in documents}
    due = [number] if current != {number} else []
    due += _unlike(connection, present, standing)
    gone = _gone(connection, set(before) - {number}, present)
    lost = known_artefacts(connection, missing).values()
    gone += [one for one, current in current_of(connection, lost).items() if one in current.present]
    return _record(change, [*_rows(due, at, present=True), *_rows(gone, at, present=False)])


def _record(change: Change, rows: Sequence[StateRow]) -> int | None:
    if not rows:
        return None
    subject = Subject(type="lineage", id=content_id("lineage", str(change.next_seq)), version=1, digest=None)
    return change.record(Action.LINEAGE_RECORDED, subject, rows, {"sightings": len(rows)})


def _unlike(connection: Connection, present: set[int], standing: Mapping[int, Current]) -> list[int]:
    """Return the documents under whose names something else is current than what is here."""
    lines = _lines_of(connection, present)
    here: dict[_Line, set[int]] = {}
    for number, line in lines.items():
        here.setdefault(line, set()).add(number)
    return [number for number in sorted(present) if number not in standing
            or standing[number].present != here[lines[number]]]  # fmt: skip


def _gone(connection: Connection, before: set[int], present: set[int]) -> list[int]:
    """Return the current documents of the corpora before under whose names there is nothing any more."""
    held = {one for _, one, _ in steps(connection, before, Direction.UP)} - present
    lines = _lines_of(connection, held | present)
    kept = {lines[number] for number in present}
    standing = current_of(connection, held)
    return [
        number
        for number in sorted(held)
        if lines[number][0] == ArtefactKind.DOCUMENT
        and lines[number] not in kept
        and number in standing
        and number in standing[number].present
    ]


def _lines_of(connection: Connection, numbers: Collection[int]) -> dict[int, _Line]:
    found: dict[int, _Line] = {}
    for part in portions(sorted(numbers)):
        wanted = select(_ARTEFACTS.c.artefact, _ARTEFACTS.c.kind, _ARTEFACTS.c.name, _ARTEFACTS.c.system)
        for number, kind, name, system in connection.execute(wanted.where(_ARTEFACTS.c.artefact.in_(part))):
            found[number] = (kind, name, system)
    return found


def _rows(numbers: Iterable[int], at: str, *, present: bool) -> Iterable[StateRow]:
    for number in numbers:
        yield StateRow(LineageSightingRow, {"artefact": number, "seen_at": at, "present": int(present)})
