"""Every entry point to the record, and who may use it: the table that the tests of rights go through.

Rules of this place: whoever adds a method of the record or of one of its services adds it here, as reading or as an act
with the roles that may; the roles are written out, not looked up in the code that is tested. Routes of a server and
services of pages join `ACTS` in the same way.
"""

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Final

from evaluation.runs import RunLog
from evaluation.scans import scan_bytes
from governance import BuiltReport
from governance.access import Permission, Role
from governance.approvals import ApprovalDraft, ApprovalPurpose
from governance.backup import BackupPlan, Declaration
from governance.exports import ExportDraft
from governance.ledger import Actor
from governance.people import Identity, PersonKind
from governance.retention import ErasureDraft, ErasureGround, ErasureSubject, HoldScope
from tests.contracts import evidence_acts, lineage_acts, oversight_acts, policy_acts, register_acts, release_acts
from tests.contracts.scene import NUMBERS, SYSTEM, Act, Attempt, Scene, fresh, may
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.governance.labels import cards, checked_labels, labels_of
from tests.governance.people.teams import LATER
from tests.governance.test_record import decision
from tests.governance.test_scans import SCAN

MEASURERS = may("engineer", "service")
EXPORTERS = may("engineer", "reviewer", "approver", "auditor", "service")
ADMINS = may("admin")
APPROVERS = may("reviewer", "approver")
REQUESTERS = may("engineer", "reviewer", "admin", "service")


def _run(here: Scene) -> Path:
    plan = dataclasses.replace(plan_for(["a"]), run=fresh("run"))
    return write_log(here.folder / "runs" / plan.run, plan, [row("a")]).directory


def _recorded_run(here: Scene) -> Path:
    engineer = here.team.add(fresh("engineer"), Role.ENGINEER)
    directory = _run(here)
    here.record.ingest_run(directory, engineer, mirror=False)
    return directory


def ingest(here: Scene) -> Attempt:
    """Hand in a run."""
    directory = _run(here)
    return lambda actor: here.record.ingest_run(directory, actor, mirror=False)


def decide(here: Scene) -> Attempt:
    """Record a decision."""
    return lambda actor: here.record.record_decision(decision(fresh("gone"), None), actor, system=SYSTEM)


def report(here: Scene) -> Attempt:
    """Build a document."""
    built = BuiltReport(
        kind="evaluation", format="html", system=SYSTEM, subject="run-1", digest=f"sha256:{fresh('x')}", as_of=1
    )
    return lambda actor: here.record.record_report(built, actor)


def card(here: Scene) -> Attempt:
    """Record a judge's card, which counts on every system."""
    return lambda actor: here.record.record_cards(checked_labels(), cards(fresh("labels")), actor)


def scan(here: Scene) -> Attempt:
    """Record a scan."""
    document = scan_bytes(dataclasses.replace(SCAN, scan=f"scan-20260101t000000z-{next(NUMBERS):06x}", system=SYSTEM))
    return lambda actor: here.record.record_scan(document, actor)


def label(here: Scene) -> Attempt:
    """Hand in labels of a recorded run."""
    directory = _recorded_run(here)
    labels = labels_of(RunLog.open(directory), 1, annotator=fresh("p"))
    return lambda actor: here.record.import_labels(labels, directory, actor)


def export(here: Scene) -> Attempt:
    """Take rows away."""
    draft = ExportDraft(kind="rows", format="csv", system=SYSTEM, subject="run-1", digest="sha256:00", size=1)
    return lambda actor: here.record.exports.record(draft, actor)


def attest(here: Scene) -> Attempt:
    """Let the log's key sign a statement."""
    statement = fresh("statement").encode()
    return lambda actor: here.record.exports.attest(statement, actor, system=SYSTEM, subject="run-1")


def check_export(here: Scene) -> Attempt:
    """Ask for the right to export."""
    return lambda actor: here.record.exports.check_right(actor, SYSTEM)


def add_person(here: Scene) -> Attempt:
    """Add somebody."""
    return lambda actor: here.record.people.add(Identity(name=fresh("new")), actor)


def change_person(here: Scene) -> Attempt:
    """Rename somebody."""
    person = here.team.add(fresh("known"))
    identity = Identity(name=fresh("renamed"))
    return lambda actor: here.record.people.change(person.id, actor, identity=identity)


def grant(here: Scene) -> Attempt:
    """Grant a role on the system."""
    person = here.team.add(fresh("known"))
    return lambda actor: here.record.people.grant(person.id, Role.VIEWER, SYSTEM, actor, until=LATER)


def revoke(here: Scene) -> Attempt:
    """Revoke a role on the system."""
    person = here.team.add(fresh("known"), Role.VIEWER)
    return lambda actor: here.record.people.revoke(person.id, Role.VIEWER, SYSTEM, actor)


def _service(here: Scene) -> Actor:
    return here.team.add(fresh("ci"), Role.SERVICE, kind=PersonKind.SERVICE)


def issue(here: Scene) -> Attempt:
    """Issue a token."""
    person, scopes = _service(here), {Permission.INGEST_RUN}
    return lambda actor: here.record.tokens.issue(person.id, scopes, SYSTEM, actor, until=LATER)


def revoke_token(here: Scene) -> Attempt:
    """Revoke a token."""
    person, scopes = _service(here), {Permission.INGEST_RUN}
    issued = here.record.tokens.issue(person.id, scopes, SYSTEM, here.team.admin, until=LATER)
    return lambda actor: here.record.tokens.revoke(issued.token.id, actor)


def place_hold(here: Scene) -> Attempt:
    """Keep a system's texts from being erased."""
    return lambda actor: here.record.retention.place_hold(actor, HoldScope.SYSTEM, SYSTEM, reason="a court asked")


def lift_hold(here: Scene) -> Attempt:
    """Let a hold go."""
    reviewer = here.team.add(fresh("reviewer"), Role.REVIEWER)
    hold = here.record.retention.place_hold(reviewer, HoldScope.SYSTEM, SYSTEM, reason="a court asked")
    return lambda actor: here.record.retention.lift_hold(actor, hold.id, reason="it is over")


def erase(here: Scene) -> Attempt:
    """Record an erasure."""
    draft = ErasureDraft(
        subject_type=ErasureSubject.RUN,
        subject="run-1",
        ground=ErasureGround.REQUEST,
        places={"payloads": 1},
        withheld={},
        payloads=(),
    )
    return lambda actor: here.record.retention.erase(actor, draft, system=SYSTEM)


def check_erase(here: Scene) -> Attempt:
    """Ask for the right to erase."""
    return lambda actor: here.record.retention.check_right_to_erase(actor, system=SYSTEM)


def _draft() -> ApprovalDraft:
    return ApprovalDraft(
        purpose=ApprovalPurpose.RESTORE,
        system=SYSTEM,
        subject_type="backup",
        subject=fresh("backup"),
        subject_digest=f"sha256:{fresh('d')}",
    )


def request(here: Scene) -> Attempt:
    """Ask for approval."""
    return lambda actor: here.record.approvals.request(actor, _draft())


def approve(here: Scene) -> Attempt:
    """Approve what somebody else asked for."""
    asked = here.record.approvals.request(here.team.add(fresh("engineer"), Role.ENGINEER), _draft())
    return lambda actor: here.record.approvals.approve(actor, asked.id, seen=asked.subject_digest)


def reject(here: Scene) -> Attempt:
    """Reject what somebody else asked for."""
    asked = here.record.approvals.request(here.team.add(fresh("engineer"), Role.ENGINEER), _draft())
    return lambda actor: here.record.approvals.reject(actor, asked.id, seen=asked.subject_digest, comment="no")


def lend(here: Scene) -> Attempt:
    """Lend the role by which one is here."""
    person = here.team.add(fresh("borrower"))
    until = here.team.clock.now() + timedelta(days=1)

    def attempt(actor: Actor) -> object:
        held = [one.role for one in here.record.people.grants(actor.id)]
        role = held[0] if held else Role.APPROVER
        return here.record.delegations.delegate(actor, person.id, role, SYSTEM, until=until)

    return attempt


def withdraw(here: Scene) -> Attempt:
    """Take a lent role back."""
    person = here.team.add(fresh("borrower"))
    until = here.team.clock.now() + timedelta(days=1)

    def attempt(actor: Actor) -> None:
        held = [one.role for one in here.record.people.grants(actor.id)]
        if held and held[0] in APPROVERS and actor.method == "oidc":
            here.record.delegations.delegate(actor, person.id, held[0], SYSTEM, until=until)
        here.record.delegations.withdraw(actor, person.id, held[0] if held else Role.APPROVER, SYSTEM)

    return attempt


def break_glass(here: Scene) -> Attempt:
    """Take a right in an emergency."""
    return lambda actor: here.record.emergencies.break_glass(
        actor, {Permission.MANAGE_HOLDS}, SYSTEM, reason="it burns"
    )


def review_glass(here: Scene) -> Attempt:
    """Review somebody else's emergency."""
    engineer = here.team.add(fresh("engineer"), Role.ENGINEER)
    broken = here.record.emergencies.break_glass(engineer, {Permission.MANAGE_HOLDS}, SYSTEM, reason="it burns")
    return lambda actor: here.record.emergencies.review(actor, broken.id, comment="it did")


def rotate(here: Scene) -> Attempt:
    """Change the key that signs."""
    return here.record.keys.rotate


def back_up(here: Scene) -> Attempt:
    """Make a backup without keys."""
    out = here.folder / f"{fresh('backup')}.zip"
    return lambda actor: here.record.backups.make(out, BackupPlan(passphrase=None, expires_at=None), actor)


def declare(here: Scene) -> Attempt:
    """Declare a restore."""
    declaration = Declaration(
        backup_digest=f"sha256:{fresh('b')}",
        restored_size=1,
        lost_until=1,
        lost_checkpoint=None,
        approvers=(),
        four_eyes=False,
    )
    return lambda actor: here.record.backups.declare([declaration], [], actor)


ACTS: Final = {
    "ingest_run": Act(roles=MEASURERS, prepare=ingest),
    "record_decision": Act(roles=MEASURERS, prepare=decide),
    "record_scan": Act(roles=MEASURERS, prepare=scan),
    "record_cards": Act(roles=MEASURERS, prepare=card, on=None),
    "import_labels": Act(roles=may("engineer", "reviewer", "service"), prepare=label),
    "record_report": Act(roles=EXPORTERS, prepare=report),
    "exports.record": Act(roles=EXPORTERS, prepare=export),
    "exports.attest": Act(roles=EXPORTERS, prepare=attest),
    "exports.check_right": Act(roles=EXPORTERS, prepare=check_export, writes=False),
    "people.add": Act(roles=ADMINS, prepare=add_person, by_token=False, on=None),
    "people.change": Act(roles=ADMINS, prepare=change_person, by_token=False, on=None),
    "people.grant": Act(roles=ADMINS, prepare=grant, by_token=False),
    "people.revoke": Act(roles=ADMINS, prepare=revoke, by_token=False),
    "tokens.issue": Act(roles=ADMINS, prepare=issue, by_token=False),
    "tokens.revoke": Act(roles=ADMINS, prepare=revoke_token, by_token=False),
    "retention.place_hold": Act(roles=may("reviewer"), prepare=place_hold),
    "retention.lift_hold": Act(roles=may("reviewer"), prepare=lift_hold),
    "retention.erase": Act(roles=may("reviewer"), prepare=erase),
    "retention.check_right_to_erase": Act(roles=may("reviewer"), prepare=check_erase, writes=False),
    "approvals.request": Act(roles=REQUESTERS, prepare=request),
    "approvals.approve": Act(roles=APPROVERS, prepare=approve, by_token=False, signed_in=True),
    "approvals.reject": Act(roles=APPROVERS, prepare=reject, by_token=False, signed_in=True),
    "delegations.delegate": Act(roles=APPROVERS, prepare=lend, by_token=False, signed_in=True),
    "delegations.withdraw": Act(roles=APPROVERS, prepare=withdraw, by_token=False, signed_in=True),
    "emergencies.break_glass": Act(roles=may("engineer"), prepare=break_glass, by_token=False),
    "emergencies.review": Act(roles=APPROVERS, prepare=review_glass, by_token=False, signed_in=True),
    **release_acts.ACTS,
    "keys.rotate": Act(roles=ADMINS, prepare=rotate, by_token=False, on=None),
    "backups.make": Act(roles=ADMINS, prepare=back_up, on=None),
    "backups.declare": Act(roles=ADMINS, prepare=declare, by_token=False, on=None),
    **evidence_acts.ACTS,
    **lineage_acts.ACTS,
    **oversight_acts.ACTS,
    **policy_acts.ACTS,
    **register_acts.ACTS,
}

# What changes no record: it reads, or it keeps what passes (queues, sessions, who witnessed what was recorded anyway).
READING: Final = (
    evidence_acts.READING
    | lineage_acts.READING
    | oversight_acts.READING
    | policy_acts.READING
    | register_acts.READING
    | release_acts.READING
    | frozenset(
        {
            *("retention.evidence_traces", "retention.originals_with", "retention.held_originals"),
            *(
                "open",
                "close",
                "runs",
                "run",
                "version",
                "estimates",
                "decisions",
                "latest_decision",
                "cards",
                "reports",
            ),
            "works",
            *("scans", "mirror_tasks", "checkpoint", "former_logs", "doubts", "entries", "prove", "prove_consistency"),
            *(
                "note_mirrored",
                "note_mirror_failure",
                "people.is_team",
                "people.persons",
                "people.person",
                "people.grants",
            ),
            *(
                "people.find",
                "people.allowed",
                "tokens.tokens",
                "tokens.actor_of",
                "sessions.begin",
                "sessions.actor_of",
            ),
            *(
                "sessions.end",
                "sessions.end_all",
                "retention.holds",
                "retention.erasures",
                "retention.payloads_of_person",
            ),
            "retention.held_payloads",
            *("retention.payloads_with", "approvals.digest_of", "approvals.standing", "approvals.standings"),
            *("approvals.approved", "emergencies.emergencies", "keys.history", "witnesses.copy_to", "witnesses.stamp"),
            *("backups.made", "backups.restores", "places", "systems", "keys.is_at_hand"),
            *("sessions.resume_or_begin", "sessions.end_sign_in", "approvals.check_right"),
        }
    )
)
