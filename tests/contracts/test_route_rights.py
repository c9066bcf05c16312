"""Every route of the server, asked by every role: who may, who may not, and that a refusal leaves no entry."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.server._application import build_api
from governance.access import Role
from tests.contracts.entry_points import ACTS
from tests.server.conftest import _same_keys, server, surroundings, team
from tests.server.served import Reply, Server, run_log

__all__ = ["_same_keys", "server", "surroundings", "team"]

# Routes that change the record, with the act behind them.
CHANGING = {
    "POST /v1/runs": "ingest_run",
    "POST /v1/decisions": "record_decision",
    "POST /v1/reports": "record_report",
    "GET /v1/documents/{report}": "exports.record",
    "POST /v1/approvals": "approvals.request",
}
READING = {
    *("GET /healthz", "GET /readyz", "GET /v1/systems", "GET /v1/approvals", "GET /v1/runs", "GET /v1/runs/{run}"),
    *("GET /v1/decisions", "GET /v1/decisions/{decision}", "GET /v1/reports", "GET /v1/reports/{report}"),
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
    }


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
        for route, name in itertools.product(sent, TOKENS):
            act = ACTS[CHANGING[route]]
            may = name in {role.value for role in act.roles} and act.by_token
            before = record.checkpoint().size
            answer = sent[route](server.with_token(name) if name else server)
            grown = record.checkpoint().size > before
            if grown != may or (answer.status in REFUSED) == may:
                wrong.append((route, name, answer.status, grown, answer.body[:200]))
    assert wrong == []
