"""A workspace whose store has a team, and what somebody else left there for a command to be about."""

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner

import risks
from assay.app.workspace import Workspace
from assay.cli.main import build_app
from assay.kernel import format_time
from evaluation.runs import RunLog
from governance.access import Permission, Role
from governance.actions import ActionDraft
from governance.alerts import AlertDraft, AlertKind
from governance.approvals import ApprovalDraft, ApprovalPurpose
from governance.evidence import Conclusion, Stated, SubmissionDraft
from governance.gate import Policy
from governance.incidents import Declaration
from governance.ledger import Actor
from governance.people import Identity
from governance.record import Record
from governance.releases import Release, ReleaseDraft
from governance.retention import HoldScope
from governance.systems import SystemProfile
from tests.contracts.policy_acts import policy_text
from tests.contracts.scene import fresh
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.governance.imports.workbooks import HEADING, book
from tests.governance.test_record import decision
from tests.risks.act.filled import filled, form_text
from tests.risks.act.systems import PLAIN, answers_text, classified

SYSTEM = "shop"
UNTIL = datetime.now(UTC) + timedelta(days=30)


@dataclass(frozen=True)
class Desk:
    """A workspace whose store has a team, and a folder for files."""

    workspace: Workspace
    record: Record
    admin: Actor

    def file(self, name: str, *rows: object) -> str:
        """Write JSON Lines; return the path."""
        path = self.workspace.root / f"{fresh(name)}.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
        return str(path)

    def person(self, *roles: Role) -> Actor:
        """Add somebody else."""
        added = self.record.people.add(Identity(name=fresh("other")), self.admin)
        for role in roles:
            self.record.people.grant(added.id, role, "*", self.admin, until=UNTIL)
        return Actor(id=added.id)


def log_in(workspace: Workspace, name: str) -> RunLog:
    """Write a run log of the workspace's system."""
    plan = dataclasses.replace(plan_for(["a"]), run=name, system=SYSTEM)
    return write_log(workspace.runs / name, plan, [row("a")])


def new_log(desk: Desk) -> RunLog:
    """Write a run log that nobody handed in."""
    return log_in(desk.workspace, fresh("run"))


def answers(desk: Desk) -> str:
    """Write an answers file."""
    return desk.file("answers", {"question": fresh("What?"), "answer": "It is so.", "contexts": ["It is so."]})


def labels(desk: Desk) -> str:
    """Write labelled answers."""
    both = [{"question": "Why?", "answer": "So.", "contexts": ["So."], "label": good} for good in (0, 1)]
    return desk.file(fresh("labels"), *both)


def review(desk: Desk) -> list[str]:
    """Write labels of the run of the beginning."""
    path = desk.workspace.root / f"{fresh('review')}.jsonl"
    exported = CliRunner().invoke(build_app("review"), ["review", "export", "run-0", "--rows", "1", "--out", str(path)])
    assert exported.exit_code == 0, exported.output
    rows = [json.loads(line) | {"label": 1} for line in path.read_text(encoding="utf-8").split("\n") if line]
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    return ["review", "import", str(path), "--run", "run-0", "--annotator", fresh("alex")]


def scanned(desk: Desk) -> list[str]:
    """Scan a text."""
    source = desk.file("texts", {"id": "a", "text": fresh("words")})
    out = desk.workspace.root / f"{fresh('out')}.jsonl"
    return ["scan", source, "--text-field", "text", "--filters", "output", "--out", str(out)]


def desk_document(desk: Desk) -> str:
    """Write a document that nobody has read yet."""
    path = desk.workspace.root / f"{fresh('document')}.md"
    path.write_text(f"# One\n\n{fresh('words')} and more.\n", encoding="utf-8")
    return str(path)


def revoked(desk: Desk) -> list[str]:
    """Revoke a role of somebody else."""
    person = desk.person(Role.VIEWER)
    return ["users", "revoke", person.id, "--role", "viewer", "--system", "*"]


def token_revoked(desk: Desk) -> list[str]:
    """Revoke a token of somebody else."""
    person = desk.person(Role.ENGINEER)
    issued = desk.record.tokens.issue(person.id, {Permission.INGEST_RUN}, SYSTEM, desk.admin, until=UNTIL)
    return ["tokens", "revoke", issued.token.id]


def lifted(desk: Desk) -> list[str]:
    """Lift a hold."""
    reviewer = desk.person(Role.REVIEWER)
    hold = desk.record.retention.place_hold(reviewer, HoldScope.SYSTEM, SYSTEM, reason="asked")
    return ["retention", "lift", hold.id, "--reason", "over"]


def erased(desk: Desk) -> list[str]:
    """Erase a run that is not held."""
    log = new_log(desk)
    desk.record.ingest_run(log.directory, desk.person(Role.ENGINEER))
    return ["ledger", "erase", f"run:{log.plan.run}", "--ground", "request"]


def answered(verdict: str) -> Callable[[Desk], list[str]]:
    """Answer somebody else's request."""

    def arguments(desk: Desk) -> list[str]:
        draft = ApprovalDraft(
            purpose=ApprovalPurpose.RESTORE,
            system=SYSTEM,
            subject_type="backup",
            subject=fresh("backup"),
            subject_digest="sha256:00",
        )
        asked = desk.record.approvals.request(desk.person(Role.ENGINEER), draft)
        return ["approvals", verdict, asked.id, "--seen", "sha256:00", "--comment", "because"]

    return arguments


def glass_reviewed(desk: Desk) -> list[str]:
    """Review somebody else's emergency."""
    broken = desk.record.emergencies.break_glass(
        desk.person(Role.ENGINEER), {Permission.MANAGE_HOLDS}, SYSTEM, reason="it burns"
    )
    return ["approvals", "review-glass", broken.id, "--comment", "it did"]


def backed_up(desk: Desk) -> list[str]:
    """Make a backup without keys."""
    return ["store", "backup", str(desk.workspace.root / f"{fresh('backup')}.zip"), "--without-keys"]


def handed_in(desk: Desk) -> str:
    """Hand in a document as an engineer; return its id."""
    draft = SubmissionDraft(
        system=SYSTEM,
        data=fresh("bytes").encode(),
        name="plan.pdf",
        stated=(Stated(kind="document", of=fresh("plan"), conclusion=Conclusion.SATISFIED),),
        expires_at=UNTIL,
    )
    return desk.record.evidence.submit(desk.person(Role.ENGINEER), draft).evidence


def register_imported(desk: Desk) -> list[str]:
    """Import a register of risks from a workbook."""
    path = desk.workspace.root / f"{fresh('register')}.xlsx"
    path.write_bytes(book(HEADING, ("9.1", 4, 4, "2x3", "mitigate", desk.person().id, UNTIL.date(), "")))
    return ["risks", "import", str(path), "--write"]


def inventory_imported(desk: Desk) -> list[str]:
    """Import an inventory of systems from a workbook."""
    path = desk.workspace.root / f"{fresh('systems')}.xlsx"
    path.write_bytes(book(("System", "Owner"), (fresh("system"), desk.person().id)))
    return ["systems", "import", str(path), "--write"]


def report_imported(desk: Desk) -> list[str]:
    """Import a report of tests."""
    path = desk.workspace.root / f"{fresh('junit')}.xml"
    path.write_text('<testsuite name="x"><testcase name="a"/></testsuite>', encoding="utf-8")
    return ["evidence", "import", str(path)]


def document_submitted(desk: Desk) -> list[str]:
    """Hand in a document."""
    day = UNTIL.date().isoformat()
    return ["evidence", "submit", desk.file("plan", "words"), "--of", fresh("plan"), "--expires", day]


def evidence_asked_for(desk: Desk) -> list[str]:
    """Ask somebody for a document."""
    asked = ["--of", fresh("plan"), "--due", UNTIL.date().isoformat()]
    return ["evidence", "request", desk.person(Role.ENGINEER).id, *asked]


def act_answers(desk: Desk) -> str:
    """Write an answers file about a system."""
    path = desk.workspace.root / f"{fresh('answers')}.json"
    path.write_text(answers_text(PLAIN, person=fresh("alex")), encoding="utf-8")
    return str(path)


def act_confirmed(desk: Desk) -> list[str]:
    """Confirm somebody else's classification."""
    said = classified(PLAIN, person=fresh("alex"))
    made = desk.record.classifications.record(desk.person(Role.ENGINEER), SYSTEM, said)
    return ["act", "confirm", made.id, "--seen", made.digest]


def attested(desk: Desk) -> list[str]:
    """Hand in a document for a control."""
    document = desk.file("policy", fresh("policy"))
    return ["controls", "attest", "DASF 1", "--document", document, "--expires", "2030-01-01"]


def form_filled(desk: Desk) -> list[str]:
    """Hand in a form about the system."""
    path = desk.workspace.root / f"{fresh('form')}.yaml"
    path.write_text(form_text({**filled("literacy", system=SYSTEM), "person": fresh("alex")}), encoding="utf-8")
    return ["act", "submit", str(path)]


def action_closed(desk: Desk) -> list[str]:
    """Close somebody else's action with evidence that is there."""
    draft = ActionDraft(system=SYSTEM, what=fresh("mend it"), owner="person-1", due=UNTIL.date().isoformat())
    made = desk.record.actions.raise_(desk.person(Role.ENGINEER), draft, risks.framework())
    return ["actions", "close", made.id, "--evidence", desk.record.evidence.facts(SYSTEM)[0].evidence]


def policy_written(desk: Desk) -> str:
    """Write a policy; return its path."""
    path = desk.workspace.root / f"{fresh('policy')}.yaml"
    path.write_text(policy_text(), encoding="utf-8")
    return str(path)


def policy_named(desk: Desk) -> str:
    """Register a policy as somebody else; return its id."""
    policy = Policy.load(Path(policy_written(desk)))
    return desk.record.policies.register(policy, desk.person(Role.REVIEWER), system=SYSTEM).id


def candidate(desk: Desk) -> Release:
    """Put a candidate together that a gate let pass, of a system without incidents."""
    engineer, system, name = desk.person(Role.ENGINEER), fresh("kiosk"), fresh("run")
    plan = dataclasses.replace(plan_for(["a"]), run=name, system=system)
    log = write_log(desk.workspace.runs / name, plan, [row("a")])
    recorded = desk.record.ingest_run(log.directory, engineer, mirror=False)
    draft = ReleaseDraft(system=system, version=fresh("v"), runs=(recorded.run,))
    made = desk.record.releases.create(engineer, draft)
    passed = dataclasses.replace(
        decision(recorded.run, recorded.digest),
        release=made.id,
        release_digest=made.digest,
        decided_at=datetime.now(UTC),
    )
    desk.record.record_decision(passed, engineer)
    return made


def answered_release(verdict: str) -> Callable[[Desk], list[str]]:
    """Answer somebody else's request for a release, or take up its review."""

    def arguments(desk: Desk) -> list[str]:
        made = desk.record.releases.request(desk.person(Role.ENGINEER), candidate(desk).id)
        if verdict == "review":
            return ["releases", verdict, made.id]
        seen = desk.record.approvals.digest_of("release", made.id)
        return ["releases", verdict, made.id, "--seen", seen, "--comment", "because"]

    return arguments


def approved(desk: Desk) -> Release:
    """Lead a candidate to its approval."""
    made = desk.record.releases.request(desk.person(Role.ENGINEER), candidate(desk).id)
    at = format_time(datetime.now(UTC))
    reviewer = dataclasses.replace(desk.person(Role.REVIEWER), method="oidc", authenticated_at=at)
    seen = desk.record.approvals.digest_of("release", made.id)
    desk.record.releases.approve(reviewer, made.id, seen=seen)
    return made


def recalled(desk: Desk) -> list[str]:
    """Take a release out of use."""
    made = desk.record.releases.ship(desk.person(Role.ENGINEER), approved(desk).id)
    return ["releases", "recall", made.id, "--reason", "it lies"]


def described(desk: Desk) -> list[str]:
    """Describe a system once more."""
    system, owner = fresh("system"), desk.person(Role.ENGINEER)
    desk.record.inventory.add(owner, system, SystemProfile(name=system, purpose="", owner=owner.id))
    return ["systems", "change", system, "--market", "DE"]


def alerted(desk: Desk) -> str:
    """Notice something; return the alert."""
    draft = AlertDraft(kind=AlertKind.ALIAS_MOVED, system=SYSTEM, subject=fresh("models:/m@champion"))
    return desk.record.alerts.raise_(desk.person(Role.ENGINEER), draft).id


def incident(desk: Desk, *, declared: bool = False) -> str:
    """Open an incident; return it."""
    reviewer = desk.person(Role.REVIEWER)
    made = desk.record.incidents.begin(reviewer, SYSTEM, comment="it lied").id
    if declared:
        harm = Declaration(grounds=("health",), aware_at=datetime.now(UTC), zone="UTC", comment="harm")
        desk.record.incidents.declare(reviewer, made, harm)
    return made
