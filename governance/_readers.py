"""From rows to frozen values.

Rules of this place: what is read is converted field by field; the newest version of a thing is the one with the highest
stamp below the ledger size that was asked for.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select
from sqlmodel import SQLModel

from assay.kernel import JsonValue, parse_strict
from evaluation.runs import RunOutcome, parse_plan
from evaluation.statistics import Estimate
from governance._estimate_rows import estimate_of
from governance._types import (
    BuiltReport,
    LedgerEntry,
    MirrorTask,
    RecordedDecision,
    RecordedReport,
    RecordedRun,
    RecordedSystem,
)
from governance.gate import Decision, EvidenceOrigin
from governance.ledger import Actor, Subject, leaf_hash
from governance.store import (
    AlertRow,
    ApprovalRequestRow,
    ClassificationRow,
    CommentRow,
    CorrectiveActionRow,
    DecisionRow,
    EstimateRow,
    EvidenceRequestRow,
    EvidenceReviewRow,
    EvidenceRow,
    EvidenceSubmissionRow,
    IncidentRow,
    ModelAliasRow,
    ModelVersionRow,
    OutboxRow,
    ReleaseEventRow,
    ReleaseRow,
    ReportRow,
    RiskRatingRow,
    RunRow,
    ScanRow,
    SystemProfileRow,
    SystemRow,
    WaiverRow,
    table_of,
)

__all__ = [
    "read_decisions",
    "read_entry",
    "read_estimates",
    "read_places",
    "read_reports",
    "read_runs",
    "read_systems",
    "read_tasks",
    "run_version",
]

_RUNS, _ESTIMATES, _DECISIONS = table_of(RunRow), table_of(EstimateRow), table_of(DecisionRow)
_REPORTS, _OUTBOX, _EVIDENCE = table_of(ReportRow), table_of(OutboxRow), table_of(EvidenceRow)
_SYSTEMS = table_of(SystemRow)
_MODELS_OF_A_SYSTEM: tuple[type[SQLModel], ...] = (
    *(RunRow, DecisionRow, ReportRow, SystemRow, ScanRow, ApprovalRequestRow),
    *(EvidenceSubmissionRow, EvidenceReviewRow, EvidenceRequestRow, CommentRow),
    *(SystemProfileRow, ReleaseRow, ReleaseEventRow),
    *(AlertRow, IncidentRow, ModelVersionRow, ModelAliasRow),
    *(WaiverRow, RiskRatingRow, CorrectiveActionRow, ClassificationRow),
)
_OF_A_SYSTEM = tuple(map(table_of, _MODELS_OF_A_SYSTEM))


def run_version(connection: Connection, run: str) -> Mapping[str, JsonValue] | None:
    """Return the cells of the newest version of a run."""
    newest = select(_RUNS).where(_RUNS.c.run == run).order_by(_RUNS.c.seq.desc()).limit(1)
    row = connection.execute(newest).mappings().first()
    return None if row is None else dict(row)


def read_runs(
    connection: Connection, *, run: str | None = None, system: str | None = None, as_of: int | None = None
) -> tuple[RecordedRun, ...]:
    """Return the newest version of each run, newest first."""
    versions = select(_RUNS.c.run, func.max(_RUNS.c.seq).label("seq")).group_by(_RUNS.c.run)
    if as_of is not None:
        versions = versions.where(_RUNS.c.seq < as_of)
    newest = versions.subquery()
    is_its = (_EVIDENCE.c.seq == _RUNS.c.seq) & (_EVIDENCE.c.subject == _RUNS.c.run)
    wanted = (
        select(_RUNS, _EVIDENCE.c.origin_kind)
        .join(newest, (_RUNS.c.run == newest.c.run) & (_RUNS.c.seq == newest.c.seq))
        .outerjoin(_EVIDENCE, is_its)
    )
    wanted = _only(_only(wanted, _RUNS.c.run, run), _RUNS.c.system, system)
    rows = connection.execute(wanted.order_by(_RUNS.c.created_at.desc(), _RUNS.c.seq.desc())).mappings().all()
    return tuple(_run(row, read_estimates(connection, row["run"], row["seq"], as_of)) for row in rows)


def read_decisions(
    connection: Connection,
    *,
    run: str | None = None,
    system: str | None = None,
    as_of: int | None = None,
    limit: int | None = None,
) -> tuple[RecordedDecision, ...]:
    """Return decisions, newest first."""
    wanted = _only(_only(select(_DECISIONS), _DECISIONS.c.run, run), _DECISIONS.c.system, system)
    if as_of is not None:
        wanted = wanted.where(_DECISIONS.c.seq < as_of)
    rows = connection.execute(wanted.order_by(_DECISIONS.c.seq.desc()).limit(limit)).mappings()
    return tuple(
        RecordedDecision(
            id=row["decision"],
            system=row["system"],
            seq=row["seq"],
            decision=Decision.from_json(json.loads(row["document"])),
        )
        for row in rows
    )


def read_reports(
    connection: Connection, *, subject: str | None = None, system: str | None = None
) -> tuple[RecordedReport, ...]:
    """Return the reports that were built, newest first."""
    wanted = _only(_only(select(_REPORTS), _REPORTS.c.subject, subject), _REPORTS.c.system, system)
    rows = connection.execute(wanted.order_by(_REPORTS.c.seq.desc())).mappings()
    return tuple(
        RecordedReport(
            id=row["report"],
            seq=row["seq"],
            built_at=row["built_at"],
            report=BuiltReport(
                kind=row["kind"],
                format=row["format"],
                system=row["system"],
                subject=row["subject"],
                digest=row["digest"],
                as_of=row["as_of"],
            ),
        )
        for row in rows
    )


def read_tasks(connection: Connection) -> tuple[MirrorTask, ...]:
    """Return what the mirror does not hold yet: what failed less often first, then the oldest."""
    waiting = select(_OUTBOX).where(_OUTBOX.c.done_at.is_(None))
    order = waiting.order_by(_OUTBOX.c.attempts, _OUTBOX.c.created_at, _OUTBOX.c.run_digest)
    rows = connection.execute(order).mappings()
    return tuple(MirrorTask(run=row["run"], digest=row["run_digest"], attempts=row["attempts"]) for row in rows)


def read_systems(connection: Connection) -> tuple[RecordedSystem, ...]:
    """Return the systems, by their ids."""
    rows = connection.execute(select(_SYSTEMS).order_by(_SYSTEMS.c.system)).mappings()
    return tuple(
        RecordedSystem(id=row["system"], seq=row["seq"], name=row["name"], purpose=row["purpose"]) for row in rows
    )


def read_places(connection: Connection, first: int, end: int) -> Mapping[int, str]:
    """Return the system that each entry from `first` to before `end` is about, where its rows name one."""
    found: dict[int, str] = {}
    for table in _OF_A_SYSTEM:
        wanted = select(table.c.seq, table.c.system).where(table.c.seq >= first, table.c.seq < end)
        found |= {int(seq): str(system) for seq, system in connection.execute(wanted)}
    return found


def read_entry(seq: int, body: bytes) -> LedgerEntry:
    """Parse an entry's body; raise `InputError` for one that is not strict JSON."""
    document: Any = parse_strict(body)
    return LedgerEntry(
        seq=seq,
        at=document["ts"],
        actor=Actor(**document["actor"]),
        action=document["action"],
        subject=Subject(**document["subject"]),
        commitment=document["commitment"],
        details=document["details"],
        body=body,
        leaf=leaf_hash(body).hex(),
    )


def base64_text(data: bytes) -> str:
    """Write a hash as proofs do."""
    return base64.b64encode(data).decode("ascii")


def _only(wanted: Select[Any], column: Any, value: str | None) -> Select[Any]:  # noqa: ANN401  a column of any table
    return wanted if value is None else wanted.where(column == value)


def _run(row: RowMapping, estimates: tuple[Estimate, ...]) -> RecordedRun:
    return RecordedRun(
        run=row["run"],
        system=row["system"],
        digest=row["digest"],
        outcome=RunOutcome(row["outcome"]),
        expected=row["expected"],
        found=row["found"],
        reason=row["reason"],
        created_at=row["created_at"],
        ingested_at=row["ingested_at"],
        plan=parse_plan(row["plan"].encode("utf-8"), f"run {row['run']}"),
        plan_digest=row["plan_digest"],
        seq=row["seq"],
        origin=EvidenceOrigin.CI if row["origin_kind"] == EvidenceOrigin.CI else EvidenceOrigin.PERSON,
        estimates=estimates,
    )


def read_estimates(connection: Connection, run: str, seq: int, as_of: int | None = None) -> tuple[Estimate, ...]:
    """Return the newest estimates of the version of a run that was recorded as entry `seq`."""
    wanted = select(_ESTIMATES).where(_ESTIMATES.c.run == run, _ESTIMATES.c.seq >= seq).order_by(_ESTIMATES.c.seq)
    if as_of is not None:
        wanted = wanted.where(_ESTIMATES.c.seq < as_of)
    newest = {str(row["metric"]): estimate_of(row) for row in connection.execute(wanted).mappings()}
    return tuple(newest[metric] for metric in sorted(newest))
