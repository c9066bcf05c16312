"""What stands before every route: tokens, rates, sizes, patience, ids of requests, and what every answer has."""

import gzip
import http.client
import socket
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assay.server._application import build_api
from assay.server._limits import RateLimit
from governance.access import Permission
from tests.server.served import Server, Team, answered_early, make_team, run_log, running

ADDRESSES = sorted(
    (method.upper(), path)
    for path, methods in build_api(None).openapi()["paths"].items()
    for method in methods
    if path.startswith("/v1/")
)


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_nobody_gets_further_without_a_token(server: Server, method: str, path: str) -> None:
    """401 with the same words for every reason and every address, those that are not there included."""
    asked = path.format(run="x", decision="x", report="x", release="x", seq="1")
    sent = [{}, *({"Authorization": text} for text in ("Bearer ", "Bearer assay_x", "Basic YTpi", "Bearer é\xff"))]
    answers = [server.ask(method, where, headers=headers) for where in (asked, "/v1/nothing") for headers in sent]
    assert [one.status for one in answers] == [401] * len(answers)
    assert len({one.json["detail"] + one.json["hint"] for one in answers}) == 1
    assert all(one.headers["www-authenticate"] == "Bearer" for one in answers)


def test_a_revoked_token_is_none_at_once(server: Server) -> None:
    """So is one whose time is over, and one whose person was disabled; the answer is that of a wrong one."""
    team = server.team
    with team.record() as record:
        (old, *_) = [one for one in record.tokens.tokens() if one.scopes >= {Permission.INGEST_RUN}]
        soon = datetime.now(UTC) + timedelta(seconds=3)
        made = [
            record.tokens.issue(old.person, {Permission.READ_RECORD}, old.system, team.admin, until=until)
            for until in (soon, soon + timedelta(days=1))
        ]
        asked = [server.ask("GET", "/v1/runs", headers={"Authorization": f"Bearer {one.secret}"}) for one in made]
        assert [one.status for one in asked] == [200, 200]
        record.tokens.revoke(made[1].token.id, team.admin)
    time.sleep(max(0.0, (soon - datetime.now(UTC)).total_seconds()) + 0.1)
    for one in made:
        answer = server.ask("GET", "/v1/runs", headers={"Authorization": f"Bearer {one.secret}"})
        assert (answer.status, answer.json["detail"]) == (401, "a valid token is needed")


@pytest.mark.parametrize("path", ["/healthz", "/v1/runs", "/nothing", "/openapi.json"])
def test_every_answer_is_for_programs_alone(server: Server, path: str) -> None:
    """No sniffing, no frames, no caching, no other origin, no banner."""
    headers = server.ask("GET", path, headers={"Origin": "https://evil.example"}).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert not {name for name in headers if name.startswith("access-control") or name in {"server", "x-powered-by"}}


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [("job-4711-abc", True), ("short", False), ("a" * 65, False), ("has blanks in it", False), ("a<script>b", False)],
)
def test_the_id_of_a_request_is_kept_where_it_is_one(server: Server, given: str, is_kept: bool) -> None:  # noqa: FBT001
    """Else one is made; the answer, the problem and the log have the same."""
    answer = server.ask("GET", "/v1/runs", headers={"X-Request-Id": given})
    assert (answer.headers["x-request-id"] == given) is is_kept
    assert answer.json["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["x-request-id"] in server.log_with(answer.headers["x-request-id"])


def test_what_is_too_large_is_refused(server: Server, tmp_path: Path) -> None:
    """By what it says, by what comes, and by what comes out of it; 413 each time."""
    ci = server.with_token("service")
    told = ci.ask("POST", "/v1/decisions", body=b"", headers={"Content-Length": str(1 << 40)})
    sent = ci.push(b"x" * (2 << 20))
    chunked = _chunked(ci, "/v1/runs", [b"x" * 65536] * 24)
    document = _chunked(ci, "/v1/decisions", [b'{"run": "', b"x" * 70_000, b'"}'])
    assert [told.status, sent.status, chunked, document] == [413, 413, 413, 413]
    assert ci.push(run_log(tmp_path, "run-after-large")).status == 201


def _chunked(server: Server, path: str, chunks: list[bytes]) -> int:
    """Send a body whose length nobody says; return the status."""
    connection = http.client.HTTPConnection(*server.address, timeout=30)
    with closing(connection):
        headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/gzip"}
        with answered_early():
            connection.request("POST", path, body=iter(chunks), headers=headers, encode_chunked=True)
        return connection.getresponse().status


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"run": 1}', b'{"run": "a", "more": 1}', b"[" * 60_000, b'{"run": "\\ud800"}'],
)
def test_what_cannot_be_read_is_told_without_being_repeated(server: Server, body: bytes) -> None:
    """422, or 400 where it is not even JSON, with the place and the kind."""
    headers = {"Content-Type": "application/json"}
    answer = server.with_token("service").ask("POST", "/v1/decisions", body=body, headers=headers)
    assert answer.status in {400, 422}, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert b"\\ud800" not in answer.body


def test_other_methods_and_types_are_refused(server: Server) -> None:
    """405 and 415 as problems."""
    ci = server.with_token("service")
    assert ci.ask("DELETE", "/v1/runs").status == 405
    assert ci.ask("POST", "/v1/runs", body=b"x", headers={"Content-Type": "text/plain"}).status == 415
    assert (
        ci.ask("POST", "/v1/runs", body=gzip.compress(b"x"), headers={"Content-Type": "application/gzip"}).status == 422
    )


def test_a_bucket_lets_a_burst_through_and_then_its_rate() -> None:
    """60 a minute: ten at once, then one a second; others are not touched."""
    now = [0.0]
    limit = RateLimit(60, clock=lambda: now[0])
    assert [limit.wait_s("a") for _ in range(11)] == [0] * 10 + [1]
    assert limit.wait_s("b") == 0
    now[0] = 1.0
    assert [limit.wait_s("a") for _ in range(2)] == [0, 1]


@pytest.mark.soak
def test_too_many_requests_are_told_when_to_come_back(surroundings: Path) -> None:
    """429 with Retry-After by the token, and by the address whatever the token."""
    few = "\nserver: {requests_per_minute: 30, requests_per_minute_from_address: 60}\n"
    team = make_team(surroundings / "few", settings=few)
    with running(team) as server:
        ci = server.with_token("service")
        by_token = [ci.ask("GET", "/v1/runs") for _ in range(6)]
        by_address = [server.ask("GET", "/v1/runs", headers={"Authorization": f"Bearer {n}"}) for n in range(6)]
    assert [one.status for one in by_token] == [200] * 5 + [429]
    assert int(by_token[-1].headers["retry-after"]) >= 1
    assert [one.status for one in by_address] == [401] * 4 + [429] * 2


@pytest.mark.soak
def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_wrote(surroundings: Path) -> None:
    """Its last entry counts: what a caller writes before it gives nobody another bucket."""
    few = "\nserver: {requests_per_minute_from_address: 30}\n"
    team = make_team(surroundings / "proxied", settings=few)
    with running(team, "--behind-proxy") as server:
        forged = [
            server.ask("GET", "/healthz", headers={"X-Forwarded-For": f"198.51.100.{n}, 192.0.2.1"}) for n in range(6)
        ]
        other = server.ask("GET", "/healthz", headers={"X-Forwarded-For": "192.0.2.1, 192.0.2.2"})
    assert [one.status for one in forged] == [200] * 5 + [429]
    assert other.status == 200


@pytest.mark.soak
@pytest.mark.parametrize("sent", [b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: x\r\n"])
def test_half_a_request_is_not_waited_for(server: Server, sent: bytes) -> None:
    """A connection that says nothing, or drips, is closed; others are answered meanwhile."""
    with socket.create_connection(server.address, timeout=60) as slow:
        slow.sendall(sent)
        assert server.ask("GET", "/healthz").status == 200
        while slow.recv(1000):
            pass


@pytest.mark.soak
def test_a_body_that_drips_is_not_waited_for(surroundings: Path) -> None:
    """408, and nothing of it is kept."""
    team: Team = make_team(surroundings / "drip", settings="\nserver: {patience_s: 1}\n")
    with running(team) as server, socket.create_connection(server.address, timeout=60) as slow:
        head = f"POST /v1/runs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {team.tokens['service']}\r\n"
        slow.sendall(f"{head}Content-Type: application/gzip\r\nContent-Length: 1000\r\n\r\n".encode())
        slow.sendall(b"\x1f\x8b")
        assert slow.recv(1000).startswith(b"HTTP/1.1 408")
        assert list((team.workspace.state / "incoming").iterdir()) == []


def test_the_addresses_that_were_asked_are_all_there_is() -> None:
    """A new route is looked at by the tests above, and named here."""
    assert len(ADDRESSES) == 24
