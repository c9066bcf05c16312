"""Staleness: exactly what rests on a version that changed or is gone."""

from pathlib import Path

from governance import Record
from governance.lineage import REPORTED, ArtefactKind, Relation
from tests.governance.lineage.graphs import (
    SYSTEM,
    corpus,
    corpus_with,
    document,
    draw,
    ingest,
    on,
    passage,
    plan,
    thing,
)
from tests.governance.samples import ME, Place, on_both_stores

BEFORE = corpus(refunds_md="14 days", shipping_md="2 days")
AFTER = corpus(refunds_md="30 days", shipping_md="2 days")


def stale(record: Record) -> set[str]:
    """Return the labels of what is stale."""
    return {key.partition("@")[0] for key in record.lineage.stale(SYSTEM)}


def measure(record: Record, folder: Path) -> None:
    """Record a run about refunds, one about shipping, and one whose rows name no document."""
    for run, about in (("refunds", ["refunds.md"]), ("shipping", ["shipping.md"]), ("all", [])):
        planned = plan(f"run-{run}", BEFORE, questions=run)
        ingest(record, folder, planned, BEFORE, about, name=run)


@on_both_stores
def test_a_changed_document_turns_exactly_what_rests_on_it_stale(place: Place) -> None:
    """The run about the other document stays fresh; the one that may have read any of them does not."""
    record = place.open()
    measure(record, place.path)
    assert stale(record) == set()
    assert record.lineage.see_corpus(AFTER, ME, system=SYSTEM)
    found = stale(record)
    refunds, shipping = (f"passage:{passage(one.id)}" for one in BEFORE.documents)
    assert {"run:run-refunds", "question_set:refunds", refunds, "run:run-all", "corpus:corpus"} <= found
    assert not {"run:run-shipping", "question_set:shipping", shipping} & found
    reasons = {key.partition("@")[0]: str(reason) for key, reason in record.lineage.stale(SYSTEM).items()}
    assert reasons["run:run-refunds"].startswith("document:refunds.md changed since")


@on_both_stores
def test_what_is_put_back_is_fresh_again(place: Place) -> None:
    """The version that was seen last is the current one, however often it came and went."""
    record = place.open()
    measure(record, place.path)
    record.lineage.see_corpus(AFTER, ME, system=SYSTEM)
    assert record.lineage.see_corpus(BEFORE, ME, system=SYSTEM)
    assert stale(record) == {"corpus:corpus"}  # the one with the text that came and went
    assert not record.lineage.see_corpus(BEFORE, ME, system=SYSTEM)


def test_a_document_that_is_removed_makes_what_rests_on_it_stale(place: Place) -> None:
    """And nothing else."""
    record = place.open()
    measure(record, place.path)
    record.lineage.see_corpus(corpus(shipping_md="2 days"), ME, system=SYSTEM)
    assert "run:run-refunds" in stale(record)
    assert "run:run-shipping" not in stale(record)
    assert any("was removed" in str(reason) for reason in record.lineage.stale(SYSTEM).values())


def test_a_document_that_is_added_makes_nothing_stale(place: Place) -> None:
    """Nothing that was measured rests on it."""
    record = place.open()
    measure(record, place.path)
    record.lineage.see_corpus(corpus(refunds_md="14 days", shipping_md="2 days", new_md="new"), ME, system=SYSTEM)
    assert stale(record) == set()


def test_a_run_that_is_handed_in_late_makes_nothing_current(place: Place) -> None:
    """It was made before the change, on the document of then: it is stale when it comes."""
    record = place.open()
    record.lineage.see_corpus(AFTER, ME, system=SYSTEM)
    ingest(record, place.path, plan("run-late", BEFORE), BEFORE, ["refunds.md"])  # of the day before
    assert "run:run-late" in stale(record)
    ingest(record, place.path, plan("run-new", AFTER, questions="new"), AFTER, ["refunds.md"], name="new")
    assert "run:run-new" not in stale(record)


def test_a_late_run_about_a_document_that_was_removed_before_is_stale(place: Place) -> None:
    """The record never knew the document while it was there."""
    record = place.open()
    record.lineage.see_corpus(corpus(shipping_md="2 days"), ME, system=SYSTEM)
    ingest(record, place.path, plan("run-gone", BEFORE, questions="gone"), BEFORE, ["refunds.md"], name="gone")
    ingest(record, place.path, plan("run-kept", BEFORE, questions="kept"), BEFORE, ["shipping.md"], name="kept")
    assert "run:run-gone" in stale(record)
    assert "run:run-kept" not in stale(record)


def test_a_corpus_that_nobody_knows_the_documents_of_takes_none_away(place: Place) -> None:
    """A run without their names was made after another that is recorded after it."""
    record = place.open()
    newer = plan("run-newer", AFTER, created_at="2026-01-01T12:00:00.000000Z")
    ingest(record, place.path, newer, None, ["refunds.md"])
    ingest(record, place.path, plan("run-late", BEFORE, questions="late"), BEFORE, ["refunds.md"], name="late")
    assert "run:run-late" not in stale(record)


def test_a_run_from_tomorrow_is_seen_today(place: Place) -> None:
    """A clock that is ahead cannot make its documents current for ever."""
    record = place.open()
    ahead = plan("run-ahead", BEFORE, created_at="2030-01-01T00:00:00.000000Z")
    ingest(record, place.path, ahead, BEFORE, ["refunds.md"])
    record.lineage.see_corpus(AFTER, ME, system=SYSTEM)
    assert "run:run-ahead" in stale(record)


def test_a_question_about_a_document_that_is_gone_makes_its_set_stale(place: Place) -> None:
    """Questions name documents by ids, and the corpus knows that one no more."""
    record = place.open()
    gone, kept = BEFORE.documents[0].id, BEFORE.documents[1].id
    ingest(record, place.path, plan("run-1", AFTER, questions="old"), AFTER, [gone], name="old")
    ingest(record, place.path, plan("run-2", AFTER, questions="kept"), AFTER, [kept], name="kept")
    assert {"question_set:old", "run:run-1"} <= stale(record)
    assert not {"question_set:kept", "run:run-2"} & stale(record)


def test_two_documents_of_one_name_are_both_current(place: Place) -> None:
    """Two folders may hold a file of the same name; neither replaces the other."""
    record = place.open()
    one, two = (document("README.md", text) for text in ("one", "two"))
    record.lineage.see_corpus(corpus_with([("README.md", "one"), ("README.md", "two")]), ME, system=SYSTEM)
    draw(record, on(one, thing(ArtefactKind.QUESTION_SET, "one")), on(two, thing(ArtefactKind.QUESTION_SET, "two")))
    assert stale(record) == set()
    record.lineage.see_corpus(corpus_with([("README.md", "one"), ("README.md", "three")]), ME, system=SYSTEM)
    assert stale(record) == {"question_set:two", "corpus:corpus"}


def test_a_model_that_changes_without_a_word_makes_evidence_stale(place: Place) -> None:
    """The vendor's version is another one than that of the run; a pinned version that another joins is not."""
    record = place.open()
    first, second = (thing(ArtefactKind.MODEL, "gpt", f"{REPORTED}{version}") for version in ("may", "june"))
    pinned, other = (thing(ArtefactKind.MODEL, "own", f"sha256:{version}") for version in ("1", "2"))
    runs = [thing(ArtefactKind.RUN, f"run-{number}", "sha256:r") for number in range(3)]
    draw(record, on(first, runs[0], Relation.USED), on(pinned, runs[1], Relation.USED))
    draw(record, on(second, runs[2], Relation.USED), on(other, runs[2], Relation.USED))
    assert stale(record) == {"run:run-0"}


def test_stale_as_of_then(place: Place) -> None:
    """At the size that the ledger had, nothing had changed."""
    record = place.open()
    measure(record, place.path)
    then = record.checkpoint().size
    record.lineage.see_corpus(AFTER, ME, system=SYSTEM)
    assert record.lineage.stale(SYSTEM, as_of=then) == {}
    assert record.lineage.stale(SYSTEM)


def test_another_system_stays_fresh(place: Place) -> None:
    """Its document has the same name and is its own."""
    record = place.open()
    measure(record, place.path)
    record.lineage.see_corpus(AFTER, ME, system="other")
    assert stale(record) == set()
    assert record.lineage.stale("other") == {}
