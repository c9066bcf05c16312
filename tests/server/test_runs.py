"""Pushing run logs and asking for decisions, as CI does it."""

from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.runs import RunLog, erase_texts
from tests.evaluation.runs.samples import AT, plan_for, row, write_log
from tests.server.served import Server, append, archive_of, run_log


def test_a_pushed_run_is_recorded_by_the_service_account(server: Server, tmp_path: Path) -> None:
    """201 with run, digest, outcome, entry and checkpoint; the entry names the account and the request."""
    ci, log = server.with_token("service"), run_log(tmp_path, "run-new")
    answer = ci.ask(
        "POST",
        "/v1/runs",
        body=archive_of(log),
        headers={"Content-Type": "application/gzip", "X-Request-Id": "job-4711-push"},
    )
    assert answer.status == 201, answer.body
    pushed = answer.json
    assert (pushed["run"], pushed["digest"], pushed["outcome"]) == ("run-new", log.digest(), "complete")
    assert answer.headers["x-request-id"] == "job-4711-push"
    with server.team.record() as record:
        (entry,) = record.entries(first=pushed["entry"], limit=1)
        assert (entry.action, entry.actor.role, entry.actor.method) == ("run.ingested", "service", "token")
        assert entry.details["request_id"] == "job-4711-push"
        assert record.run("run-new").origin == "ci"
    assert (server.team.workspace.runs / "run-new" / "payloads.jsonl").is_file()
    assert list((server.team.workspace.state / "incoming").iterdir()) == []


def test_the_same_run_again_changes_nothing_and_a_changed_one_is_refused(server: Server, tmp_path: Path) -> None:
    """200 with the same entry; 409 for other bytes under the id, and the first ones stay."""
    ci = server.with_token("service")
    first = ci.push(run_log(tmp_path / "a", "run-twice"))
    same = ci.push(archive_of(RunLog.open(tmp_path / "a" / "run-twice"), mode="w"))
    other = ci.push(run_log(tmp_path / "b", "run-twice"))  # with other salts
    assert (first.status, same.status, other.status) == (201, 200, 409)
    assert same.json == {**first.json, "is_new": False, "checkpoint": same.json["checkpoint"]}
    assert other.headers["content-type"] == "application/problem+json"
    assert RunLog.open(server.team.workspace.runs / "run-twice").digest() == first.json["digest"]


def test_a_partial_run_grows_and_its_erased_texts_stay_erased(server: Server, tmp_path: Path) -> None:
    """The longer log takes the place of the shorter one; a text that was erased in between does not come back."""
    ci, home = server.with_token("service"), server.team.workspace.runs / "run-grows"
    plan = replace(plan_for(["q1", "q2", "q3"]), run="run-grows")
    log = write_log(tmp_path / "run-grows", plan, [row("q1")])
    assert ci.push(log).json["outcome"] == "partial"
    append(log.directory, [row("q2")])
    assert ci.push(log).json["is_new"]
    erase_texts(home, {("q1", 0)}, AT)
    append(log.directory, [row("q3")])
    assert ci.push(log).json["outcome"] == "complete"
    assert RunLog.open(home).digest() == log.digest()
    assert "answer to q1" not in (home / "payloads.jsonl").read_text(encoding="utf-8")


def test_a_run_is_for_a_system_that_the_token_is_for(server: Server, tmp_path: Path) -> None:
    """403 with the words of the service, and nothing of the run is kept."""
    answer = server.with_token("other").push(run_log(tmp_path, "run-elsewhere"))
    assert answer.status == 403
    assert "does not allow run:ingest" in answer.json["detail"]
    assert not (server.team.workspace.runs / "run-elsewhere").exists()
    assert server.with_token("service").ask("GET", "/v1/runs/run-elsewhere").status == 404


def test_a_decision_is_made_under_the_policy_that_the_server_holds(server: Server, tmp_path: Path) -> None:
    """The document of `assay gate --json`, recorded; the digest of another policy is refused."""
    ci = server.with_token("service")
    ci.push(run_log(tmp_path, "run-gated"))
    answer = ci.ask("POST", "/v1/decisions", {"run": "run-gated"})
    assert answer.status == 200, answer.body
    decision = answer.json
    assert decision["outcome"] in {"fail", "inconclusive"}
    assert decision["exit_code"] == {"pass": 0, "fail": 1, "inconclusive": 3}[decision["outcome"]]
    with server.team.record() as record:
        (recorded,) = record.decisions("run-gated")
    assert (recorded.id, recorded.seq) == (decision["id"], decision["ledger_entry"])
    asked = {"run": "run-gated", "policy_digest": recorded.decision.policy_digest}
    assert ci.ask("POST", "/v1/decisions", asked).status == 200
    assert ci.ask("POST", "/v1/decisions", {**asked, "policy_digest": "sha256:" + "0" * 64}).status == 409


def test_a_decision_is_about_a_run_or_about_a_release(server: Server, tmp_path: Path) -> None:
    """Neither and both are no question; of a release the decision names the manifest, and strangers find none."""
    ci, other = server.with_token("service"), server.with_token("other")
    ci.push(run_log(tmp_path, "run-1"))
    made = ci.ask("POST", "/v1/releases", {"system": "default", "version": "1.0", "runs": ["run-1"]}).json

    unclear = [ci.ask("POST", "/v1/decisions", body) for body in ({}, {"run": "run-1", "release": made["release"]})]
    decided = ci.ask("POST", "/v1/decisions", {"release": made["release"]}).json
    hidden = [other.ask("POST", "/v1/decisions", {"release": name}) for name in (made["release"], "release-none")]

    assert [one.status for one in unclear] == [422, 422]
    assert (decided["release"], decided["release_digest"]) == (made["release"], made["digest"])
    assert [one.status for one in hidden] == [404, 404]
    assert len({one.json["detail"].replace(made["release"], "release-none") for one in hidden}) == 1


@pytest.mark.parametrize("policy", ["none.yaml", "assay.yaml", "../gate.yaml", "/etc/passwd", "a/../../gate.yaml"])
def test_no_other_file_is_taken_for_a_policy(server: Server, tmp_path: Path, policy: str) -> None:
    """Names are compared with those that the server holds."""
    ci = server.with_token("service")
    ci.push(run_log(tmp_path, "run-policy"))
    assert ci.ask("POST", "/v1/decisions", {"run": "run-policy", "policy": policy}).status in {404, 422}


def test_what_is_of_another_system_is_answered_like_what_is_not_there(server: Server, tmp_path: Path) -> None:
    """Lists leave it out, and what is asked for by its id gets the same words."""
    ci, other = server.with_token("service"), server.with_token("other")
    ci.push(run_log(tmp_path, "run-hidden"))
    decision = ci.ask("POST", "/v1/decisions", {"run": "run-hidden"}).json["id"]
    report = ci.ask("POST", "/v1/reports", {"run": "run-hidden"}).json["id"]
    assert other.ask("GET", "/v1/runs").json == {"runs": []}
    assert other.ask("GET", "/v1/decisions").json == {"decisions": []}
    for path, one in {"runs": "run-hidden", "decisions": decision, "reports": report, "documents": report}.items():
        hidden, absent = other.ask("GET", f"/v1/{path}/{one}"), other.ask("GET", f"/v1/{path}/absent-1")
        assert (hidden.status, absent.status) == (404, 404)
        assert hidden.json["detail"].replace(one, "absent-1") == absent.json["detail"]
    hidden = other.ask("POST", "/v1/decisions", {"run": "run-hidden"})
    assert (hidden.status, hidden.json["detail"]) == (404, "there is no run 'run-hidden'")
