"""What the product finds out by itself: run logs, sets of questions, its own ledger."""

import dataclasses
from contextlib import closing
from pathlib import Path

import pytest

from evaluation.runs import RunLog, RunPlan, write_sources
from governance.approvals import ApprovalDraft, ApprovalPurpose
from governance.evidence import CHECKED_KINDS, Conclusion, Fact
from governance.record import Record
from tests.evaluation.runs.samples import item, plan_for, row, verdict, write_log
from tests.governance.lineage.graphs import corpus, ingest, plan, sources
from tests.governance.samples import ME, Place, append, on_both_stores

NAMES = [f"q{number}" for number in range(50)]


def checked(record: Record, place: Place, of: str) -> list[Fact]:
    """Return what one check finds."""
    return [fact for fact in record.evidence.check("default", place.path / "runs") if fact.of == of]


def conclusions(record: Record, place: Place, of: str) -> list[Conclusion | None]:
    """Return how one check ends."""
    return [fact.conclusion for fact in checked(record, place, of)]


def recorded(place: Place, names: list[str]) -> Record:
    """Record a run over these rows."""
    record = place.open()
    record.ingest_run(place.run(*names).directory, ME, mirror=False)
    return record


def test_a_log_that_is_the_recorded_one_is_verified(place: Place) -> None:
    """One fact for each run, about that run and of its origin."""
    record = recorded(place, ["a"])
    (fact,) = checked(record, place, "verified")
    assert (fact.kind, fact.subject, fact.conclusion) == ("run_log", "run-1", Conclusion.SATISFIED)
    assert fact.digest == record.run("run-1").digest


def test_a_log_that_was_changed_is_not_and_one_that_is_away_is_unknown(place: Place) -> None:
    """A letter more in its verdicts; then the folder moved."""
    record = recorded(place, ["a"])
    log = place.log()
    with log.verdicts_file.open("ab") as stream:
        stream.write(b"\n")
    assert conclusions(record, place, "verified") == [Conclusion.NOT_SATISFIED]
    (log.directory / "run.json").write_text("{}", encoding="utf-8")
    assert conclusions(record, place, "verified") == [Conclusion.NOT_SATISFIED]
    assert conclusions(record, place, "size_and_references") == [Conclusion.NOT_SATISFIED]  # what failed goes on
    log.directory.rename(place.path / "away")
    assert conclusions(record, place, "verified") == [Conclusion.INCONCLUSIVE]
    assert conclusions(record, place, "size_and_references") == [Conclusion.INCONCLUSIVE]


def test_a_run_that_goes_on_is_unknown_until_it_is_recorded_again(place: Place) -> None:
    """Its log may be longer than the recorded one."""
    record = place.open()
    log = place.run("a", of=2)
    record.ingest_run(log.directory, ME, mirror=False)
    longer = write_log(place.path / "longer", log.plan, [row("a"), row("more-0")])
    (log.directory / "verdicts.jsonl").write_bytes((longer.directory / "verdicts.jsonl").read_bytes())
    assert conclusions(record, place, "verified") == [Conclusion.INCONCLUSIVE]


def test_a_set_says_something_with_fifty_questions_that_all_have_references(place: Place) -> None:
    """As the log's commitments tell."""
    record = recorded(place, NAMES)
    (fact,) = checked(record, place, "size_and_references")
    assert (fact.n, fact.failures, fact.conclusion) == (50, 0, Conclusion.SATISFIED)


@pytest.mark.parametrize(("names", "without"), [(NAMES[:49], 0), (NAMES, 1)])
def test_a_small_set_or_one_without_references_does_not(place: Place, names: list[str], without: int) -> None:
    """How many are missing is said."""
    record = place.open()
    rows = [
        dataclasses.replace(row(name), item=item(name, reference=None)) if number < without else row(name)
        for number, name in enumerate(names)
    ]
    log = write_log(place.path / "runs" / "run-1", plan_for(names), rows)
    record.ingest_run(log.directory, ME, mirror=False)
    (fact,) = checked(record, place, "size_and_references")
    assert (fact.failures, fact.conclusion) == (without, Conclusion.NOT_SATISFIED)


def test_attacks_are_no_set_of_questions(place: Place) -> None:
    """A suite brings its own, and what it asks stands in no document."""
    record = place.open()
    attacks = plan_for(["a"], metrics=("leak_resistance",))
    rows = [dataclasses.replace(row("a"), verdicts=(verdict("leak_resistance", 1.0),))]
    record.ingest_run(write_log(place.path / "runs" / attacks.run, attacks, rows).directory, ME, mirror=False)
    assert {(fact.kind, fact.of) for fact in record.evidence.check("default", place.path / "runs")} == {
        ("run_log", "verified"),
        ("lineage", "run_to_versions"),
        ("ledger_verification", "own_log"),
    }


def other_run(folder: Path, digest: str) -> RunLog:
    """Write a run that asked another set."""
    planned = plan_for(["a"])
    questions = dataclasses.replace(planned.questions, digest=digest)
    other = dataclasses.replace(planned, run="run-2", questions=questions)
    return write_log(folder / "runs" / "run-2", other, [row("a")])


def test_a_set_is_unchanged_where_an_approved_run_asked_it(place: Place) -> None:
    """Without an approval nobody knows; a run of another set is not it."""
    record = recorded(place, ["a"])
    record.ingest_run(other_run(place.path, "sha256:" + "2" * 64).directory, ME, mirror=False)
    assert conclusions(record, place, "unchanged_since_approval") == [Conclusion.INCONCLUSIVE] * 2
    digest = record.approvals.digest_of("run", "run-1")
    draft = ApprovalDraft(
        purpose=ApprovalPurpose.DECISION, system=None, subject_type="run", subject="run-1", subject_digest=digest
    )
    asked = record.approvals.request(ME, draft)
    record.approvals.approve(ME, asked.id, seen=digest)
    found = {fact.subject: fact.conclusion for fact in checked(record, place, "unchanged_since_approval")}
    assert found == {"run-1": Conclusion.SATISFIED, "run-2": Conclusion.NOT_SATISFIED}


def found_of(place: Place, planned: RunPlan, about: list[str]) -> dict[str, Conclusion | None]:
    """Record a run whose rows are about these documents; return how both checks of lineage end."""
    with closing(place.open()) as record:
        ingest(record, place.path / "runs", planned, corpus(a_md="one", b_md="two"), about)
        facts = record.evidence.check("default", place.path / "runs")
    return {fact.of: fact.conclusion for fact in facts if fact.kind == "lineage"}


@pytest.mark.parametrize(
    ("documents", "about", "conclusion", "numbers"),
    [
        ({"a_md": "one", "b_md": "two"}, ["a.md", "b.md"], Conclusion.SATISFIED, (2, 0)),
        ({"a_md": "one", "b_md": "two"}, ["a.md"], Conclusion.SATISFIED, (1, 1)),
        ({"a_md": "one", "b_md": "two", "c_md": "three"}, ["a.md"], Conclusion.NOT_SATISFIED, (1, 2)),
        ({"a_md": "one", "b_md": "two"}, [], Conclusion.NOT_SATISFIED, (0, 2)),
    ],
)
def test_questions_about_half_of_the_documents_cover_them(
    place: Place, documents: dict[str, str], about: list[str], conclusion: Conclusion, numbers: tuple[int, int]
) -> None:
    """By the names or the ids that rows have; rows about nothing cover nothing."""
    source = corpus(**documents)
    ids = {one.name: one.id for one in source.documents}
    for number, named in enumerate((about, [ids[one] for one in about])):
        with closing(place.open()) as record:
            ingest(record, place.path / "runs", plan(f"run-{number}", source), source, named)
            found = {fact.subject: fact for fact in checked(record, place, "coverage")}[f"run-{number}"]
        assert (found.conclusion, (found.n, found.failures)) == (conclusion, numbers)


def test_a_run_that_names_no_corpus_covers_nobody_knows_what(place: Place) -> None:
    """Unknown is no number."""
    record = recorded(place, ["a"])
    assert conclusions(record, place, "coverage") == [Conclusion.INCONCLUSIVE]


@on_both_stores
def test_a_run_that_can_be_followed_to_versions_and_documents_is_satisfied(place: Place) -> None:
    """Target, questions and judge by digest; each row's document by its own."""
    assert found_of(place, plan("run-1", corpus(a_md="one", b_md="two")), ["a.md", "b.md"]) == {
        "run_to_versions": Conclusion.SATISFIED,
        "answer_to_source": Conclusion.SATISFIED,
    }


def test_a_trail_that_breaks_is_not_satisfied(place: Place) -> None:
    """A target without a version, and a row about a document that nobody knows."""
    planned = plan("run-1", corpus(a_md="one", b_md="two"))
    nameless = dataclasses.replace(planned, target={"name": "app", "kind": "command", "version": "", "options": {}})
    assert found_of(place, nameless, ["a.md", "gone.md"]) == {
        "run_to_versions": Conclusion.NOT_SATISFIED,
        "answer_to_source": Conclusion.NOT_SATISFIED,
    }


def test_rows_that_name_no_document_are_not_followed_to_one(place: Place) -> None:
    """All documents of the corpus are known, and none is theirs."""
    found = found_of(place, plan("run-1", corpus(a_md="one", b_md="two")), [])
    assert found["answer_to_source"] is Conclusion.NOT_SATISFIED


def test_a_question_about_a_document_that_nobody_knows_breaks_the_trail(place: Place) -> None:
    """Also where each row names a document that is there."""
    source = corpus(a_md="one", b_md="two")
    planned = plan("run-1", source)
    rows = [dataclasses.replace(row(name), item=item(name, document="a.md")) for name in ("a", "b")]
    log = write_log(place.path / "runs" / planned.run, planned, rows)
    write_sources(log.directory, sources(source, planned, ["a.md", "gone.md"]))
    record = place.open()
    record.ingest_run(log.directory, ME, mirror=False)
    assert conclusions(record, place, "answer_to_source") == [Conclusion.NOT_SATISFIED]


def test_a_trail_that_nobody_laid_is_unknown(place: Place) -> None:
    """Answers that were collected elsewhere name neither the version that gave them, nor a corpus."""
    record = recorded(place, ["a"])
    assert conclusions(record, place, "run_to_versions") == [Conclusion.INCONCLUSIVE]
    assert conclusions(record, place, "answer_to_source") == [Conclusion.INCONCLUSIVE]


@on_both_stores
def test_the_ledger_is_verified_against_its_witness_file(place: Place) -> None:
    """Sound; doubtful without the file."""
    record = recorded(place, ["a"])
    assert conclusions(record, place, "own_log") == [Conclusion.SATISFIED]
    place.witness.unlink()
    assert conclusions(record, place, "own_log") == [Conclusion.INCONCLUSIVE]
    append(record, 1)  # begins the file anew, which vouches for nothing of before
    assert conclusions(record, place, "own_log") == [Conclusion.INCONCLUSIVE]


def test_a_ledger_that_was_touched_is_not_satisfied(place: Place) -> None:
    """A row behind the record's back is enough."""
    record = recorded(place, ["a"])
    place.sql("DROP TRIGGER system_no_update")
    place.sql("UPDATE system SET name = 'other'")
    assert conclusions(record, place, "own_log") == [Conclusion.NOT_SATISFIED]


def test_only_the_checks_that_are_asked_for_run(place: Place) -> None:
    """By kind; all of them are those that are named for everybody."""
    record = recorded(place, ["a"])
    assert {fact.kind for fact in record.evidence.check("default", place.path / "runs")} == CHECKED_KINDS - {
        "approval"  # nothing is in use
    }
    found = record.evidence.check("default", place.path / "runs", {"run_log", "metric"})
    assert [fact.kind for fact in found] == ["run_log"]
    assert record.evidence.check("default", place.path / "runs", {"metric"}) == ()


def test_a_check_writes_nothing(place: Place) -> None:
    """It is no entry, and the same again is the same evidence."""
    record = recorded(place, ["a"])
    size = record.checkpoint().size
    first = record.evidence.check("default", place.path / "runs")
    again = record.evidence.check("default", place.path / "runs")
    assert [fact.evidence for fact in first] == [fact.evidence for fact in again]
    assert record.checkpoint().size == size
