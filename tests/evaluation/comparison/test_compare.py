"""Runs against a baseline: what is paired, what is claimed, what is refused."""

from pathlib import Path

import pytest

from assay.kernel import InputError
from evaluation.comparison import CompareOptions, compare_all, regression_questions
from evaluation.runs import compare_runs
from tests.evaluation.comparison.samples import Told, log, yes_no


def told(**values: float | None) -> list[Told]:
    """Return rows of one metric by id."""
    return [Told(id=name, values={"relevancy": value}) for name, value in values.items()]


def test_the_numbers_are_those_of_the_gate(tmp_path: Path) -> None:
    """Difference, interval and counts are what `compare_runs` gives to the gate."""
    candidate, baseline = yes_no(tmp_path / "c", "110101", documents=3), yes_no(tmp_path / "b", "111011", documents=3)

    ((found,),) = (one.metrics for one in compare_all([candidate], baseline))

    assert (found.comparison,) == compare_runs(candidate, baseline)


def test_repeats_are_averaged_and_rows_scored_once_are_counted(tmp_path: Path) -> None:
    """A row's repeats make one pair; a row that only one run scored is unpaired."""
    rows = [Told(id="a", values={"relevancy": 1.0}), Told(id="a", values={"relevancy": 0.0}, repeat=1)]
    candidate = log(tmp_path / "c", [*rows, *told(b=None, c=1.0)])
    baseline = log(tmp_path / "b", told(a=0.0, b=1.0, c=1.0))

    ((found,),) = (one.metrics for one in compare_all([candidate], baseline))

    assert (found.comparison.pairs, found.comparison.unpaired) == (2, 1)
    assert found.gains[0].difference == 0.5


def test_a_yes_or_no_metric_tells_who_changed_sides(tmp_path: Path) -> None:
    """McNemar's counts are there for 0 and 1, and absent for anything between."""
    binary = compare_all([yes_no(tmp_path / "c", "0000011")], yes_no(tmp_path / "b", "1111110"))[0].metrics[0]
    graded = compare_all([log(tmp_path / "e", told(a=0.5))], log(tmp_path / "f", told(a=1.0)))[0].metrics[0]

    assert binary.flips is not None
    assert (binary.flips.gained, binary.flips.lost, round(binary.flips.p_value, 5)) == (1, 5, 0.21875)
    assert graded.flips is None


def test_documents_are_flipped_whole(tmp_path: Path) -> None:
    """Ten worse rows of one document are one sign: p cannot fall below one half of two patterns."""
    rows = yes_no(tmp_path / "c", "0" * 10, documents=1), yes_no(tmp_path / "b", "1" * 10, documents=1)
    alone = yes_no(tmp_path / "e", "0" * 10), yes_no(tmp_path / "f", "1" * 10)

    together = compare_all([rows[0]], rows[1])[0].metrics[0].test
    apart = compare_all([alone[0]], alone[1])[0].metrics[0].test

    assert together is not None
    assert apart is not None
    assert (together.p_value, apart.p_value) == (1.0, 2 / 1024)


def test_p_values_are_corrected_for_all_candidates_shown(tmp_path: Path) -> None:
    """Two candidates are two looks: Holm doubles the smaller p."""
    baseline, worse = yes_no(tmp_path / "b", "1" * 10), yes_no(tmp_path / "c", "0" * 10)
    same = yes_no(tmp_path / "e", "1" * 9 + "0")

    first, second = (one.metrics[0].test for one in compare_all([worse, same], baseline))

    assert first is not None
    assert second is not None
    assert first.p_adjusted == pytest.approx(2 * first.p_value)
    assert (second.p_adjusted, first.correction) == (1.0, "holm")


def test_slices_are_tags_documents_languages_and_named_tags(tmp_path: Path) -> None:
    """Each row counts in the slices that it belongs to, corrected as one family."""
    rows = [
        Told(id="a", values={"relevancy": 1.0}, tags=("topic:fees", "easy"), document="d1"),
        Told(id="b", values={"relevancy": 0.0}, tags=("topic:dates", "pair:1"), document="d2"),
    ]
    worse = [Told(id=row.id, values={"relevancy": 0.0}, tags=row.tags, document=row.document) for row in rows]
    options = CompareOptions(slices=("topic", "tag", "document"))

    (found,) = compare_all([log(tmp_path / "c", worse)], log(tmp_path / "b", rows), options)[0].metrics

    named = {(part.by, part.value): part.comparison.losses for part in found.slices}
    assert named["topic", "fees"] == 1
    assert named["topic", "dates"] == 0
    assert {value for by, value in named if by == "tag"} == {"topic:fees", "easy", "topic:dates"}
    assert len([by for by, _ in named if by == "document"]) == 2
    assert all(part.test is not None and part.test.correction == "benjamini-hochberg" for part in found.slices)


def test_a_slice_that_no_row_is_in_is_refused(tmp_path: Path) -> None:
    """A misspelt slice is an error and no empty table."""
    pair = log(tmp_path / "c", told(a=1.0)), log(tmp_path / "b", told(a=0.0))

    with pytest.raises(InputError, match="no row is in a slice by 'topik'"):
        compare_all([pair[0]], pair[1], CompareOptions(slices=("topik",)))


def test_the_biggest_changes_come_with_both_answers(tmp_path: Path) -> None:
    """At most `keep` rows a side, biggest first, with texts, contexts and reasons of both runs."""
    baseline = log(tmp_path / "b", told(a=1.0, b=0.5, c=0.5, d=0.0))
    after = [Told(id=row.id, values=row.values, answer=f"new {row.id}") for row in told(a=0.0, b=0.0, c=0.5, d=1.0)]

    (found,) = compare_all([log(tmp_path / "c", after)], baseline, CompareOptions(keep=1))[0].metrics

    (loss,), (gain,) = found.losses, found.gains
    assert (loss.id, loss.difference, gain.id) == ("a", -1.0, "d")
    assert (loss.question, loss.baseline.answer, loss.candidate.answer) == ("what is a?", "An answer.", "new a")
    assert (loss.candidate.contexts, loss.candidate.reason) == (("passage of a",), "why a relevancy")


def test_erased_texts_are_said_to_be_gone(tmp_path: Path) -> None:
    """Without payloads the numbers stand, and the row is not asked again."""
    candidate, baseline = log(tmp_path / "c", told(a=0.0)), log(tmp_path / "b", told(a=1.0))
    baseline.payloads_file.unlink()

    found = compare_all([candidate], baseline)

    assert found[0].metrics[0].losses[0].baseline.erased
    assert found[0].metrics[0].losses[0].candidate.answer == "An answer."
    assert list(regression_questions(found, baseline)) == ["a"]


def test_a_regression_was_good_and_is_not_any_more(tmp_path: Path) -> None:
    """Faithfulness is good at 1, most metrics from one half on; the rows become questions to ask again."""
    before = [Told(id=name, values={"faithfulness": 1.0, "rouge1": 0.5}, document="d") for name in "ab"]
    after = [Told(id=name, values={"faithfulness": f, "rouge1": r}) for name, f, r in (("a", 0.5, 0.5), ("b", 1, 0))]
    baseline = log(tmp_path / "b", before)

    found = compare_all([log(tmp_path / "c", after)], baseline)

    assert [(one.good, one.regressions) for one in found[0].metrics] == [(1.0, ("a",)), (0.5, ("b",))]
    lines = [line for line in regression_questions(found, baseline) if not isinstance(line, str)]
    assert [(line["id"], line["question"], line["regressed"]) for line in lines] == [
        ("a", "what is a?", ["faithfulness"]),
        ("b", "what is b?", ["rouge1"]),
    ]
    assert lines[0]["document"] == lines[1]["document"] == next(baseline.rows()).cluster


def test_a_metric_judged_differently_is_refused_by_name(tmp_path: Path) -> None:
    """Where every metric is refused there is nothing to compare."""
    candidate = log(tmp_path / "c", told(a=1.0), judge="other")

    with pytest.raises(InputError, match="judged differently"):
        compare_all([candidate], log(tmp_path / "b", told(a=0.0)))


def test_one_refused_metric_leaves_the_others(tmp_path: Path) -> None:
    """The comparison goes on and says what it left out."""
    rows = [Told(id="a", values={"relevancy": 1.0, "completeness": 1.0})]
    candidate, baseline = log(tmp_path / "c", rows), log(tmp_path / "b", rows)
    judges = candidate.plan.judges
    plan = baseline.plan.__class__(**{**baseline.plan.__dict__, "judges": ({**judges[0], "version": "2"}, judges[1])})
    other = baseline.__class__(baseline.directory, plan, "")

    (found,) = compare_all([candidate], other)

    assert [one.metric for one in found.refused] == ["relevancy"]
    assert [one.comparison.metric for one in found.metrics] == ["completeness"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [(told(b=1.0), "different questions"), (told(a=0.0), "are the same run")],
    ids=["ids", "itself"],
)
def test_runs_that_say_nothing_of_each_other_are_refused(tmp_path: Path, rows: list[Told], message: str) -> None:
    """Other questions, or the run itself, are no baseline."""
    baseline = log(tmp_path / "b", told(a=0.0))
    candidate = baseline if message.endswith("run") else log(tmp_path / "c", rows)

    with pytest.raises(InputError, match=message):
        compare_all([candidate], baseline)


def test_a_partial_run_is_named(tmp_path: Path) -> None:
    """The reader learns how many rows there are, before any number."""
    candidate, baseline = log(tmp_path / "c", told(a=1.0, b=1.0)), log(tmp_path / "b", told(a=0.0, b=0.0))
    first = candidate.verdicts_file.read_bytes().split(b"\n")[0]
    candidate.verdicts_file.write_bytes(first + b"\n")

    (found,) = compare_all([candidate], baseline)

    assert found.notes == ("c is partial, 1 of 2 rows: what is missing is not compared.",)


def test_within_one_document_its_rows_are_the_units(tmp_path: Path) -> None:
    """Ten worse rows of a document are one sign in the whole, and ten in the document's own slice."""
    candidate, baseline = yes_no(tmp_path / "c", "0" * 10, documents=1), yes_no(tmp_path / "b", "1" * 10, documents=1)

    (found,) = compare_all([candidate], baseline, CompareOptions(slices=("document",)))[0].metrics

    (part,) = found.slices
    assert (found.comparison.clusters, part.comparison.clusters) == (1, 10)


def test_a_row_is_sliced_by_the_language_of_the_baseline(tmp_path: Path) -> None:
    """A candidate that answers in another language worsens the language that was asked for."""
    english = "The register is kept by the owner and it is reviewed in each quarter of the year."
    german = "Das Register wird von dem Eigentümer geführt und in jedem Quartal des Jahres geprüft."
    before = [Told(id="a", values={"relevancy": 1.0}, answer=german)]
    after = [Told(id="a", values={"relevancy": 0.0}, answer=english)]

    (found,) = compare_all(
        [log(tmp_path / "c", after)], log(tmp_path / "b", before), CompareOptions(slices=("language",))
    )[0].metrics

    assert [part.value for part in found.slices] == ["de"]
