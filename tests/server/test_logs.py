"""Canaries: what is secret or personal is in no line of the log and in no answer to anybody else."""

import dataclasses
import json
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from assay.server._logs import FIELDS
from evaluation.answers import Answer, AnswerOutcome
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.server.served import Server, archive_of, make_team, run_log, running

CANARY = "CANARY"
LINE = {"at", "level", "logger", "event", *FIELDS}


def test_no_canary_is_in_any_line_or_any_error(server: Server, tmp_path: Path) -> None:
    """Tokens, names, texts of payloads, queries, made-up keys, paths: sent everywhere, written nowhere."""
    ci = server.with_token("service")
    answered = row("q1")
    text = Answer(outcome=AnswerOutcome.ANSWERED, text=f"{CANARY}-text", contexts=(f"{CANARY}-context",))
    answered = dataclasses.replace(answered, item=dataclasses.replace(answered.item, answer=text))
    log = write_log(tmp_path / "run-canary", dataclasses.replace(plan_for(["q1"]), run="run-canary"), [answered])
    assert ci.push(log).status == 201
    broken = archive_of(log).replace(b"", b"")
    payloads = log.payloads_file.read_text(encoding="utf-8")
    log.payloads_file.write_text(payloads.replace(f"{CANARY}-text", f"{CANARY}-other"), encoding="utf-8")
    answers = [
        ci.push(archive_of(log)),
        ci.push(broken[:-30]),
        ci.push(f"{CANARY}-body".encode()),
        ci.ask("POST", "/v1/decisions", {"run": f"{CANARY}!", f"{CANARY}-key": f"{CANARY}-value"}),
        ci.ask("GET", f"/v1/runs?system={CANARY}&{CANARY}=1"),
        ci.ask("GET", f"/v1/{CANARY}/%2e%2e/{CANARY}"),
        ci.ask("POST", "/v1/approvals", {"subject_type": "run", "subject": "run-canary", "comment": f"{CANARY}-say"}),
        server.ask("GET", "/v1/runs", headers={"Authorization": f"Bearer {CANARY}-token"}),
        server.ask("CANARYMETHOD", "/v1/runs"),
        ci.ask("GET", "/v1/runs", headers={"X-Request-Id": f"{CANARY} id", "User-Agent": CANARY, "Cookie": CANARY}),
    ]
    for answer in answers:
        assert CANARY.encode() not in answer.body, answer.body
    written = server.log_with(answers[-1].headers["x-request-id"])
    for secret in (*server.team.tokens.values(), CANARY, "Canary-Name", "127.0.0.1:"):
        assert secret.casefold() not in written.casefold().replace('"host": "127.0.0.1"', ""), secret


def test_the_log_is_one_json_object_a_line_with_known_fields(server: Server, tmp_path: Path) -> None:
    """A request has its id, route, status, time and who asked, a pseudonym; its address and its query are not there."""
    ci = server.with_token("service")
    ci.push(run_log(tmp_path, "run-logged"))
    ci.ask("GET", "/v1/runs/run-logged?x=1", headers={"X-Request-Id": "req-of-a-test"})
    lines = [json.loads(line) for line in server.log_with("req-of-a-test").split("\n") if line.startswith("{")]
    (found,) = [line for line in lines if line.get("request_id") == "req-of-a-test"]
    assert (found["event"], found["route"], found["status"]) == ("request", "/v1/runs/{run}", 200)
    assert found["actor"].startswith("person-")
    assert not {name for line in lines for name in line} - LINE


@pytest.mark.soak
def test_the_password_of_the_store_is_nowhere(surroundings: Path, postgres_url: str) -> None:
    """The store goes away while the server runs: 503 without its address, a log without the password."""
    url = postgres_url.replace("assay@", "assay:CANARY-password@")
    team = make_team(surroundings / "pg", store=url)
    with running(team) as server:
        ci = server.with_token("service")
        assert ci.ask("GET", "/v1/systems").status == 200
        _lose(postgres_url)
        answer = ci.ask("GET", "/v1/systems")
        ready = server.ask("GET", "/readyz")
    assert (answer.status, ready.status) == (503, 503)
    assert answer.json["detail"] == "the server cannot do this now"
    assert "retry-after" in answer.headers
    for text in (answer.body.decode(), ready.body.decode(), server.log()):
        assert "CANARY" not in text
        assert "assay-pg-" not in text


def _lose(url: str) -> None:
    """Let the database refuse everybody."""
    name = urlsplit(url).path.removeprefix("/")
    with psycopg.connect(url.replace(f"/{name}?", "/postgres?"), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
