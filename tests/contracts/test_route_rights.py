"""Every route of the server, asked by every role: who may, who may not, and that a refusal leaves no entry."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assay.kernel import format_time
from assay.server._application import build_api
from governance.access import Role
from governance.ledger import Actor
from governance.people import Identity
from governance.record import Record
from governance.releases import Release
from tests.contracts.entry_points import ACTS
from tests.governance.test_record import decision
from tests.server.conftest import _same_keys, server, surroundings, team
from tests.server.served import UNTIL, Reply, Server, Team, run_log

__all__ = ["_same_keys", "server", "surroundings", "team"]

# Routes that change the record, with the act behind them.
CHANGING = {
    "POST /v1/runs": "ingest_run",
    "POST /v1/decisions": "record_decision",
    "POST /v1/reports": "record_report",
    "GET /v1/documents/{report}": "exports.record",
    "POST /v1/approvals": "approvals.request",
    "POST /v1/releases": "releases.create",
    "POST /v1/releases/{release}/request": "releases.request",
    "POST /v1/releases/{release}/release": "releases.ship",
    "POST /v1/releases/{release}/recall": "releases.recall",
}
READING = {
    *("GET /healthz", "GET /readyz", "GET /v1/systems", "GET /v1/approvals", "GET /v1/runs", "GET /v1/runs/{run}"),
    *("GET /v1/decisions", "GET /v1/decisions/{decision}", "GET /v1/reports", "GET /v1/reports/{report}"),
    *("GET /v1/releases", "GET /v1/releases/{release}"),
    *("GET /v1/ledger/checkpoint", "GET /v1/ledger/consistency", "GET /v1/ledger/entries"),
    *("GET /v1/ledger/proofs/{seq}", "POST /v1/verify"),
}
REFUSED = {401, 403, 404}  # 404 where even that it is there may not be known
TOKENS = ["", "other", *(role.value for role in Role if role not in {Role.OWNER, Role.ADMIN})]
_NUMBERS = itertools.count(1)


def requests(one: Server, folder: Path) -> dict[str, Callable[[Server], Reply]]:
    """Return what is sent to each changing route, about a run that is there."""
    ci = one.with_token("service")
    assert ci.push(run_log(folder, "run-known")).status in {200, 201}
    report = ci.ask("POST", "/v1/reports", {"run": "run-known", "format": "md"}).json
    about = {"purpose": "release", "subject_type": "run", "subject": "run-known"}
    return {
        "POST /v1/runs": lambda asker: asker.push(run_log(folder, f"run-{next(_NUMBERS)}")),
        "POST /v1/decisions": lambda asker: asker.ask("POST", "/v1/decisions", {"run": "run-known"}),
        "POST /v1/reports": lambda asker: asker.ask("POST", "/v1/reports", {"run": "run-known", "format": "html"}),
        "GET /v1/documents/{report}": lambda asker: asker.ask("GET", f"/v1/documents/{report['id']}"),
        "POST /v1/approvals": lambda asker: asker.ask("POST", "/v1/approvals", about),
        "POST /v1/releases": lambda asker: asker.ask("POST", "/v1/releases", candidate()),
    }


def candidate() -> dict[str, object]:
    """Return what is sent to put a candidate together."""
    number = next(_NUMBERS)
    return {"system": "default", "version": f"1.{number}", "deployment": f"place-{number}", "runs": ["run-known"]}


# Routes that take a candidate which has come so far, with what is sent.
LEADING: dict[str, tuple[str, object]] = {
    "POST /v1/releases/{release}/request": ("request", {}),
    "POST /v1/releases/{release}/release": ("release", None),
    "POST /v1/releases/{release}/recall": ("recall", {"reason": "it lies"}),
}


def led(one: Server, route: str) -> Callable[[Server], Reply]:
    """Lead a candidate to where an act is due; return what asks for it."""
    act, body = LEADING[route]
    made = one.with_token("service").ask("POST", "/v1/releases", candidate()).json
    with one.team.record() as record:
        lead_to(record, one.team, record.releases.release(made["release"]), act)
    return lambda asker: asker.ask("POST", f"/v1/releases/{made['release']}/{act}", body)


def lead_to(record: Record, team: Team, made: Release, act: str) -> None:
    """Lead a candidate to the state in which an act is due, by people of the team."""
    now = datetime.now(UTC)
    engineer, reviewer = (hired(record, team, role) for role in (Role.ENGINEER, Role.REVIEWER))
    passed = replace(
        decision("run-known", record.run("run-known").digest),
        release=made.id,
        release_digest=made.digest,
        decided_at=now,
    )
    record.record_decision(passed, engineer)
    if act == "request":
        return
    record.releases.request(engineer, made.id)
    signed_in = replace(reviewer, method="oidc", authenticated_at=format_time(now))
    record.releases.approve(signed_in, made.id, seen=record.approvals.digest_of("release", made.id))
    if act == "recall":
        record.releases.ship(engineer, made.id)


def hired(record: Record, team: Team, role: Role) -> Actor:
    """Add somebody with a role."""
    person = record.people.add(Identity(name=f"{role.value}-{next(_NUMBERS)}"), team.admin).id
    record.people.grant(person, role, "default", team.admin, until=UNTIL)
    return Actor(id=person)


def test_every_route_is_in_the_table() -> None:
    """A new one needs a line: the act behind it, or that it changes no record."""
    paths = build_api(None).openapi()["paths"]
    found = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert found == set(CHANGING) | READING
    assert set(CHANGING.values()) <= set(ACTS)


@pytest.mark.soak
def test_each_route_lets_in_only_those_who_may(server: Server, tmp_path: Path) -> None:
    """By a token with all scopes of a role, by one for another system, and by none."""
    wrong = []
    sent = requests(server, tmp_path)
    with server.team.record() as record:
        for route, name in itertools.product([*sent, *LEADING], TOKENS):
            send = led(server, route) if route in LEADING else sent[route]
            act = ACTS[CHANGING[route]]
            may = name in {role.value for role in act.roles} and act.by_token
            before = record.checkpoint().size
            answer = send(server.with_token(name) if name else server)
            grown = record.checkpoint().size > before
            if grown != may or (answer.status in REFUSED) == may:
                wrong.append((route, name, answer.status, grown, answer.body[:200]))
    assert wrong == []
