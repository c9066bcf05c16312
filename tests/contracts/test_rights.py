"""Every entry point to the record, used by everybody: who may, who may not, and what a refusal leaves."""

import dataclasses
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import typer

from assay.cli.main import COMMANDS as COMMAND_NAMES
from assay.cli.main import build_app
from assay.kernel import ForbiddenError, format_time
from governance._services import Services
from governance.access import Permission, Role
from governance.ledger import Actor
from governance.people import PersonKind, PersonStatus
from governance.record import Record
from governance.store import STATE_TABLES
from tests.contracts.commands import COMMANDS, OTHER_COMMANDS
from tests.contracts.entry_points import ACTS, READING
from tests.contracts.scene import SYSTEM, Act, Scene, fresh
from tests.governance.people.teams import LATER, OWNER, START, Team, begin_team
from tests.governance.samples import Place

ROOT = Path(__file__).parents[2]
ALL_SCOPES = frozenset(one.value for one in Permission)
HUMAN_ROLES: tuple[Role, ...] = tuple(role for role in Role if role not in {Role.OWNER, Role.SERVICE})


@dataclass(frozen=True)
class Everybody:
    """A team with somebody in every standing."""

    team: Team
    place: Place
    people: dict[tuple[Role, str], Actor]  # by role, and how they stand

    def by_token(self, role: Role, system: str = "*", scopes: frozenset[str] = ALL_SCOPES) -> Actor:
        """Return the holder of a role by a token."""
        return dataclasses.replace(self.people[role, "*"], method="token", scopes=scopes, system=system)

    def signed_in(self, actor: Actor) -> Actor:
        """Return somebody as signed in just now; nobody signs in for a program."""
        at = format_time(self.team.clock.now())
        return dataclasses.replace(actor, method="oidc", authenticated_at=at)

    def traces(self) -> list[object]:
        """Return what a change would leave: rows of every table of the record, and files beside the key."""
        counts = " UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in (*STATE_TABLES, "ledger_payload"))  # noqa: S608
        return [self.team.size, *self.place.sql(counts), sorted(one.name for one in self.place.keys.iterdir())]


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Everybody:
    """Return a team in which each role is held well, and in each way that does not count."""
    place = Place(tmp_path_factory.mktemp("team"))
    team = begin_team(place)
    people: dict[tuple[Role, str], Actor] = {}
    for role in (*HUMAN_ROLES, Role.SERVICE):
        for standing in ("*", "one system", "another system", "ended", "revoked", "disabled"):
            people[role, standing] = hired(team, role, standing)
    team.wait(hours=2)
    return Everybody(team=team, place=place, people=people)


def hired(team: Team, role: Role, standing: str) -> Actor:
    """Add somebody with a role in a standing."""
    kind = PersonKind.SERVICE if role is Role.SERVICE else PersonKind.HUMAN
    system = {"one system": SYSTEM, "another system": "another"}.get(standing, "*")
    actor = team.add(fresh(role.value), kind=kind)
    until = START + timedelta(hours=1) if standing == "ended" else LATER
    team.record.people.grant(actor.id, role, system, team.admin, until=until)
    if standing == "revoked":
        team.record.people.revoke(actor.id, role, system, team.admin)
    if standing == "disabled":
        team.record.people.change(actor.id, team.admin, status=PersonStatus.DISABLED)
    return actor


def standings(everybody: Everybody, act: Act) -> Iterator[tuple[str, Actor, bool]]:
    """Yield everybody who might try, by a name, with whether they may."""
    for role in HUMAN_ROLES:
        holds = role in act.roles
        well = everybody.people[role, "*"]
        yield f"{role}, signed in", everybody.signed_in(well), holds
        yield f"{role}, at the machine", well, holds and not act.signed_in
        yield f"{role}, by a token with every scope", everybody.by_token(role), holds and act.by_token
        on_system = everybody.people[role, "one system"]
        yield f"{role} on one system", everybody.signed_in(on_system), holds and act.on == SYSTEM
    yield "service, by a token", everybody.by_token(Role.SERVICE), Role.SERVICE in act.roles and act.by_token
    for role in act.roles:
        for standing in ("another system", "ended", "revoked", "disabled"):
            yield f"{role}, {standing}", everybody.signed_in(everybody.people[role, standing]), False
        yield f"{role}, by a token without scopes", everybody.by_token(role, scopes=frozenset()), False
        yield f"{role}, by a token for another system", everybody.by_token(role, system="another"), False
    yield "somebody without a role", everybody.signed_in(everybody.team.add(fresh("nobody"))), False
    yield "a stranger", everybody.signed_in(Actor(id="person-0", role="owner")), False
    yield "the owner of before", OWNER, False


@pytest.mark.parametrize("name", ACTS)
def test_only_those_who_may_do_it_and_a_refusal_leaves_nothing(everybody: Everybody, name: str) -> None:
    """Each role, each way in, each way of having lost a role."""
    act, scene = ACTS[name], Scene(team=everybody.team, folder=everybody.place.path)
    attempt = act.prepare(scene)
    wrong = []
    for who, actor, may in standings(everybody, act):
        before = everybody.traces()
        try:
            attempt(actor)
        except ForbiddenError as error:
            if may or everybody.traces() != before:
                wrong.append(f"{who}: refused, {error.message}")
        else:
            if not may or act.writes == (everybody.traces() == before):
                wrong.append(f"{who}: let in")
            attempt = act.prepare(scene)
    assert wrong == []


def entry_points() -> set[str]:
    """Return every public method of the record and of the services that it hands out."""
    public = [(name, member) for name, member in inspect.getmembers(Record) if not name.startswith("_")]
    found = {name for name, member in public if not isinstance(member, property)}
    nowhere = Record(_door=None)  # type: ignore[arg-type]  # services are handed out, and none is used
    for name in (name for name, _ in public if isinstance(vars(Services).get(name), property)):
        methods = inspect.getmembers(type(getattr(nowhere, name)), inspect.isfunction)
        found |= {f"{name}.{method}" for method, _ in methods if not method.startswith("_")}
    return found


def test_every_method_of_the_record_and_its_services_is_in_the_table() -> None:
    """A new one needs a row: who may, or that it changes no record."""
    assert entry_points() - READING == set(ACTS)


def test_only_the_declaration_of_a_restore_goes_past_the_question() -> None:
    """Whoever opens a change without asking is named here, as is whoever writes what is no record."""
    calls = {
        (path.relative_to(ROOT).as_posix(), call)
        for path in (ROOT / "governance").rglob("*.py")
        for call in re.findall(r"door\.(unsafe_change|passing)\(", path.read_text(encoding="utf-8"))
    }
    assert calls == {
        ("governance/restore/_staging.py", "unsafe_change"),
        ("governance/record.py", "passing"),  # the mirror's queue
        ("governance/_witnessing.py", "passing"),
        ("governance/people/_sessions.py", "passing"),
        ("governance/people/_tokens.py", "passing"),  # the last use
    }


def leaves(app: typer.Typer, prefix: str) -> Iterator[str]:
    """Yield every command under a group."""
    for command in app.registered_commands:
        assert command.callback is not None
        yield f"{prefix} {command.name or command.callback.__name__}"
    for group in app.registered_groups:
        assert isinstance(group.typer_instance, typer.Typer)
        yield from leaves(group.typer_instance, f"{prefix} {group.name}")


def test_every_command_is_in_the_table() -> None:
    """A new one needs a line: the acts behind it, or that it changes no record."""
    found = set()
    for name in COMMAND_NAMES:
        app = build_app(name)
        group = next((one for one in app.registered_groups if one.name == name), None)
        if group is None:
            found.add(name)
        else:
            assert isinstance(group.typer_instance, typer.Typer)
            found |= set(leaves(group.typer_instance, name))
    assert found == set(COMMANDS) | OTHER_COMMANDS
    assert set(COMMANDS).isdisjoint(OTHER_COMMANDS)


def test_every_act_has_a_command_or_says_why_not() -> None:
    """What only Python and the server can do is named here."""
    behind = {act for acts in COMMANDS.values() for act in acts.split()}
    assert behind <= set(ACTS)
    assert set(ACTS) - behind == {"delegations.withdraw", "backups.declare"}
