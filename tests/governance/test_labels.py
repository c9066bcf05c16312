"""Labels and judge cards in the record: whole or not at all, once, and bound to their entry."""

import dataclasses
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from assay.kernel import InputError, IntegrityError, MissingError
from evaluation.calibration import LabelSet
from governance.record import Record
from governance.verifier import LedgerVerdict, Verification, verify_store, witnessed_notes
from tests.evaluation.runs.samples import row, write_log
from tests.governance.labels import cards, checked_labels, labels_of
from tests.governance.samples import ME, Place, on_both_stores

ROOT = Path(__file__).parents[2]
NAMES = [f"q{place:02}" for place in range(80)]


@pytest.fixture
def recorded(place: Place) -> Record:
    """Return an open record that holds a run of 80 rows."""
    place.run(*NAMES)
    record = place.open()
    record.ingest_run(place.path / "runs" / "run-1", ME)
    return record


def folder(place: Place) -> Path:
    """Return the folder of the run log."""
    return place.path / "runs" / "run-1"


def verified(place: Place) -> Verification:
    """Verify as `assay ledger verify` does."""
    return verify_store(place.file(), vkey=place.vkey, trusted=witnessed_notes(place.witness))


@on_both_stores
def test_enough_labels_make_a_new_version_of_the_estimate(place: Place, recorded: Record) -> None:
    """The corrected part is there from its entry on; before it, the estimate is as it was."""
    before = recorded.checkpoint().size

    found = recorded.import_labels(labels_of(place.log(), 60), folder(place), ME)

    (now,), (then,) = recorded.estimates("run-1"), recorded.estimates("run-1", as_of=before)
    assert now.corrected is not None
    assert (now.corrected.labels, found.missing, found.labelled) == (60, 0, 60)
    assert dataclasses.replace(now, corrected=None) == then
    assert verified(place).verdict is LedgerVerdict.OK


@on_both_stores
def test_few_labels_are_kept_and_count_together(place: Place, recorded: Record) -> None:
    """30 rows correct nothing; another sample of 45 brings them over 50."""
    few = recorded.import_labels(labels_of(place.log(), 30), folder(place), ME)
    more = recorded.import_labels(labels_of(place.log(), 45, seed=1, annotator="q"), folder(place), ME)

    assert few.estimate is not None
    assert few.estimate.corrected is None
    assert few.missing == 20
    assert more.estimate is not None
    assert more.estimate.corrected is not None
    assert more.estimate.corrected.labels == more.labelled >= 50


@on_both_stores
def test_the_same_labels_again_change_nothing(place: Place, recorded: Record) -> None:
    """No entry is added, whatever order the file has."""
    labels = labels_of(place.log(), 60)
    recorded.import_labels(labels, folder(place), ME)
    size = recorded.checkpoint().size

    again = recorded.import_labels(dataclasses.replace(labels, labels=labels.labels[::-1]), folder(place), ME)

    assert again.seq is None
    assert recorded.checkpoint().size == size


@on_both_stores
def test_a_person_labels_a_row_once(place: Place, recorded: Record) -> None:
    """Another file of the same person on the same rows is refused; another person's is taken."""
    labels = labels_of(place.log(), 60)
    recorded.import_labels(labels, folder(place), ME)

    with pytest.raises(InputError, match="labelled before by the same person"):
        recorded.import_labels(dataclasses.replace(labels, digest="sha256:other"), folder(place), ME)
    assert recorded.import_labels(labels_of(place.log(), 60, annotator="q"), folder(place), ME).seq is not None


@on_both_stores
def test_labels_of_a_run_that_nobody_recorded_are_refused(place: Place) -> None:
    """The hint says how to record it."""
    log = place.run(*NAMES)

    with pytest.raises(MissingError, match="not in the record"):
        place.open().import_labels(labels_of(log, 60), log.directory, ME)


@on_both_stores
def test_labels_of_another_log_are_refused(place: Place, recorded: Record) -> None:
    """A digest that is not that of the recorded run is a broken binding."""
    labels = dataclasses.replace(labels_of(place.log(), 60), run_digest="sha256:other")

    with pytest.raises(IntegrityError, match="the labels are about sha256:other"):
        recorded.import_labels(labels, folder(place), ME)


@on_both_stores
def test_labels_without_a_sample_are_refused(place: Place, recorded: Record) -> None:
    """Without probabilities they would say nothing about the other rows."""
    with pytest.raises(InputError, match="the sample that they are from"):
        recorded.import_labels(dataclasses.replace(labels_of(place.log(), 60), sampling=None), folder(place), ME)


@on_both_stores
def test_a_longer_version_of_a_run_starts_without_the_labels_of_the_shorter_one(place: Place) -> None:
    """Labels belong to one log; the grown run has other rows and is labelled anew."""
    log = place.run(*NAMES, of=81)
    record = place.open()
    record.ingest_run(log.directory, ME)
    record.import_labels(labels_of(log, 60), log.directory, ME)
    log.directory.rename(place.path / "short")
    write_log(log.directory, log.plan, [row(name) for name in [*NAMES, "more-0"]])
    for name in ("verdicts.jsonl", "payloads.jsonl"):
        longer = (log.directory / name).read_bytes().splitlines(keepends=True)[80]
        (log.directory / name).write_bytes((place.path / "short" / name).read_bytes() + longer)

    record.ingest_run(log.directory, ME)

    assert record.estimates("run-1")[0].corrected is None


def test_a_kill_in_the_middle_leaves_nothing(place: Place, recorded: Record) -> None:
    """SIGKILL before the labels are committed: no entry, no label, and the next import goes through."""
    size = recorded.checkpoint().size
    program = str(Path(__file__).with_name("killed_import.py"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    done = subprocess.run([sys.executable, program, str(place.path)], env=environment, check=False)

    with closing(sqlite3.connect(place.store)) as database:
        assert database.execute("SELECT count(*) FROM label").fetchone() == (0,)
    assert done.returncode == -signal.SIGKILL
    assert recorded.checkpoint().size == size
    assert recorded.import_labels(labels_of(place.log(), 60), folder(place), ME).seq == size
    assert verified(place).verdict is LedgerVerdict.OK


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE label SET good = 1 - good WHERE row = (SELECT min(row) FROM label)",
        "DELETE FROM label WHERE row = (SELECT min(row) FROM label)",
        "UPDATE label_set SET rubric = 'Anything goes.'",
        "UPDATE label SET annotator = 'somebody else'",
        "UPDATE estimate SET corrected = replace(corrected, '60', '600') WHERE corrected IS NOT NULL",
        "UPDATE judge_card SET document = replace(document, 'de', 'fr') WHERE language = 'de'",
        "DELETE FROM judge_card WHERE language = 'de'",
        "INSERT INTO judge_card SELECT 'x', seq, judge, metric, 'fr', label_set, document FROM judge_card LIMIT 1",
    ],
)
def test_a_stored_label_or_card_that_was_changed_is_found(place: Place, recorded: Record, attack: str) -> None:
    """Whoever gets past the triggers meets the entry's digest."""
    recorded.import_labels(labels_of(place.log(), 60), folder(place), ME)
    recorded.record_cards(checked_labels(), cards(), ME)
    assert verified(place).verdict is LedgerVerdict.OK

    with closing(sqlite3.connect(place.store)) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute(attack)
        database.commit()

    assert verified(place).verdict is LedgerVerdict.TAMPERED


def test_the_tables_refuse_changes_themselves(place: Place, recorded: Record) -> None:
    """Triggers stand before the digests."""
    recorded.record_cards(checked_labels(), cards(), ME)

    with closing(sqlite3.connect(place.store)) as database:
        for change in ("UPDATE label SET good = 0", "DELETE FROM judge_card", "DELETE FROM label_set"):
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                database.execute(change)


def test_the_newest_card_of_a_judge_metric_and_language_counts(place: Place) -> None:
    """The labels behind both are kept once."""
    record = place.open()
    record.record_cards(checked_labels(), cards("first"), ME)
    record.record_cards(checked_labels(), cards("second"), ME)

    assert {(found.card.language, found.card.source) for found in record.cards()} == {
        ("en", "second"),
        ("de", "second"),
    }
    with closing(sqlite3.connect(place.store)) as database:
        assert database.execute("SELECT count(*) FROM label").fetchone() == (3,)


@on_both_stores
def test_the_ledger_holds_no_text_of_the_rubric_and_no_row(place: Place, recorded: Record) -> None:
    """Digests and counts alone."""
    recorded.import_labels(labels_of(place.log(), 60), folder(place), ME)
    recorded.record_cards(checked_labels(), cards(), ME)

    bodies = b"".join(entry.body for entry in recorded.entries())

    assert b"supported?" not in bodies
    assert b'"q00"' not in bodies
    assert b'"action":"judge.card"' in bodies


@on_both_stores
@pytest.mark.parametrize("labels", [checked_labels(), dataclasses.replace(checked_labels(), metric="relevancy")])
def test_cards_come_with_labels_of_their_metric(place: Place, labels: LabelSet) -> None:
    """No cards at all, or cards of another metric, are refused."""
    made = () if labels.metric == "faithfulness" else cards()

    with pytest.raises(InputError, match="cards to record"):
        place.open().record_cards(labels, made, ME)
