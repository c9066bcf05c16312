"""What is written when a run is recorded: its system, its rows, its entry, its place on the mirror's queue.

Rules of this place: all of it inside the caller's change; a system that nobody registered is registered by its first
run or scan.
"""

from sqlalchemy import func, insert, select

from assay.kernel import JsonValue, digest_text
from governance._change import Change, StateRow
from governance._ingest import CheckedRun
from governance.access import Role
from governance.gate import EvidenceOrigin
from governance.ledger import Action, Subject
from governance.lineage import rows_of
from governance.store import EstimateRow, EvidenceRow, OutboxRow, RunRow, SystemRow, table_of

__all__ = ["record_run", "register_system"]

_OUTBOX, _SYSTEMS, _RUNS = table_of(OutboxRow), table_of(SystemRow), table_of(RunRow)


def record_run(change: Change, found: CheckedRun, *, mirror: bool) -> int:
    """Write a version of a run with its estimates and its evidence; return the entry's number."""
    plan = found.log.plan
    register_system(change, plan.system)
    versions = select(func.count()).select_from(_RUNS).where(_RUNS.c.run == plan.run)
    version = 1 + int(change.connection.execute(versions).scalar_one())
    before = found.parts.corpora_before(change.connection)
    seq = change.next_seq
    # A log can say that CI made it; only the token of a service account shows it.
    origin = EvidenceOrigin.CI if change.actor.role == Role.SERVICE else EvidenceOrigin.PERSON
    rows = [
        StateRow(RunRow, found.run_cells(seq, change.at)),
        *(StateRow(EstimateRow, cells) for cells in found.estimate_cells(seq)),
        StateRow(EvidenceRow, found.evidence_cells(seq, origin=origin)),
        *rows_of(change, found.parts.links(), seen_at=plan.created_at),
    ]
    details: dict[str, JsonValue] = {
        "outcome": found.completeness.outcome.value,
        "found": found.completeness.found,
        "expected": found.completeness.expected,
        "system": plan.system,
        "policy": plan.policy,
        "origin": origin.value,
    }
    subject = Subject(type="run", id=plan.run, version=version, digest=found.digest)
    change.record(Action.RUN_INGESTED, subject, rows, details)
    found.parts.settle(change, before)
    if mirror:
        task = {"run_digest": found.digest, "run": plan.run, "created_at": change.at, "attempts": 0, "error": ""}
        change.connection.execute(insert(_OUTBOX), task)
    return seq


def register_system(change: Change, system: str) -> None:
    """Write a system that is not known yet."""
    known = change.connection.execute(select(_SYSTEMS.c.seq).where(_SYSTEMS.c.system == system).limit(1)).first()
    if known is None:
        subject = Subject(type="system", id=system, version=1, digest=digest_text(system))
        row = StateRow(SystemRow, {"system": system, "name": system, "purpose": ""})
        change.record(Action.SYSTEM_REGISTERED, subject, [row])
