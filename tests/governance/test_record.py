"""The one door: what it records, what it refuses, and what survives a crash between its steps."""

import base64
import dataclasses
import fcntl
import hashlib
import stat
from datetime import UTC, datetime

import pytest

from assay.kernel import InputError, IntegrityError, MissingError, UnavailableError, digest_bytes
from evaluation.runs import RunLog, RunOutcome, RunPlan
from governance.gate import Decision, DecisionOutcome, RuleResult
from governance.ledger import Actor
from governance.verifier import (
    LedgerVerdict,
    read_note,
    verify_consistency,
    verify_inclusion,
    verify_store,
    witnessed_notes,
)
from tests.evaluation.runs.samples import row, write_log
from tests.governance.samples import ME, Place, append, on_both_stores


def decision(run: str, digest: str | None, outcome: DecisionOutcome = DecisionOutcome.PASS) -> Decision:
    """Return a decision about a run."""
    rule = RuleResult(rule="r", words="at least 0.5", outcome=outcome, reason="0.75", observed=0.75, threshold=0.5)
    return Decision(
        outcome=outcome,
        policy="gate",
        policy_digest=digest_bytes(b"policy"),
        run=run,
        run_digest=digest,
        baseline=None,
        baseline_digest=None,
        results=(rule,),
        decided_at=datetime(2026, 1, 3, tzinfo=UTC),
    )


@on_both_stores
def test_a_run_is_recorded_with_its_estimates_and_sealed(place: Place) -> None:
    """Run, estimates and evidence are there, and the verifier finds nothing to say."""
    log = place.run("a", "b", "c")
    record = place.open()
    ingested = record.ingest_run(log.directory, ME)
    found = record.run("run-1")
    assert (ingested.is_new, ingested.outcome, ingested.digest) == (True, RunOutcome.COMPLETE, log.digest())
    assert (found.plan, found.seq, found.digest) == (log.plan, ingested.seq, log.digest())
    measured = [(one.metric, one.asked, one.scored, one.mean) for one in found.estimates]
    assert measured == [  # type: ignore[comparison-overlap]  # approx compares with numbers
        ("faithfulness", 3, 3, pytest.approx(2 / 3, abs=1e-6))
    ]
    assert [entry.action for entry in record.entries()] == ["workspace.created", "system.registered", "run.ingested"]
    verdict = verify_store(place.file(), vkey=place.vkey, trusted=[ingested.checkpoint])
    assert verdict.verdict is LedgerVerdict.OK


@on_both_stores
def test_the_same_log_again_changes_nothing(place: Place) -> None:
    """Ingest is idempotent by run digest: no entry, no checkpoint, no second mirror task."""
    log, record = place.run("a"), place.open()
    first = record.ingest_run(log.directory, ME)
    again = record.ingest_run(log.directory, ME)
    assert again == dataclasses.replace(first, is_new=False)
    assert len(record.mirror_tasks()) == 1
    assert len(list(witnessed_notes(place.witness))) == 2


@on_both_stores
def test_a_changed_log_under_the_same_id_is_refused(place: Place) -> None:
    """A complete run stands for one log; nothing of the other one enters."""
    log, record = place.run("a", "b"), place.open()
    record.ingest_run(log.directory, ME)
    lines = log.verdicts_file.read_bytes().splitlines(keepends=True)
    log.verdicts_file.write_bytes(b"".join(reversed(lines)))
    size = record.checkpoint().size
    with pytest.raises(IntegrityError, match="changed after it was recorded"):
        record.ingest_run(log.directory, ME)
    assert record.checkpoint().size == size


@on_both_stores
def test_a_partial_run_is_recorded_as_partial_and_may_grow(place: Place) -> None:
    """The longer log of the same plan becomes a new version; the old one stays as of its ledger size."""
    log, record = place.run("a", of=2), place.open()
    first = record.ingest_run(log.directory, ME)
    ((size,),) = place.sql("SELECT count(*) FROM ledger_entry")
    grow(place, "more-0")
    second = record.ingest_run(log.directory, ME)
    assert (first.outcome, second.outcome) == (RunOutcome.PARTIAL, RunOutcome.COMPLETE)
    assert record.run("run-1").outcome is RunOutcome.COMPLETE
    assert record.run("run-1", as_of=size).digest == first.digest
    assert len(record.runs()) == 1


@on_both_stores
def test_a_partial_run_may_not_be_rewritten(place: Place) -> None:
    """Growing means keeping every recorded byte."""
    log, record = place.run("a", of=2), place.open()
    record.ingest_run(log.directory, ME)
    grow(place, "more-0")
    lines = log.verdicts_file.read_bytes().splitlines(keepends=True)
    log.verdicts_file.write_bytes(b"".join(reversed(lines)))
    with pytest.raises(IntegrityError, match="changed after it was recorded"):
        record.ingest_run(log.directory, ME)


def grow(place: Place, name: str) -> None:
    """Append a row to the log of run-1."""
    other = write_log(place.path / "other" / "run-1", place_plan(place), [row(name)])
    for file in ("verdicts.jsonl", "payloads.jsonl"):
        with (place.path / "runs" / "run-1" / file).open("ab") as stream:
            stream.write((other.directory / file).read_bytes())


def place_plan(place: Place) -> RunPlan:
    """Return the plan of run-1."""
    return RunLog.open(place.path / "runs" / "run-1").plan


@on_both_stores
def test_a_run_that_is_being_written_is_refused(place: Place) -> None:
    """The lock of the run's process keeps it out of the record."""
    log, record = place.run("a"), place.open()
    with (log.directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UnavailableError, match="still being written"):
            record.ingest_run(log.directory, ME)
    assert record.ingest_run(log.directory, ME).is_new


@on_both_stores
def test_a_torn_log_is_refused_with_the_next_step(place: Place) -> None:
    """What a crash tore is cut by the resume, not by the record."""
    log, record = place.run("a"), place.open()
    with log.verdicts_file.open("ab") as stream:
        stream.write(b'{"id":"b"')
    with pytest.raises(InputError, match="torn") as caught:
        record.ingest_run(log.directory, ME)
    assert caught.value.hint == "assay run --resume run-1"


@on_both_stores
def test_texts_that_were_exchanged_are_refused(place: Place) -> None:
    """The payloads must be what the verdicts commit to."""
    log, record = place.run("a"), place.open()
    log.payloads_file.write_bytes(log.payloads_file.read_bytes().replace(b"answer to a", b"answer to b"))
    with pytest.raises(IntegrityError):
        record.ingest_run(log.directory, ME)
    assert record.runs() == ()


@on_both_stores
def test_a_decision_is_recorded_and_comes_back_as_it_was(place: Place) -> None:
    """What the gate said is read back equal, newest first."""
    log, record = place.run("a"), place.open()
    digest = record.ingest_run(log.directory, ME).digest
    record.record_decision(decision("run-1", digest, DecisionOutcome.FAIL), ME)
    made = record.record_decision(decision("run-1", digest), ME)
    assert record.latest_decision() == made
    assert [one.decision.outcome for one in record.decisions("run-1")] == ["pass", "fail"]
    assert record.entries(first=made.seq)[0].subject.id == made.id


@on_both_stores
def test_a_decision_about_another_log_is_refused(place: Place) -> None:
    """A decision counts for the bytes that were judged."""
    log, record = place.run("a"), place.open()
    record.ingest_run(log.directory, ME)
    with pytest.raises(IntegrityError, match="the record holds"):
        record.record_decision(decision("run-1", digest_bytes(b"another")), ME)
    with pytest.raises(MissingError, match="not in the record"):
        record.record_decision(decision("run-9", None), ME)
    against = dataclasses.replace(decision("run-9", None), baseline="run-1", baseline_digest=digest_bytes(b"another"))
    with pytest.raises(IntegrityError, match="the record holds 'run-1'"):
        record.record_decision(against, ME, system="s")
    assert record.record_decision(decision("run-9", None, DecisionOutcome.INCONCLUSIVE), ME, system="s").system == "s"


@on_both_stores
def test_proofs_hold_offline(place: Place) -> None:
    """An entry's path leads to the signed root, and the ledger extends what it was."""
    record = place.open()
    append(record, 6)
    proof = record.prove(3)
    _, size, root = read_note(proof.checkpoint, place.vkey)
    path = [base64.b64decode(one) for one in proof.path]
    assert verify_inclusion(hashlib.sha256(b"\x00" + proof.body).digest(), 3, size, path, root)
    _, old, old_root = read_note(list(witnessed_notes(place.witness))[2], place.vkey)
    steps = [base64.b64decode(one) for one in record.prove_consistency(old)]
    assert verify_consistency(old, old_root, size, root, steps)


@on_both_stores
def test_a_checkpoint_that_a_crash_kept_back_is_witnessed_at_the_next_opening(place: Place) -> None:
    """The witness file is healed, a torn line included."""
    append(place.open(), 3)
    lines = place.witness.read_bytes().splitlines(keepends=True)
    place.witness.write_bytes(b"".join(lines[:-2]) + lines[-2][:20])
    record = place.open()
    assert list(witnessed_notes(place.witness))[-1] == record.checkpoint().note


def test_a_store_that_went_back_is_not_written_to(place: Place) -> None:
    """An older copy of the store does not continue what was witnessed."""
    place.open().close()
    older = place.store.read_bytes()
    record = place.open()
    append(record, 3)
    record.close()
    place.store.write_bytes(older)
    with pytest.raises(IntegrityError, match="older than its witness"):
        place.open()


@on_both_stores
def test_a_store_without_its_key_is_not_written_to(place: Place) -> None:
    """Another key would start another log."""
    place.open().close()
    (place.keys / "signing.key").unlink()
    with pytest.raises(UnavailableError, match="cannot read the key"):
        place.open()


def test_the_key_is_private_and_a_new_store_gets_a_new_one(place: Place) -> None:
    """The key file is for its owner alone; a store made anew leaves the earlier log's witness beside it."""
    place.open().close()
    first = place.vkey
    assert stat.S_IMODE((place.keys / "signing.key").stat().st_mode) == 0o600
    place.store.unlink()
    place.open().close()
    assert place.vkey != first
    assert [path.read_text() for path in place.keys.glob("former-*/log.vkey")] == [first]


@on_both_stores
def test_what_is_recorded_cannot_be_changed_through_the_database(place: Place) -> None:
    """Triggers refuse UPDATE, DELETE, REPLACE and TRUNCATE on entries, checkpoints and state rows."""
    record = place.open()
    record.ingest_run(place.run("a").directory, ME)
    for statement in (
        "UPDATE ledger_entry SET body = ''",
        "DELETE FROM ledger_checkpoint",
        "UPDATE run SET outcome = 'partial'",
        "DELETE FROM estimate",
        "TRUNCATE report" if place.server_url else "INSERT OR REPLACE INTO ledger_entry VALUES (0, x'')",
    ):
        with pytest.raises(IntegrityError, match="only grows"):
            place.sql(statement)


@on_both_stores
def test_nobody_is_no_actor(place: Place) -> None:
    """Every change has somebody who made it."""
    log, record = place.run("a"), place.open()
    with pytest.raises(InputError, match="every change has an actor"):
        record.ingest_run(log.directory, Actor(id=""))
    assert record.runs() == ()
