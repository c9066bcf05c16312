"""What is written when a gate has decided or a document was built.

Rules of this place: all of it inside the caller's change; a decision is about bytes that the record holds, or about a
run that it does not hold at all.
"""

from sqlalchemy import select

from assay.kernel import IntegrityError, JsonValue, canonical_bytes, content_id, digest_bytes, format_time
from governance._change import Change, StateRow
from governance._ingest import Cell
from governance._types import BuiltReport, RecordedDecision, RecordedReport
from governance.gate import Decision
from governance.ledger import Action, Subject
from governance.lineage import decision_links, report_links, rows_of
from governance.store import DecisionRow, ReleaseRow, ReportRow, RunRow, table_of

__all__ = ["record_decision", "record_report"]

_RUNS, _RELEASES = table_of(RunRow), table_of(ReleaseRow)


def record_decision(change: Change, decision: Decision, system: str) -> RecordedDecision:
    """Write what a gate decided; raise `IntegrityError` where it is about another log or manifest than the record's."""
    _refuse_unknown_manifest(change, decision, system)
    _refuse_unknown_log(change, decision.run, decision.run_digest)
    _refuse_unknown_log(change, decision.baseline, decision.baseline_digest)
    document = canonical_bytes(decision.as_json())
    seq, digest = change.next_seq, digest_bytes(document)
    identity = content_id("decision", digest, str(seq))
    cells: dict[str, Cell] = {
        "decision": identity,
        "system": system,
        "run": decision.run,
        "run_digest": decision.run_digest,
        "outcome": decision.outcome.value,
        "policy": decision.policy_digest,
        "document": document.decode("utf-8"),
        "decided_at": format_time(decision.decided_at),
        "release": decision.release,
        "release_digest": decision.release_digest,
    }
    details: dict[str, JsonValue] = {
        "outcome": decision.outcome.value,
        "policy": decision.policy_digest,
        "run_digest": decision.run_digest,
    }
    if decision.release is not None:
        details |= {"release": decision.release, "release_digest": decision.release_digest}
    subject = Subject(type="decision", id=identity, version=1, digest=digest)
    lineage = rows_of(change, decision_links(decision, identity, digest, system))
    change.record(Action.DECISION_MADE, subject, [StateRow(DecisionRow, cells), *lineage], details)
    return RecordedDecision(id=identity, system=system, seq=seq, decision=decision)


def record_report(change: Change, report: BuiltReport) -> RecordedReport:
    """Write that a document was built, by its digest."""
    seq = change.next_seq
    identity = content_id("report", report.digest, str(seq))
    cells: dict[str, Cell] = {
        "report": identity,
        "kind": report.kind,
        "format": report.format,
        "system": report.system,
        "subject": report.subject,
        "digest": report.digest,
        "as_of": report.as_of,
        "built_at": change.at,
    }
    subject = Subject(type="report", id=identity, version=1, digest=report.digest)
    details: dict[str, JsonValue] = {"kind": report.kind, "format": report.format, "as_of": report.as_of}
    lineage = rows_of(change, report_links(change.connection, report, identity))
    change.record(Action.REPORT_BUILT, subject, [StateRow(ReportRow, cells), *lineage], details)
    return RecordedReport(id=identity, seq=seq, built_at=change.at, report=report)


def _refuse_unknown_manifest(change: Change, decision: Decision, system: str) -> None:
    """Refuse a decision about a release that is not there, is of another system, or has another manifest."""
    if decision.release is None:
        return
    wanted = select(_RELEASES.c.system, _RELEASES.c.digest).where(_RELEASES.c.release == decision.release)
    known = change.connection.execute(wanted).first()
    if known is None or tuple(known) != (system, decision.release_digest):
        held = "no such release" if known is None else f"it as {known.digest} of the system {known.system!r}"
        raise IntegrityError(
            f"the decision is about {decision.release!r} as {decision.release_digest}, the record holds {held}",
            hint="assay gate --release RELEASE",
        )


def _refuse_unknown_log(change: Change, run: str | None, digest: str | None) -> None:
    """Refuse a decision about bytes, a run's or its baseline's, that are no version of the run that we hold."""
    if run is None or digest is None:
        return
    recorded = select(_RUNS.c.digest).where(_RUNS.c.run == run)
    digests = {str(found) for (found,) in change.connection.execute(recorded)}
    if digests and digest not in digests:
        raise IntegrityError(
            f"the decision is about {digest}, the record holds {run!r} as {sorted(digests)}",
            hint="ingest the log that was judged, or gate the recorded one",
        )
