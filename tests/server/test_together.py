"""Many at once, kills in the middle, and the store of a team."""

import fcntl
import http.client
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from assay.app.server_intake import Intake
from assay.kernel import UnavailableError
from evaluation.runs import RunLog
from governance.ledger import Actor
from governance.verifier import LedgerVerdict, verify_store
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.server.served import Server, Team, append, archive_of, make_team, run_log, running


def test_twenty_pushes_at_once_are_all_recorded(server: Server, tmp_path: Path) -> None:
    """Each has an entry of its own, the same run twice has one, and the ledger verifies."""
    ci = server.with_token("service")
    logs = [run_log(tmp_path, f"run-at-once-{number}") for number in range(20)]
    bodies = [archive_of(log) for log in [*logs, logs[0], logs[1]]]
    with ThreadPoolExecutor(22) as pool:
        answers = list(pool.map(ci.push, bodies))
    assert {one.status for one in answers} <= {200, 201}, [one.body for one in answers if one.status > 201]
    assert len({one.json["entry"] for one in answers}) == 20
    for log in logs:
        assert RunLog.open(server.team.workspace.runs / log.plan.run).digest() == log.digest()
    assert ci.ask("POST", "/v1/verify").json["exit_code"] == 0


def test_decisions_and_reads_go_on_while_runs_come_in(server: Server, tmp_path: Path) -> None:
    """Nobody waits for anybody's end, and nothing fails."""
    ci = server.with_token("service")
    ci.push(run_log(tmp_path, "run-busy"))
    work: list[Callable[[], int]] = [
        *[lambda n=n: ci.push(run_log(tmp_path, f"run-beside-{n}")).status for n in range(6)],
        *[lambda: ci.ask("POST", "/v1/decisions", {"run": "run-busy"}).status] * 6,
        *[lambda: ci.ask("GET", "/v1/runs").status] * 6,
        *[lambda: ci.ask("GET", "/v1/ledger/entries").status] * 6,
    ]
    with ThreadPoolExecutor(24) as pool:
        found = list(pool.map(lambda one: one(), work))
    assert set(found) == {200, 201}


@pytest.mark.soak
@pytest.mark.parametrize("after", [0.0, 0.01, 0.03, 0.06, 0.1, 0.2])
def test_a_kill_in_the_middle_of_a_push_leaves_nothing_half(surroundings: Path, tmp_path: Path, after: float) -> None:
    """Whenever it comes: what was acknowledged is there, the same push again works, the ledger verifies."""
    own = make_team(surroundings / f"killed-{after}")
    logs = [run_log(tmp_path, f"run-{number}", ids=[f"q{row}" for row in range(40)]) for number in range(8)]
    acknowledged: list[str] = []
    with running(own) as server:
        _kill_while_pushing(server.with_token("service"), logs, acknowledged, after)
    with running(own) as again:
        for log in logs:
            assert again.with_token("service").push(log).status in {200, 201}
    with own.record() as record:
        assert {run.run for run in record.runs()} == {log.plan.run for log in logs} >= set(acknowledged)
        note = record.checkpoint().note
        vkey = record.vkey
    runs = own.workspace.runs
    result = verify_store(own.workspace.store_file, vkey=vkey, trusted=[note], runs=runs)
    assert result.verdict is LedgerVerdict.OK, result
    assert sorted(path.name for path in runs.iterdir()) == sorted(log.plan.run for log in logs)
    assert list((own.workspace.state / "incoming").iterdir()) == []


def _kill_while_pushing(server: Server, logs: list[RunLog], acknowledged: list[str], after: float) -> None:
    begun = threading.Event()

    def push(log: RunLog) -> None:
        begun.set()
        try:
            answer = server.push(log)
        except (OSError, http.client.HTTPException):  # the connection breaks in many ways
            return
        if answer.status == 201:
            acknowledged.append(log.plan.run)

    with ThreadPoolExecutor(4) as pool:
        pushes = [pool.submit(push, log) for log in logs]
        begun.wait()
        threading.Event().wait(after)
        os.kill(server.process.pid, signal.SIGKILL)
        for one in pushes:
            one.result()


def test_a_log_that_was_recorded_before_a_kill_gets_its_place(surroundings: Path) -> None:
    """Between the entry and the rename: the next start finishes it; what has no entry is dropped."""
    own = make_team(surroundings / "swept")
    incoming = own.workspace.state / "incoming"
    recorded, stranger = run_log(incoming, "run-recorded"), run_log(incoming, "run-stranger")
    with own.record() as record:
        service = next(one for one in record.people.persons() if one.kind == "service")
        actor = record.tokens.actor_of(own.tokens["service"])
        assert actor.id == service.id
        record.ingest_run(recorded.directory, actor)
        Intake(own.workspace, record).sweep()
    assert [path.name for path in own.workspace.runs.iterdir()] == ["run-recorded"]
    assert not stranger.directory.exists()


def test_a_recorded_log_that_has_no_place_yet_is_not_thrown_away(surroundings: Path, tmp_path: Path) -> None:
    """While an erasure holds the run, a longer version waits where it is; the next start gives it its place."""
    own = make_team(surroundings / "waits")
    plan = replace(plan_for(["q1", "q2"]), run="run-waits")
    log = write_log(tmp_path / "run-waits", plan, [row("q1")])
    with own.record() as record:
        intake, actor = Intake(own.workspace, record), record.tokens.actor_of(own.tokens["service"])
        take(intake, log, actor)
        append(log.directory, [row("q2")])
        with (own.workspace.runs / "run-waits" / "verdicts.jsonl").open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            with pytest.raises(UnavailableError, match="no place yet"):
                take(intake, log, actor)
            with pytest.raises(UnavailableError, match="no place yet"):
                intake.sweep()
        intake.sweep()
    assert RunLog.open(own.workspace.runs / "run-waits").digest() == log.digest()
    assert list(intake.staging.iterdir()) == []


def take(intake: Intake, log: RunLog, actor: Actor) -> None:
    """Hand a run log in as the route does."""
    with intake.upload() as stream:
        stream.write(archive_of(log))
        intake.take(stream, actor, most=1 << 20)


@pytest.mark.soak
def test_the_same_on_postgresql(surroundings: Path, tmp_path: Path, postgres_url: str) -> None:
    """Pushes at once, a decision, a document and verification, on the store of a team."""
    own: Team = make_team(surroundings / "postgresql", store=postgres_url)
    with running(own) as server:
        ci = server.with_token("service")
        with ThreadPoolExecutor(8) as pool:
            pushed = list(pool.map(ci.push, [run_log(tmp_path, f"run-pg-{number}") for number in range(8)]))
        assert [one.status for one in pushed] == [201] * 8
        assert ci.ask("POST", "/v1/decisions", {"run": "run-pg-0"}).status == 200
        report = ci.ask("POST", "/v1/reports", {"run": "run-pg-0"}).json
        assert ci.ask("GET", f"/v1/documents/{report['id']}").status == 200
        assert ci.ask("POST", "/v1/verify").json["exit_code"] == 0
        assert ci.ask("GET", "/v1/runs/run%00x").status in {400, 404, 422}
        assert server.ask("GET", "/readyz").status == 200
