"""What a document for people rests on: its subject, in the version that it shows."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, select

from assay.kernel import digest_text
from governance._types import BuiltReport
from governance.lineage._graph import artefacts_of
from governance.lineage._measured import run_of
from governance.lineage._types import Artefact, ArtefactKind, Link, Relation
from governance.store import DecisionRow, LineageArtefactRow, RunRow, table_of

__all__ = ["report_links"]

_ARTEFACTS, _RUNS, _DECISIONS = table_of(LineageArtefactRow), table_of(RunRow), table_of(DecisionRow)
_SUBJECTS: Final = (ArtefactKind.RUN, ArtefactKind.SCAN, ArtefactKind.RELEASE, ArtefactKind.DECISION)


def report_links(connection: Connection, report: BuiltReport, identity: str) -> Iterator[Link]:
    """Yield that a document is about its subject, and shows the newest decision about a run."""
    made = Artefact(kind=ArtefactKind.REPORT, name=identity, digest=report.digest, system=report.system)
    for one in (_subject(connection, report), _decision(connection, report)):
        if one is not None:
            yield Link(upstream=one, downstream=made, relation=Relation.ABOUT)


def _subject(connection: Connection, report: BuiltReport) -> Artefact | None:
    newest = (
        select(_ARTEFACTS.c.artefact)
        .where(
            _ARTEFACTS.c.name == report.subject,
            _ARTEFACTS.c.system == report.system,
            _ARTEFACTS.c.kind.in_([kind.value for kind in _SUBJECTS]),
            _ARTEFACTS.c.seq < report.as_of,
        )
        .order_by(_ARTEFACTS.c.artefact.desc())
        .limit(1)
    )
    number = connection.execute(newest).scalar()
    if number is not None:
        return artefacts_of(connection, [number])[number]
    digest = _newest_run(connection, report)  # recorded before there was lineage
    return None if digest is None else run_of(report.subject, digest, report.system)


def _decision(connection: Connection, report: BuiltReport) -> Artefact | None:
    wanted = select(_DECISIONS.c.decision, _DECISIONS.c.document).where(
        _DECISIONS.c.run == report.subject, _DECISIONS.c.system == report.system, _DECISIONS.c.seq < report.as_of
    )
    found = connection.execute(wanted.order_by(_DECISIONS.c.seq.desc()).limit(1)).first()
    if found is None:
        return None
    name, document = found
    return Artefact(kind=ArtefactKind.DECISION, name=name, digest=digest_text(document), system=report.system)


def _newest_run(connection: Connection, report: BuiltReport) -> str | None:
    wanted = select(_RUNS.c.digest).where(
        _RUNS.c.run == report.subject, _RUNS.c.system == report.system, _RUNS.c.seq < report.as_of
    )
    found: str | None = connection.execute(wanted.order_by(_RUNS.c.seq.desc()).limit(1)).scalar()
    return found
