"""Every command that changes the record, typed by everybody: who may, and what a refusal leaves."""

import hashlib
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assay.app.actor import TOKEN_VARIABLE, local_actor, this_account
from assay.app.compose import open_record
from assay.app.init import create_workspace
from assay.cli.main import build_app
from assay.kernel import ForbiddenError
from governance.access import NEVER_BY_TOKEN, ROLE_PERMISSIONS, Role
from governance.ledger import Actor
from governance.people import Identity, PersonKind, SignIn
from tests.contracts.commands import COMMANDS
from tests.contracts.desk import SYSTEM, UNTIL, Desk, log_in, new_log
from tests.contracts.entry_points import ACTS
from tests.contracts.typed import ELSEWHERE, TYPED

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
