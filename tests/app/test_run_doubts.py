"""A run directory that somebody made by hand is caught, and what of it cannot be is named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assay.app.run_doubts import with_doubts
from evaluation.runs import Doubt, RunLog, erase_texts
from governance.gate import DecisionOutcome, decide, facts_of
from tests.evaluation.runs.forging import WAYS, Forged, forge
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.governance.gate.samples import policy
from tests.governance.samples import ME, Place

NOW = datetime(2026, 6, 2, tzinfo=UTC)
IDS = [f"q-{number}" for number in range(6)]


def plausible(directory: Path) -> tuple[DecisionOutcome, str]:
    """Return how the rule about plausibility ends, and why."""
    log = RunLog.open(directory)
    decision = decide(policy(), with_doubts(facts_of(log), log, None), now=NOW)
    (result,) = [one for one in decision.results if one.rule == "run.plausible"]
    assert decision.outcome is not DecisionOutcome.PASS
    return result.outcome, result.reason


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a log that our own writer wrote."""
    return write_log(tmp_path_factory.mktemp("real") / "run-1", plan_for(IDS), [row(name) for name in IDS]).directory


@pytest.mark.parametrize("way", WAYS)
def test_a_directory_made_by_hand_is_caught_and_named(real: Path, tmp_path: Path, way: str) -> None:
    """Whatever was changed, canonical bytes and mended digests included, leaves something that cannot be."""
    outcome, reason = plausible(forge(real, way, tmp_path / "forged"))

    assert outcome is DecisionOutcome.INCONCLUSIVE
    assert f"{WAYS[way][0].value}: " in reason


def test_a_log_of_our_own_writer_is_believed(real: Path) -> None:
    """The same log, unchanged, raises no doubt."""
    assert plausible(real) == (DecisionOutcome.PASS, "as expected")


def test_erased_texts_raise_no_doubt(tmp_path: Path) -> None:
    """A line that says when a text was erased is in order."""
    log = write_log(tmp_path / "run-1", plan_for(IDS), [row(name) for name in IDS])
    erase_texts(log.directory, {("q-1", 0)}, at="2026-06-01T00:00:00.000000Z")

    assert plausible(log.directory)[0] is DecisionOutcome.PASS


def test_a_record_may_have_taken_a_log_in_without_its_texts(tmp_path: Path) -> None:
    """Texts that stay in CI are no doubt once the log is recorded; rows that were taken out are one even then."""
    place = Place(tmp_path)
    record = place.open()
    log = write_log(tmp_path / "run-1", plan_for(IDS), [row(name) for name in IDS])
    bare = forge(log.directory, "missing payloads", tmp_path / "bare")
    shorter = forge(log.directory, "dropped rows, digest computed anew", tmp_path / "shorter")

    record.ingest_run(bare, ME)
    assert Doubt.TEXTS not in with_doubts(facts_of(RunLog.open(bare)), RunLog.open(bare), record).doubts
    other = Place(tmp_path / "other")
    other.path.mkdir()
    elsewhere = other.open()
    elsewhere.ingest_run(shorter, ME)
    found = with_doubts(facts_of(RunLog.open(shorter)), RunLog.open(shorter), elsewhere).doubts
    assert "rows were taken out" in found[Doubt.TEXTS]


def test_a_log_does_not_fill_the_reason_with_words_of_its_own(real: Path, tmp_path: Path) -> None:
    """A reason is recorded and shown to people: what a forged log says at length is cut."""
    forged = forge(real, "no environment", tmp_path / "forged")
    changed = Forged.read(forged)
    changed.plan["origin"]["kind"] = "x" * 10_000

    _, reason = plausible(changed.write(forged))

    assert len(reason) < 400
