"""What the pages do, done by everybody: the services behind their buttons ask for rights as every other door does."""

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest

from assay.app.approvals import answer_request, load_approvals, load_request, request_approval
from assay.app.releases import take_up_release
from assay.app.report import build_report, load_overview
from assay.kernel import AssayError, ForbiddenError, MissingError, format_time
from governance import Actor
from governance.access import Permission, Role
from governance.people import PersonStatus
from tests.dashboards.releases import ask_for_release
from tests.dashboards.teams import SYSTEM, Office, open_office

ROOT = Path(__file__).parents[2]
ROLES = (Role.VIEWER, Role.ENGINEER, Role.REVIEWER, Role.APPROVER, Role.AUDITOR, Role.ADMIN)
READERS = frozenset(ROLES) - {Role.ADMIN}
Attempt = Callable[[Office, Actor], object]


def write_report(office: Office, actor: Actor) -> object:
    """Press the button of the overview."""
    return build_report(office.workspace, run="run-1", actor=actor)


def ask(office: Office, actor: Actor) -> object:
    """Ask about the newest decision."""
    decision = office.record.decisions()[0].id
    seen = office.record.approvals.digest_of("decision", decision)
    return request_approval(office.workspace, f"decision:{decision}", purpose="release", seen=seen, actor=actor)


def approve(office: Office, actor: Actor) -> object:
    """Approve what the engineer asked for."""
    request = office.ask("eve")
    return answer_request(office.workspace, request.id, approve=True, seen=request.subject_digest, actor=actor)


def reject(office: Office, actor: Actor) -> object:
    """Reject it."""
    request = office.ask("eve")
    seen = request.subject_digest
    return answer_request(office.workspace, request.id, approve=False, seen=seen, comment="no", actor=actor)


def take_up(office: Office, actor: Actor) -> object:
    """Begin the review of a release that the engineer asked for."""
    return take_up_release(office.workspace, ask_for_release(office, "eve").id, actor=actor)


def approve_release(office: Office, actor: Actor) -> object:
    """Approve it on the page of approvals."""
    made = ask_for_release(office, "eve")
    seen = office.record.approvals.digest_of("release", made.id)
    return answer_request(office.workspace, made.request or "", approve=True, seen=seen, actor=actor)


@dataclass(frozen=True, kw_only=True)
class PageAct:
    """Something that a page does, and who may."""

    attempt: Attempt
    roles: frozenset[Role]
    by_token: bool = True


APPROVING = frozenset({Role.REVIEWER, Role.APPROVER})
ACTS = {
    "write a report": PageAct(attempt=write_report, roles=READERS - {Role.VIEWER}),
    "ask": PageAct(attempt=ask, roles=frozenset({Role.ENGINEER, Role.REVIEWER, Role.ADMIN})),
    "approve": PageAct(attempt=approve, roles=APPROVING, by_token=False),
    "take up": PageAct(attempt=take_up, roles=APPROVING, by_token=False),
    "approve a release": PageAct(attempt=approve_release, roles=APPROVING, by_token=False),
    "reject": PageAct(attempt=reject, roles=APPROVING, by_token=False),
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Return a team with everybody in it."""
    with pytest.MonkeyPatch.context() as patch:
        made = open_office(tmp_path_factory.mktemp("office"), patch)
        made.hire("eve", Role.ENGINEER)
        for role in ROLES:
            made.hire(role.value, role)
            made.hire(f"{role.value} elsewhere", role, system="another")
            made.hire(f"{role.value} of before", role)
            made.record.people.revoke(made.people[f"{role.value} of before"].id, role, SYSTEM, made.admin)
            made.hire(f"{role.value} disabled", role)
            gone = made.people[f"{role.value} disabled"].id
            made.record.people.change(gone, made.admin, status=PersonStatus.DISABLED)
    return made


@pytest.fixture(autouse=True)
def keys(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Find the team's key."""
    monkeypatch.setenv("ASSAY_KEYS", str(office.workspace.root.parent / "keys"))


def signed_in(office: Office, name: str) -> Actor:
    """Return somebody as a page knows them who just signed in."""
    return replace(office.people[name], method="oidc", authenticated_at=format_time(datetime.now(UTC)))


def may(office: Office, attempt: Attempt, actor: Actor) -> bool:
    """Try; a refusal leaves the ledger as it was, but for the question that the attempt itself asked."""
    try:
        attempt(office, actor)
    except ForbiddenError:
        entries = office.record.entries(first=0, limit=10_000)
        assert entries[-1].actor.id != actor.id
        return False
    return True


@pytest.mark.parametrize("done", ACTS)
def test_each_role_may_do_on_a_page_what_its_rights_say(office: Office, done: str) -> None:
    """Who has the role on the system, and nobody else: not elsewhere, before, disabled, a stranger, or by a token."""
    act = ACTS[done]
    wrong = []
    for role in ROLES:
        if may(office, act.attempt, signed_in(office, role.value)) is not (role in act.roles):
            wrong.append(role.value)
        lost = (f"{role.value} {how}" for how in ("elsewhere", "of before", "disabled"))
        wrong.extend(name for name in lost if may(office, act.attempt, signed_in(office, name)))
        scopes = frozenset(one.value for one in Permission)
        by_token = replace(office.people[role.value], method="token", scopes=scopes)
        if may(office, act.attempt, by_token) is not (role in act.roles and act.by_token):
            wrong.append(f"{role.value} by token")
    stranger = Actor(id="person-0", method="oidc", authenticated_at=format_time(datetime.now(UTC)))
    assert not may(office, act.attempt, stranger)
    assert wrong == []


def test_an_answer_takes_a_session_a_fresh_proof_and_somebody_else(office: Office) -> None:
    """Not at the machine, not after a quarter of an hour, not one's own request, not without having looked."""
    reviewer = signed_in(office, "reviewer")
    old = format_time(datetime.now(UTC) - timedelta(minutes=16))
    for actor in (office.people["reviewer"], replace(reviewer, authenticated_at=old)):
        assert not may(office, approve, actor)
    office.people["asks"] = office.people["reviewer"]
    own = office.ask("asks")
    with pytest.raises(ForbiddenError, match="requester"):
        answer_request(office.workspace, own.id, approve=True, seen=own.subject_digest, actor=reviewer)
    with pytest.raises(AssayError, match="you saw"):
        answer_request(office.workspace, own.id, approve=True, seen="sha256:" + "0" * 64, actor=reviewer)


@pytest.mark.parametrize("standing", ["", " elsewhere", " of before", " disabled"])
@pytest.mark.parametrize("role", ROLES)
def test_lists_hold_what_one_may_read(office: Office, role: Role, standing: str) -> None:
    """Runs, decisions and requests, each by the system's `record:read`; what one may not read is not there."""
    request = office.ask("eve")
    actor, reads = signed_in(office, role.value + standing), role in READERS and not standing
    assert bool(load_overview(office.workspace, actor=actor).runs) is reads
    assert bool(load_approvals(office.workspace, actor).everything) is reads
    if reads:
        assert load_request(office.workspace, request.id, actor).digest == request.subject_digest
    else:
        with pytest.raises(MissingError, match="there is no request"):
            load_request(office.workspace, request.id, actor)


def test_every_page_says_who_acts() -> None:
    """No call from a page leaves the actor to whoever runs the server."""
    silent = []
    for path in (ROOT / "dashboards").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            name.name: getattr(import_module(str(node.module)), name.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("assay.app")
            for name in node.names
        }
        for call in ast.walk(tree):
            called = imported.get(getattr(call.func, "id", "")) if isinstance(call, ast.Call) else None
            if not isinstance(call, ast.Call) or not inspect.isfunction(called):
                continue
            place = list(inspect.signature(called).parameters)
            if "actor" in place and "actor" not in [one.arg for one in call.keywords]:
                silent += [ast.unparse(call)] if len(call.args) <= place.index("actor") else []
    assert silent == []
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "dashboards").rglob("*.py"))
    assert "current_actor" not in text
    assert "local_actor" not in text
