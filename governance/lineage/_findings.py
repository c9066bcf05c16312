"""Findings: data in which a scan found personal data, and that reached a model's training or a corpus.

Rules of this place: a scan is about bytes, so it tells of whatever has their digest, under any name; data that no scan
read is not said to be clean.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from assay.kernel import JsonValue
from evaluation.scans import ScanRecord, parse_scan
from governance.lineage._graph import Direction, artefacts_of, levels
from governance.lineage._types import Artefact, ArtefactKind, Relation
from governance.store import LineageArtefactRow, ScanRow, table_of

__all__ = ["TaintFinding", "read_findings"]

_ARTEFACTS, _SCANS = table_of(LineageArtefactRow), table_of(ScanRow)
_DATA: Final = (ArtefactKind.DATASET, ArtefactKind.DOCUMENT)


@dataclass(frozen=True, kw_only=True)
class TaintFinding:
    """Rows with personal data that reached where they should not be."""

    data: Artefact  # what was scanned
    scan: str  # id
    flagged: int  # rows
    rows: int  # that were read
    reached: Artefact  # a corpus, or the model that was trained


def read_findings(connection: Connection, system: str | None, *, as_of: int | None = None) -> tuple[TaintFinding, ...]:
    """Return where the rows that scans of a system flagged for personal data went, oldest scan first."""
    found: list[TaintFinding] = []
    for number, scan in _scanned(connection, system, as_of):
        flagged, rows = _flagged(scan)
        reached = set(_reached(connection, number, as_of)) if flagged else set()
        known = artefacts_of(connection, {number, *reached})
        found += [
            TaintFinding(data=known[number], scan=scan.scan, flagged=flagged, rows=rows, reached=known[one])
            for one in sorted(reached)
        ]
    return tuple(found)


def _scanned(connection: Connection, system: str | None, as_of: int | None) -> list[tuple[int, ScanRecord]]:
    """Return the data of the record that scans read, each with the newest version of each scan."""
    wanted = (
        select(_ARTEFACTS.c.artefact, _SCANS.c.scan, _SCANS.c.document)
        .join(_SCANS, _SCANS.c.source_digest == _ARTEFACTS.c.digest)
        .where(_ARTEFACTS.c.kind.in_([kind.value for kind in _DATA]))
    )
    if system is not None:
        wanted = wanted.where(_SCANS.c.system == system)
    if as_of is not None:
        wanted = wanted.where(_SCANS.c.seq < as_of)
    newest = {(number, scan): document for number, scan, document in connection.execute(wanted.order_by(_SCANS.c.seq))}
    return [(number, parse_scan(document.encode("utf-8"), scan)) for (number, scan), document in newest.items()]


def _flagged(scan: ScanRecord) -> tuple[int, int]:
    """Return how many rows hold personal data, and how many were read for it."""
    for result in scan.results:
        if result.get("filter") == "pii":
            return _count(result, "flagged"), _count(result, "scored")
    return 0, 0


def _count(result: Mapping[str, JsonValue], name: str) -> int:
    value = result.get(name)
    return value if isinstance(value, int) else 0


def _reached(connection: Connection, number: int, as_of: int | None) -> Iterator[int]:
    """Yield the corpora that hold the data and the models that were trained with it."""
    steps: dict[int, list[tuple[int, Relation]]] = defaultdict(list)
    for level in levels(connection, [number], Direction.DOWN, as_of=as_of):
        for one, other, relation in level:
            steps[one].append((other, relation))
    ends = {other for found in steps.values() for other, _ in found}
    corpora = {one for one, known in artefacts_of(connection, ends).items() if known.kind is ArtefactKind.CORPUS}
    trained = {other for found in steps.values() for other, relation in found if relation is Relation.TRAINED}
    yield from corpora | trained
