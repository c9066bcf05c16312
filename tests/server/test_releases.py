"""Releases over HTTP: a pipeline leads a candidate to its request and out, and never answers for people."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from assay.kernel import format_time
from governance.access import Role
from governance.ledger import Actor
from governance.people import Identity
from tests.governance.test_record import decision
from tests.server.served import UNTIL, Server, run_log

BODY = {"system": "default", "version": "1.0", "runs": ["run-1"]}


def reviewer(one: Server) -> Actor:
    """Return somebody who has just signed in to review."""
    with one.team.record() as record:
        person = record.people.add(Identity(name="Rea"), one.team.admin).id
        record.people.grant(person, Role.REVIEWER, "default", one.team.admin, until=UNTIL)
    return Actor(id=person, method="oidc", authenticated_at=format_time(datetime.now(UTC)))


def test_a_pipeline_creates_gates_and_requests_a_person_approves_the_pipeline_releases(
    server: Server, tmp_path: Path
) -> None:
    """Each answer says the state; without an approval nothing is let out."""
    ci = server.with_token("service")
    assert ci.push(run_log(tmp_path, "run-1")).status == 201
    made = ci.ask("POST", "/v1/releases", {**BODY, "models": [{"name": "qwen", "version": "1.5"}]})
    assert (made.status, made.json["state"], made.json["runs"][0]["id"]) == (201, "draft", "run-1")
    where = f"/v1/releases/{made.json['release']}"
    assert ci.ask("POST", f"{where}/request", {}).status == 422
    with server.team.record() as record:
        decided = ci.ask("POST", "/v1/decisions", {"release": made.json["release"]})
        if decided.json["outcome"] != "pass":  # the sample's judge is a fake one: people let it pass here
            let_pass(server, made.json["release"])
        asked = ci.ask("POST", f"{where}/request", {"comment": "look"})
        assert asked.json["state"] == "requested"
        assert ci.ask("POST", f"{where}/release").status == 422
        seen = record.approvals.digest_of("release", made.json["release"])
        record.releases.approve(reviewer(server), made.json["release"], seen=seen)
    assert ci.ask("POST", f"{where}/release").json["state"] == "released"
    engineer = server.with_token("engineer")
    assert engineer.ask("POST", f"{where}/recall", {"reason": "it lies"}).json["state"] == "recalled"
    listed = server.with_token("viewer").ask("GET", "/v1/releases?system=default").json["releases"]
    assert [one["state"] for one in listed] == ["recalled"]


def let_pass(one: Server, release: str) -> None:
    """Record that a gate let a release pass."""
    with one.team.record() as record:
        found = record.releases.release(release)
        made = decision("run-1", record.run("run-1").digest)
        made = replace(made, release=release, release_digest=found.digest, decided_at=datetime.now(UTC))
        person = record.people.add(Identity(name="Eve"), one.team.admin).id
        record.people.grant(person, Role.ENGINEER, "default", one.team.admin, until=UNTIL)
        record.record_decision(made, Actor(id=person))


def test_what_somebody_may_not_read_is_not_there(server: Server, tmp_path: Path) -> None:
    """Another system's token finds neither release nor run of this one."""
    ci = server.with_token("service")
    ci.push(run_log(tmp_path, "run-1"))
    made = ci.ask("POST", "/v1/releases", {**BODY, "version": "2.0"}).json["release"]
    other = server.with_token("other")
    assert other.ask("GET", f"/v1/releases/{made}").status == 404
    assert other.ask("GET", "/v1/releases").json == {"releases": []}
    assert other.ask("POST", f"/v1/releases/{made}/release").status == 404
    assert other.ask("POST", "/v1/releases", BODY).status in {403, 404}
    assert server.with_token("reviewer").ask("POST", "/v1/releases", {**BODY, "version": "3.0"}).status == 403


def test_a_candidate_that_cannot_be_one_is_refused_in_words(server: Server, tmp_path: Path) -> None:
    """A run that is not recorded, a field that nobody knows, no run at all."""
    ci = server.with_token("service")
    ci.push(run_log(tmp_path, "run-1"))
    assert ci.ask("POST", "/v1/releases", {**BODY, "runs": ["run-9"]}).status == 404
    assert ci.ask("POST", "/v1/releases", {**BODY, "runs": []}).status == 422
    assert ci.ask("POST", "/v1/releases", {**BODY, "author": "me"}).status == 422
    assert ci.ask("GET", "/v1/releases/release-0").status == 404
