"""A store as the version before systems, releases and lineage made it: its schema, its entries and its rows.

Rules of this place: the ledger's writer is the one of today, which writes what it wrote then; rows have the columns of
then, and nothing is drawn into a lineage that did not exist.
"""

import dataclasses
from contextlib import closing

import pytest

from assay.kernel import canonical_bytes, digest_bytes, format_time
from evaluation.scans import scan_bytes
from governance._change import StateRow
from governance._ingest import check_run
from governance._recording import register_system
from governance._scans import _cells, _evidence
from governance.access import Permission, Role
from governance.approvals import ApprovalDraft, ApprovalPurpose, ApprovalRequest
from governance.approvals._asking import ask
from governance.gate import EvidenceOrigin
from governance.ledger import Action, Actor, Subject
from governance.record import Record
from governance.store import DecisionRow, EstimateRow, EvidenceRow, RunRow, ScanRow, _migrate
from tests.governance.people.teams import begin_team
from tests.governance.samples import Place
from tests.governance.store.test_schema import make_old
from tests.governance.test_record import decision
from tests.governance.test_scans import SCAN

REVISION = "0004"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Earlier:
    """Who is in the store, and what waits there for an answer."""

    engineer: Actor
    reviewer: Actor
    request: ApprovalRequest


def make_earlier(place: Place) -> Earlier:
    """Make the store: a team, a run, a scan, a decision, and a request about the run that nobody answered."""
    make_old(place, REVISION)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_migrate, "HEAD", REVISION)
        team = begin_team(place)
        with closing(team.record) as record:
            engineer = team.add("engineer", Role.ENGINEER)
            reviewer = team.add("reviewer", Role.REVIEWER)
            record_run(record, place, engineer)
            record_scan(record, engineer)
            record_decision(record, place, engineer)
            request = record.approvals.request(engineer, _draft("run", "run-1", place.log().digest()))
            return Earlier(engineer=engineer, reviewer=reviewer, request=request)


def record_run(record: Record, place: Place, actor: Actor) -> None:
    """Record `run-1` as it was recorded then."""
    found = check_run(place.run("a", "b").directory)
    with record._door.change(actor, Permission.INGEST_RUN, "default") as change:
        register_system(change, "default")
        seq = change.next_seq
        rows = [
            StateRow(RunRow, found.run_cells(seq, change.at)),
            *(StateRow(EstimateRow, cells) for cells in found.estimate_cells(seq)),
            StateRow(EvidenceRow, found.evidence_cells(seq, origin=EvidenceOrigin.PERSON)),
        ]
        change.record(Action.RUN_INGESTED, Subject(type="run", id="run-1", version=1, digest=found.digest), rows)


def record_scan(record: Record, actor: Actor) -> None:
    """Record a scan as it was recorded then."""
    scan = dataclasses.replace(SCAN, system="default")
    document = scan_bytes(scan)
    digest = digest_bytes(document)
    with record._door.change(actor, Permission.RECORD_SCAN, "default") as change:
        rows = [
            StateRow(ScanRow, _cells(scan, document, change.at)),
            StateRow(EvidenceRow, _evidence(scan, digest)),
        ]
        change.record(Action.SCAN_RECORDED, Subject(type="scan", id=scan.scan, version=1, digest=digest), rows)


def record_decision(record: Record, place: Place, actor: Actor) -> None:
    """Record a decision about the run as it was recorded then."""
    made = decision("run-1", place.log().digest())
    document = canonical_bytes(made.as_json())
    cells = {
        "decision": "decision-1",
        "system": "default",
        "run": made.run,
        "run_digest": made.run_digest,
        "outcome": made.outcome.value,
        "policy": made.policy_digest,
        "document": document.decode("utf-8"),
        "decided_at": format_time(made.decided_at),
    }
    subject = Subject(type="decision", id="decision-1", version=1, digest=digest_bytes(document))
    with record._door.change(actor, Permission.RECORD_DECISION, "default") as change:
        change.record(Action.DECISION_MADE, subject, [StateRow(DecisionRow, cells)])


def ask_about_nothing(place: Place, actor: Actor) -> ApprovalRequest:
    """Ask about a release of which that version's record knew nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_migrate, "HEAD", REVISION)
        patch.setattr("governance.approvals._asking.recorded_subject", lambda *_: None)
        with closing(place.open()) as record, record._door.change(actor, Permission.REQUEST_APPROVAL, "default") as one:
            return ask(one, _draft("release", "release-1", "sha256:1"))


def _draft(kind: str, subject: str, digest: str) -> ApprovalDraft:
    return ApprovalDraft(
        purpose=ApprovalPurpose.DECISION, system="default", subject_type=kind, subject=subject, subject_digest=digest
    )
