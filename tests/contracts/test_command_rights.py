"""Every command that changes the record, typed by everybody: who may, and what a refusal leaves."""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

import risks
from assay.app.actor import TOKEN_VARIABLE, local_actor, this_account
from assay.app.compose import open_record
from assay.app.init import create_workspace
from assay.app.workspace import Workspace
from assay.cli.main import build_app
from assay.kernel import ForbiddenError, format_time
from evaluation.runs import RunLog
from governance.access import NEVER_BY_TOKEN, ROLE_PERMISSIONS, Permission, Role
from governance.actions import ActionDraft
from governance.alerts import AlertDraft, AlertKind
from governance.approvals import ApprovalDraft, ApprovalPurpose
from governance.evidence import Conclusion, Stated, SubmissionDraft
from governance.gate import Policy
from governance.incidents import Declaration
from governance.ledger import Actor
from governance.people import Identity, PersonKind, SignIn
from governance.record import Record
from governance.releases import Release, ReleaseDraft
from governance.retention import HoldScope
from governance.systems import SystemProfile
from tests.contracts.commands import COMMANDS
from tests.contracts.entry_points import ACTS
from tests.contracts.policy_acts import policy_text
from tests.contracts.scene import fresh
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.governance.imports.workbooks import HEADING, book
from tests.governance.test_record import decision
from tests.risks.act.filled import filled, form_text
from tests.risks.act.systems import PLAIN, answers_text, classified

SYSTEM = "shop"
UNTIL = datetime.now(UTC) + timedelta(days=30)
ELSEWHERE = {"demo", "mlflow sync"}  # it is `run`, `gate`, `scan` and others; it needs a server (tests of the mirror)


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


def _handed_in(desk: Desk) -> str:
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
    path.write_text(answers_text(PLAIN), encoding="utf-8")
    return str(path)


def act_confirmed(desk: Desk) -> list[str]:
    """Confirm somebody else's classification."""
    made = desk.record.classifications.record(desk.person(Role.ENGINEER), SYSTEM, classified(PLAIN))
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


TYPED: dict[str, Callable[[Desk], list[str]]] = {
    "run": lambda desk: ["run", "--answers", answers(desk), "--judge", "checks", "--metrics", "faithfulness"],
    "runs ingest": lambda desk: ["runs", "ingest", str(new_log(desk).directory)],
    "runs export": lambda desk: ["runs", "export", "run-0", "--out", str(desk.workspace.root / fresh("rows"))],
    "scan": scanned,
    "gate": lambda desk: ["gate", "--run", "run-0", "--attestation", str(desk.workspace.root / fresh("attested"))],
    "report build": lambda _: ["report", "build", "evaluation", "--run", "run-0"],
    "judges check": lambda desk: ["judges", "check", "--labels", labels(desk), "--judge", "checks"],
    "review import": review,
    "users add": lambda _: ["users", "add", "--name", fresh("new")],
    "users change": lambda desk: ["users", "change", desk.person().id, "--name", fresh("renamed")],
    "users grant": lambda desk: ["users", "grant", desk.person().id, "--role", "viewer", "--system", "*"],
    "users revoke": revoked,
    "tokens issue": lambda desk: [
        *("tokens", "issue", desk.person(Role.ENGINEER).id, "--scope", "run:ingest", "--system", SYSTEM)
    ],
    "tokens revoke": token_revoked,
    "retention hold": lambda _: ["retention", "hold", f"system:{fresh('system')}", "--reason", "asked"],
    "retention lift": lifted,
    "ledger erase": erased,
    "ledger prove": lambda desk: ["ledger", "prove", "0", "--out", str(desk.workspace.root / fresh("proof"))],
    "ledger rotate-key": lambda _: ["ledger", "rotate-key"],
    "approvals request": lambda _: ["approvals", "request", "run:run-0"],
    "approvals approve": answered("approve"),
    "approvals reject": answered("reject"),
    "approvals lend": lambda desk: [
        *("approvals", "lend", desk.person().id, "--role", "reviewer", "--system", SYSTEM, "--days", "1")
    ],
    "approvals break-glass": lambda _: [
        *("approvals", "break-glass", "--permission", "holds:manage", "--system", SYSTEM, "--reason", "fire")
    ],
    "approvals review-glass": glass_reviewed,
    "store backup": backed_up,
    "monitor alerts acknowledge": lambda desk: [
        *("monitor", "alerts", "acknowledge", alerted(desk), "--comment", "seen")
    ],
    "monitor alerts close": lambda desk: ["monitor", "alerts", "close", alerted(desk), "--comment", "over"],
    "incidents open": lambda _: ["incidents", "open", "--comment", "it lied"],
    "incidents propose": lambda desk: ["incidents", "propose", alerted(desk)],
    "incidents declare": lambda desk: [
        *("incidents", "declare", incident(desk), "--ground", "health", "--aware", "2026-01-01", "--comment", "harm")
    ],
    "incidents withdraw": lambda desk: [
        *("incidents", "withdraw", incident(desk, declared=True), "--comment", "another system")
    ],
    "incidents report": lambda desk: ["incidents", "report", incident(desk, declared=True), "--comment", "told"],
    "incidents close": lambda desk: ["incidents", "close", incident(desk), "--comment", "over"],
    "systems add": lambda desk: ["systems", "add", fresh("system"), "--owner", desk.person().id],
    "systems change": described,
    "systems import": inventory_imported,
    "systems export": lambda desk: ["systems", "export", str(desk.workspace.root / f"{fresh('systems')}.xlsx")],
    "risks import": register_imported,
    "risks export": lambda desk: ["risks", "export", str(desk.workspace.root / f"{fresh('register')}.xlsx")],
    "releases create": lambda _: ["releases", "create", "--version", fresh("v"), "--run", "run-0"],
    "releases request": lambda desk: ["releases", "request", candidate(desk).id],
    "releases review": answered_release("review"),
    "releases approve": answered_release("approve"),
    "releases reject": answered_release("reject"),
    "releases release": lambda desk: ["releases", "release", approved(desk).id],
    "releases recall": recalled,
    "policies register": lambda desk: ["policies", "register", policy_written(desk)],
    "policies withdraw": lambda desk: ["policies", "withdraw", policy_named(desk), "--reason", "it is old"],
    "policies receipt": lambda desk: [
        *("policies", "receipt", policy_named(desk), "--out", str(desk.workspace.root / fresh("receipt")))
    ],
    "risks assess": lambda _: [
        *("risks", "assess", "9.1", "--inherent", "4x4", "--residual", "2x3", "--treatment", "mitigate"),
        *("--review-by", UNTIL.date().isoformat()),
    ],
    "act classify": lambda desk: ["act", "classify", "--answers", act_answers(desk), "--record"],
    "act confirm": act_confirmed,
    "act submit": form_filled,
    "act assign": lambda _: ["act", "assign", "Article 27", "--due", UNTIL.date().isoformat()],
    "controls attest": attested,
    "controls waive": lambda _: ["controls", "waive", "DASF 3", "--reason", fresh("because")],
    "actions open": lambda _: ["actions", "open", fresh("mend it"), "--due", UNTIL.date().isoformat()],
    "actions close": action_closed,
    "corpus add": lambda desk: ["corpus", "add", desk_document(desk)],
    "export openlineage": lambda desk: [
        *("export", "openlineage", "--out", str(desk.workspace.root / fresh("events")))
    ],
    "evidence submit": document_submitted,
    "evidence import": report_imported,
    "evidence accept": lambda desk: ["evidence", "accept", _handed_in(desk)],
    "evidence return": lambda desk: ["evidence", "return", _handed_in(desk), "--comment", "a page is missing"],
    "evidence request": evidence_asked_for,
    "evidence comment": lambda desk: ["evidence", "comment", _handed_in(desk), "--text", "is this the newest?"],
    "evidence original": lambda desk: [
        *("evidence", "original", _handed_in(desk), "--out", str(desk.workspace.root / fresh("copy")))
    ],
}
WHO = [None, *(role for role in Role if role is not Role.OWNER)]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a workspace with a recorded run, a report of it, and a team whose admin works elsewhere."""
    workspace = create_workspace(tmp_path / SYSTEM)
    monkeypatch.setenv("ASSAY_WORKSPACE", str(workspace.root))
    monkeypatch.chdir(workspace.root)
    record = open_record(workspace)
    log = log_in(workspace, "run-0")
    record.ingest_run(log.directory, local_actor(), mirror=False)
    identity = Identity(name="Ada", sign_ins=(SignIn(issuer="https://id.example.org", subject="ada"),))
    admin = record.people.add(identity, local_actor(), until=UNTIL)
    return Desk(workspace=workspace, record=record, admin=Actor(id=admin.id))


def take_seat(desk: Desk, role: Role | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this account be somebody with a role, or let a service account's token lie in the environment."""
    is_service = role is Role.SERVICE
    identity = Identity(name="Me", sign_ins=() if is_service else (this_account(),))
    person = desk.record.people.add(identity, desk.admin, kind=PersonKind("service" if is_service else "human"))
    if role is not None:
        desk.record.people.grant(person.id, role, "*", desk.admin, until=UNTIL)
    if is_service:
        scopes = ROLE_PERMISSIONS[Role.SERVICE] - NEVER_BY_TOKEN
        secret = desk.record.tokens.issue(person.id, scopes, "*", desk.admin, until=UNTIL).secret
        monkeypatch.setenv(TOKEN_VARIABLE, secret)


def may_type(command: str, role: Role | None) -> bool:
    """Whether the table lets a role do everything behind a command at the machine."""
    acts = [ACTS[name] for name in COMMANDS[command].split()]
    return all(role in one.roles and not one.signed_in for one in acts)


def entries(desk: Desk) -> int:
    """Return the size of the ledger."""
    return desk.record.checkpoint().size


@pytest.mark.soak
@pytest.mark.parametrize("role", WHO, ids=str)
def test_each_command_lets_in_only_those_who_may(
    desk: Desk, role: Role | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal ends with 2 and no entry; a run or a scan that the record refuses is kept and says so."""
    take_seat(desk, role, monkeypatch)
    wrong = []
    with closing(desk.record):
        for command, arguments_for in TYPED.items():
            arguments = arguments_for(desk)
            before = entries(desk)
            result = CliRunner().invoke(build_app(arguments[0]), arguments)
            let_in = entries(desk) > before
            refused = isinstance(result.exception, ForbiddenError) or "the record did not take it" in result.output
            if (let_in, refused) != (may_type(command, role), not may_type(command, role)):
                wrong.append((command, let_in, repr(result.exception), result.output[-300:]))
    assert wrong == []


def test_every_command_of_the_table_is_typed() -> None:
    """A new one needs its arguments here."""
    assert set(TYPED) | ELSEWHERE == set(COMMANDS)


def test_an_account_that_nobody_is_linked_to_is_told_what_to_do(desk: Desk) -> None:
    """The owner of before is nobody, and so is a wrong token."""
    with closing(desk.record):
        result = CliRunner().invoke(build_app("gate"), ["gate", "--run", "run-0"])
        assert isinstance(result.exception, ForbiddenError)
        assert "belongs to nobody" in result.exception.message
        assert TOKEN_VARIABLE in result.exception.hint
        wrong = CliRunner().invoke(build_app("gate"), ["gate", "--run", "run-0"], env={TOKEN_VARIABLE: "assay_x"})
        assert isinstance(wrong.exception, ForbiddenError)
        assert wrong.exception.message == "this token is not valid"


def test_a_refused_export_or_report_leaves_no_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written that may not leave."""
    take_seat(desk, Role.VIEWER, monkeypatch)
    before = sorted(desk.workspace.root.rglob("*.html"))
    out = desk.workspace.root / "rows.jsonl"
    with closing(desk.record):
        for arguments in (["runs", "export", "run-0", "--out", str(out)], ["report", "build", "evaluation"]):
            assert isinstance(CliRunner().invoke(build_app(arguments[0]), arguments).exception, ForbiddenError)
        shown = CliRunner().invoke(build_app("runs"), ["runs", "export", "run-0"])
    assert not out.exists()
    assert sorted(desk.workspace.root.rglob("*.html")) == before
    assert shown.stdout == ""


def test_an_export_is_an_entry_with_the_digest_of_its_bytes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who exported what, and nothing of what it says; a run that is not recorded leaves no entry."""
    take_seat(desk, Role.AUDITOR, monkeypatch)
    unrecorded = new_log(desk).plan.run
    with closing(desk.record):
        before = entries(desk)
        shown = CliRunner().invoke(build_app("runs"), ["runs", "export", "run-0"])
        CliRunner().invoke(build_app("runs"), ["runs", "export", unrecorded])
        (entry,) = desk.record.entries(first=before)
    digest = "sha256:" + hashlib.sha256(shown.stdout_bytes).hexdigest()
    assert (entry.action, entry.actor.role, entry.subject.digest) == ("export.made", "auditor", digest)
    assert entry.details == {
        "kind": "rows",
        "format": "jsonl",
        "system": SYSTEM,
        "subject": "run-0",
        "size": len(shown.stdout_bytes),
    }


def test_a_store_of_one_user_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without people the account at the machine is the owner, and a token in the environment changes nothing."""
    workspace = create_workspace(tmp_path / SYSTEM)
    monkeypatch.setenv("ASSAY_WORKSPACE", str(workspace.root))
    monkeypatch.setenv(TOKEN_VARIABLE, "assay_of_another_store")
    log = log_in(workspace, "run-0")
    result = CliRunner().invoke(build_app("runs"), ["runs", "ingest", str(log.directory)])
    assert result.exit_code == 0, result.output
    with closing(open_record(workspace)) as record:
        assert record.entries(first=2)[0].actor == local_actor()
