"""ragas and deepeval: means with n, interval and the rows that have no score."""

import pytest

from assay.kernel import InputError
from governance.evidence import Conclusion
from risks import EvidenceKind
from tests.governance.evidence.imports.samples import deepeval_run, only, ragas_csv, read, stated


def test_a_row_without_a_score_is_a_failure_and_not_a_zero() -> None:
    """NaN, an empty cell and null neither lower the mean nor leave the count."""
    table = ragas_csv("q,\"['a, b']\",r,0.9", "q,c,r,", "q,c,r,nan", "q,c,r,0.7")
    records = b'[{"faithfulness": 0.9}, {"faithfulness": null}, {"faithfulness": NaN}, {"faithfulness": 0.7}]'
    columns = b'{"faithfulness": {"0": 0.9, "1": null, "2": NaN, "3": 0.7}}'
    lists = b'{"faithfulness": [0.9, null, NaN, 0.7], "user_input": ["q", "q", "q", "q"]}'
    lines = b'{"faithfulness": 0.9}\n{"faithfulness": null}\n{"x": 1}\n{"faithfulness": 0.7}\n'
    for saved in (table, records, columns, lists, lines):
        found = stated(read(saved), "ragas:faithfulness")
        assert (found.kind, str(found.value), found.n, found.failures) == (EvidenceKind.METRIC, "0.8", 2, 2)
        assert found.lower < found.value < found.upper  # type: ignore[operator]  # all were measured


def test_inputs_and_texts_are_no_metrics_and_own_metrics_are() -> None:
    """Beside a metric of ragas a column of numbers is a metric too; texts and known inputs are not."""
    header = "user_input,query_length,my_metric,comment,noise_sensitivity(mode=relevant)"
    report = read(ragas_csv("q,3,0.5,good,0.1", header=header))
    assert [one.of for one in report.statements] == ["ragas:my_metric", "ragas:noise_sensitivity(mode=relevant)"]


@pytest.mark.parametrize("data", [ragas_csv(), b'{"faithfulness": 0.93, "context_recall": 0.8}', ragas_csv("q,c,r,")])
def test_means_without_rows_and_tables_without_scores_state_nothing(data: bytes) -> None:
    """A mean alone has no n, an empty table no mean, and a column of failures no value."""
    found = only(data)
    assert found.value is None
    assert found.conclusion in {Conclusion.INCONCLUSIVE, Conclusion.ERROR}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ragas_csv("q,c,r,high"), r"line 2, column faithfulness: expected a number, got a text"),
        (ragas_csv("q,c,r"), r"line 2: expected 4 cells, got 3"),
        (ragas_csv('q,"c,r,0.9'), r"line \d: no CSV"),
        (ragas_csv("q,q,r,1", header="a,a,b,faithfulness"), "a column stands twice"),
        (b'[{"faithfulness": "0.9"}]', r"\[0\].faithfulness: expected a number, got a text"),
    ],
)
def test_a_damaged_table_is_refused_by_line_and_column(data: bytes, words: str) -> None:
    """What stands there is not quoted."""
    with pytest.raises(InputError, match=words):
        read(data)


def test_scores_outside_of_the_scale_state_nothing() -> None:
    """A rubric from 1 to 5 has no interval on 0 to 1."""
    for score in ("4", "-1"):
        report = read(ragas_csv(f"q,c,r,{score}"))
        assert report.statements[0].conclusion is Conclusion.INCONCLUSIVE
        assert "outside of 0 to 1" in report.notes[0]


def test_the_format_can_be_named_where_only_its_user_knows_it() -> None:
    """A table of own metrics has no mark of ragas; named, it is read."""
    table = ragas_csv("q,0.5", header="user_input,my_metric")
    with pytest.raises(InputError, match="nor a table of ragas"):
        read(table)
    assert read(table, format="ragas").statements[0].of == "ragas:my_metric"


def test_deepeval_states_each_metric_and_the_cases_that_passed() -> None:
    """A metric that ended in an error has no score."""
    good = {"name": "Faithfulness", "score": 1.0, "success": True, "reason": "secret"}
    bad = {"name": "Faithfulness", "score": 0.5, "success": False}
    broken = {"name": "Faithfulness", "score": 0.0, "success": False, "error": "secret"}
    report = read(deepeval_run([good], [bad], [broken]))
    metric, suite = stated(report, "deepeval:Faithfulness"), stated(report, "deepeval")

    assert (str(metric.value), metric.n, metric.failures) == ("0.75", 2, 1)
    assert (suite.kind, str(suite.value), suite.n) == (EvidenceKind.SUITE, "0.333333", 3)
    assert "secret" not in repr(report)


def test_a_case_passes_only_with_all_of_its_metrics() -> None:
    """A case that has a metric without a score has no result, even where the file says that it passed."""
    good = {"name": "Bias", "score": 0.9, "success": True}
    broken = {"name": "Faithfulness", "score": None, "success": None, "error": "secret"}
    suite = stated(read({"testCases": [{"success": True, "metricsData": [good, broken]}]}), "deepeval")
    assert (suite.value, suite.n, suite.failures) == (None, 0, 1)


def test_every_layout_of_deepeval_is_read() -> None:
    """The file of `results_folder`, the rolling snapshot, and the dumped result of `evaluate()`."""
    metric = {"name": "Bias", "score": 0.25, "success": True}
    dumped = {"test_results": [{"name": "t", "success": True, "metrics_data": [metric]}], "confident_link": None}
    former = {"testCases": [{"name": "t", "success": True, "metricsMetadata": [metric]}]}
    for report in (deepeval_run([metric]), {"testRunData": deepeval_run([metric])}, dumped, former):
        assert str(stated(read(report), "deepeval:Bias").value) == "0.25"


def test_a_deepeval_run_of_nothing_states_nothing() -> None:
    """No case and no metric: inconclusive, both."""
    assert {one.conclusion for one in read(deepeval_run()).statements} == {Conclusion.INCONCLUSIVE}
