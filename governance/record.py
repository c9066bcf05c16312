"""The record: the one door to the store.

Rules of this place: every change goes through the door (`governance._door`); what is read comes out as frozen values; a
store that does not continue what was witnessed is not written to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, update

from assay.kernel import (
    CannotDecideError,
    Clock,
    InputError,
    MissingError,
    SystemClock,
    format_time,
)
from evaluation.calibration import JudgeCard, LabelSet
from evaluation.runs import RunLog
from evaluation.scans import parse_scan
from evaluation.statistics import Estimate
from governance._deciding import record_decision, record_report
from governance._door import Door
from governance._group import GroupWriter
from governance._ingest import check_run, held_still, refuse_other_log
from governance._labels import import_labels, read_cards, record_cards
from governance._opening import open_log
from governance._proving import prove
from governance._readers import (
    base64_text,
    read_decisions,
    read_entry,
    read_places,
    read_reports,
    read_runs,
    read_systems,
    read_tasks,
    run_version,
)
from governance._recording import record_run
from governance._scans import read_scans, record_scan
from governance._services import Services
from governance._types import (
    BuiltReport,
    ImportedLabels,
    IngestedRun,
    LedgerEntry,
    MirrorTask,
    Proof,
    RecordedCard,
    RecordedCards,
    RecordedDecision,
    RecordedReport,
    RecordedRun,
    RecordedScan,
    RecordedSystem,
)
from governance._works import read_works
from governance.access import Permission
from governance.gate import Decision, Work
from governance.ledger import (
    Actor,
    Checkpoint,
    FormerLog,
    KeyFolder,
    entry_bodies,
)
from governance.store import (
    OutboxRow,
    RunRow,
    open_engine,
    table_of,
)

__all__ = ["Record"]

_OUTBOX, _RUNS = table_of(OutboxRow), table_of(RunRow)


@dataclass(frozen=True)
class Record(Services):
    """An open store with its ledger; safe to use from several threads and processes."""

    _door: Door

    @classmethod
    def open(cls, url: str, key_dir: Path, clock: Clock | None = None) -> "Record":
        """Open the store, making and migrating it as needed, and heal the witness file after a crash.

        Raise `ConfigurationError` for a wrong address or a newer store, `UnavailableError` where the store or its key
        cannot be reached, `IntegrityError` where the store does not continue what was witnessed.
        """
        engine, keys, time = open_engine(url), KeyFolder(key_dir), clock or SystemClock()
        try:
            signer = open_log(engine, keys, format_time(time.now()))
        except BaseException:
            engine.dispose()
            raise
        return cls(Door(engine, keys, GroupWriter(engine, keys, signer), time))

    def close(self) -> None:
        """Let go of the connections."""
        self._door.engine.dispose()

    # changes

    def ingest_run(self, run_dir: Path, actor: Actor, *, mirror: bool = True) -> IngestedRun:
        """Record a run log as evidence, with its estimates; the same log again changes nothing.

        Raise `UnavailableError` while the run is being written, `InputError` for a log that is not well-formed,
        `IntegrityError` for one that was changed after it was recorded.
        """
        with held_still(run_dir):
            found = check_run(run_dir)
            run = found.log.plan.run
            with self._door.change(actor, Permission.INGEST_RUN, found.log.plan.system) as change:
                known = run_version(change.connection, run)
                is_new = known is None or known["digest"] != found.digest
                if known is not None and is_new:
                    refuse_other_log(known, found)
                seq = record_run(change, found, mirror=mirror) if is_new else _whole(known, "seq")
        return IngestedRun(
            run=run,
            digest=found.digest,
            outcome=found.completeness.outcome,
            seq=seq,
            is_new=is_new,
            checkpoint=self.checkpoint().note,
        )

    def record_decision(self, decision: Decision, actor: Actor, *, system: str | None = None) -> RecordedDecision:
        """Record what a gate decided; `system` is needed only where the run is not in the record.

        Raise `MissingError` when neither tells the system, `IntegrityError` when the decision is about another log
        than the recorded one.
        """
        governed = self._system_of(decision.run) or system
        if governed is None:
            raise MissingError(f"the run {decision.run!r} is not in the record", hint="assay runs ingest DIR")
        with self._door.change(actor, Permission.RECORD_DECISION, governed) as change:
            return record_decision(change, decision, governed)

    def record_report(self, report: BuiltReport, actor: Actor) -> RecordedReport:
        """Record that a document was built, by its digest: it is an export."""
        with self._door.change(actor, Permission.MAKE_EXPORT, report.system) as change:
            return record_report(change, report)

    def record_cards(self, labels: LabelSet, cards: Sequence[JudgeCard], actor: Actor) -> RecordedCards:
        """Record the cards of a judge together with the labels and the rubric that they rest on."""
        with self._door.change(actor, Permission.RECORD_CARD, None) as change:
            return record_cards(change, labels, cards)

    def record_scan(self, document: bytes, actor: Actor) -> RecordedScan:
        """Record what a scan found, the bytes of its `scan.json`; the same bytes again change nothing."""
        found = parse_scan(document)
        with self._door.change(actor, Permission.RECORD_SCAN, found.system) as change:
            return record_scan(change, found, document)

    def import_labels(self, labels: LabelSet, run_dir: Path, actor: Actor) -> ImportedLabels:
        """Record labels of a run's rows and what they make of its estimate; the same labels again change nothing.

        Raise what `governance._labels.import_labels` raises, and `UnavailableError` while the run is being written.
        """
        with held_still(run_dir):
            log = RunLog.open(run_dir)
            with self._door.change(actor, Permission.IMPORT_LABELS, log.plan.system) as change:
                return import_labels(change, log, labels)

    def note_mirrored(self, digest: str, mirrored_as: str) -> None:
        """Take a run off the mirror's queue."""
        done = {"done_at": format_time(self._door.clock.now()), "mirrored_as": mirrored_as, "error": ""}
        self._note(digest, done)

    def note_mirror_failure(self, digest: str, error: str) -> None:
        """Count a failed attempt; the run stays on the queue."""
        self._note(digest, {"error": error[:2000]})

    # reading

    def systems(self) -> tuple[RecordedSystem, ...]:
        """Return what is governed."""
        with self._door.reading() as connection:
            return read_systems(connection)

    def runs(self, *, system: str | None = None, as_of: int | None = None) -> tuple[RecordedRun, ...]:
        """Return the newest version of each run, newest run first; `as_of` is a ledger size."""
        with self._door.reading() as connection:
            return read_runs(connection, system=system, as_of=as_of)

    def run(self, run: str, *, as_of: int | None = None) -> RecordedRun:
        """Return a run; raise `MissingError` for one that is not recorded."""
        with self._door.reading() as connection:
            found = read_runs(connection, run=run, as_of=as_of)
        if not found:
            raise MissingError(f"the run {run!r} is not in the record", hint="assay runs list; assay runs ingest DIR")
        return found[0]

    def version(self, run: str, digest: str) -> RecordedRun:
        """Return the version of a run with this digest; raise `MissingError` where there is none."""
        with self._door.reading() as connection:
            stamp = select(_RUNS.c.seq).where(_RUNS.c.run == run, _RUNS.c.digest == digest)
            seq = connection.execute(stamp).scalar()
            found = () if seq is None else read_runs(connection, run=run, as_of=int(seq) + 1)
        if not found:
            raise MissingError(f"the run {run!r} is not in the record as {digest}", hint="assay ledger log")
        return found[0]

    def works(self, system: str) -> tuple[Work, ...]:
        """Return what each recorded run of a system was asked to do, the first one first."""
        with self._door.reading() as connection:
            return read_works(connection, system)

    def estimates(self, run: str, *, as_of: int | None = None) -> tuple[Estimate, ...]:
        """Return the estimates that were computed when the run was ingested."""
        return self.run(run, as_of=as_of).estimates

    def decisions(
        self, run: str | None = None, *, system: str | None = None, as_of: int | None = None
    ) -> tuple[RecordedDecision, ...]:
        """Return decisions, newest first, about one run or about all."""
        with self._door.reading() as connection:
            return read_decisions(connection, run=run, system=system, as_of=as_of)

    def latest_decision(self, *, run: str | None = None, system: str | None = None) -> RecordedDecision | None:
        """Return the newest decision, if there is one."""
        with self._door.reading() as connection:
            found = read_decisions(connection, run=run, system=system, limit=1)
        return found[0] if found else None

    def cards(self) -> tuple[RecordedCard, ...]:
        """Return the newest card of each judge, metric and language."""
        with self._door.reading() as connection:
            return read_cards(connection)

    def reports(self, *, subject: str | None = None, system: str | None = None) -> tuple[RecordedReport, ...]:
        """Return the reports that were built, newest first."""
        with self._door.reading() as connection:
            return read_reports(connection, subject=subject, system=system)

    def scans(self, *, system: str | None = None) -> tuple[RecordedScan, ...]:
        """Return the newest version of each scan, newest first."""
        with self._door.reading() as connection:
            return read_scans(connection, system=system)

    def mirror_tasks(self) -> tuple[MirrorTask, ...]:
        """Return the runs that the mirror does not hold yet."""
        with self._door.reading() as connection:
            return read_tasks(connection)

    def checkpoint(self) -> Checkpoint:
        """Return the newest signed checkpoint."""
        with self._door.reading() as connection:
            found = self._door.last_checkpoint(connection)
        if found is None:
            raise CannotDecideError("the ledger has no checkpoint", hint="assay ledger verify")
        return found

    @property
    def vkey(self) -> str:
        """The public key of the ledger, as `name+key id+key`."""
        return str(self._door.writer.verifier)

    def former_logs(self) -> tuple[FormerLog, ...]:
        """Return earlier logs of this workspace and store that are not in the store: it was lost, or begun anew."""
        return self._door.keys.former_logs()

    def doubts(self) -> tuple[str, ...]:
        """Say why the ledger cannot vouch for all its time: former logs, or a witness file that was lost."""
        return (*map(str, self.former_logs()), *filter(None, [self._door.keys.witness_doubt()]))

    def entries(self, *, first: int = 0, limit: int = 100) -> tuple[LedgerEntry, ...]:
        """Return entries from `first` on."""
        with self._door.reading() as connection:
            return tuple(read_entry(*one) for one in entry_bodies(connection, first=first, end=first + limit))

    def places(self, *, first: int, limit: int) -> Mapping[int, str]:
        """Return the system that each of these entries is about; an entry that is missing is of the whole store."""
        with self._door.reading() as connection:
            return read_places(connection, first, first + limit)

    def prove(self, seq: int | None = None, *, since: str | None = None) -> Proof:
        """Prove that an entry is in the ledger, that it continues a checkpoint (`since`), or both.

        Raise `InputError` for an entry that is not there, or a checkpoint that is none or newer than the store.
        """
        with self._door.reading() as connection:
            checkpoint, tree = self._door.tree(connection)
            return prove(connection, checkpoint, self.vkey, seq=seq, since=since, checked=tree)

    def prove_consistency(self, old_size: int) -> tuple[str, ...]:
        """Prove that the ledger extends its own first `old_size` entries; base64 hashes."""
        with self._door.reading() as connection:
            _, tree = self._door.tree(connection)
            return tuple(base64_text(one) for one in tree.consistency(old_size))

    def _system_of(self, run: str) -> str | None:
        """Return the system of a recorded run: it is the same in each of its versions."""
        with self._door.reading() as connection:
            known = run_version(connection, run)
        return None if known is None else str(known["system"])

    def _note(self, digest: str, cells: dict[str, str]) -> None:
        queued = update(_OUTBOX).where(_OUTBOX.c.run_digest == digest)
        with self._door.passing() as connection:
            connection.execute(queued.values(attempts=_OUTBOX.c.attempts + 1, **cells))


def _whole(cells: object, name: str) -> int:
    value = cells.get(name) if isinstance(cells, dict) else None
    if not isinstance(value, int):
        raise InputError(f"the record's {name} is {value!r}, expected a whole number")
    return value
