"""Views from a real store."""

import json
import shutil
from pathlib import Path

import pytest

from assay.kernel import MissingError
from reports import render_html, render_json, render_markdown
from reports.build import evaluation_view, overview_view
from tests.reports.records import GOOD, WIDE, WORSE, gate, ingest, open_record


def test_a_recorded_run_becomes_a_view(tmp_path: Path) -> None:
    """Estimate, decision, threshold, examples and proof come from the store and the run log."""
    record, runs = open_record(tmp_path), tmp_path / "runs"
    ingest(record, runs, "run-1", GOOD)
    gate(record, runs, "run-1")
    view = evaluation_view(record, "run-1", runs=runs)
    (metric,) = view.metrics
    assert (view.decision.outcome, metric.threshold) == ("pass", 0.6)
    assert metric.mean == pytest.approx(0.9375)
    assert view.proof.run_digest == record.run("run-1").digest
    assert view.proof.checkpoint == record.checkpoint().note
    assert view.examples[0].of == 3
    assert render_html(view)
    assert render_markdown(view)


def test_a_decision_that_compared_shows_its_baseline(tmp_path: Path) -> None:
    """The comparison stands in the report without being asked for, with the margin of the rule."""
    record, runs = open_record(tmp_path), tmp_path / "runs"
    ingest(record, runs, "run-1", GOOD)
    ingest(record, runs, "run-2", WORSE)
    gate(record, runs, "run-2", "run-1")
    view = evaluation_view(record, "run-2", runs=runs)
    (comparison,) = view.comparisons
    assert (view.baseline, view.decision.outcome, comparison.margin) == ("run-1", "fail", 0.05)
    assert comparison.losses == 12


def test_an_open_decision_says_what_is_missing(tmp_path: Path) -> None:
    """A wide interval around the threshold is no pass and no fail."""
    record, runs = open_record(tmp_path), tmp_path / "runs"
    ingest(record, runs, "run-1", WIDE)
    gate(record, runs, "run-1")
    decision = evaluation_view(record, "run-1", runs=runs).decision
    assert (decision.outcome, decision.headline) == ("inconclusive", "Cannot decide")
    assert decision.sentence.startswith("About ")
    assert decision.sentence.endswith(" more questions needed to decide: faithfulness is at least 0.6.")


def test_a_second_decision_is_not_hidden(tmp_path: Path) -> None:
    """Deciding again until the answer pleases leaves a note."""
    record, runs = open_record(tmp_path), tmp_path / "runs"
    ingest(record, runs, "run-1", GOOD)
    gate(record, runs, "run-1")
    gate(record, runs, "run-1")
    view = evaluation_view(record, "run-1", runs=runs)
    assert "2 decisions are recorded about this run; the newest is shown." in view.notes


def test_a_missing_baseline_is_an_error_only_when_it_was_asked_for(tmp_path: Path) -> None:
    """A reader's own wish is answered; a decision's lost baseline is noted."""
    record, runs = open_record(tmp_path), tmp_path / "runs"
    ingest(record, runs, "run-1", GOOD)
    ingest(record, runs, "run-2", WORSE)
    gate(record, runs, "run-2", "run-1")
    shutil.rmtree(runs / "run-1")
    view = evaluation_view(record, "run-2", runs=runs)
    assert view.comparisons == ()
    assert any("The comparison with run-1 is left out" in note for note in view.notes)
    with pytest.raises(MissingError, match="no run log of the baseline 'run-1'"):
        evaluation_view(record, "run-2", runs=runs, baseline="run-1")


def test_a_baseline_that_was_changed_is_not_compared_with(tmp_path: Path) -> None:
    """Numbers are held only against a run log that is the recorded one."""
    record, runs = open_record(tmp_path), tmp_path / "runs"
    ingest(record, runs, "run-1", GOOD)
    ingest(record, runs, "run-2", WORSE)
    lines = (runs / "run-1" / "verdicts.jsonl").read_bytes().splitlines(keepends=True)
    (runs / "run-1" / "verdicts.jsonl").write_bytes(b"".join(lines[:-1]))
    view = evaluation_view(record, "run-2", runs=runs, baseline="run-1")
    assert view.comparisons == ()
    assert any("left out" in note for note in view.notes)


@pytest.mark.parametrize("name", ["../outside", "/etc", "", "."])
def test_a_baseline_is_a_plain_run_id(tmp_path: Path, name: str) -> None:
    """No path leads out of the folder of run logs, even to a log that is there."""
    record, runs = open_record(tmp_path), tmp_path / "runs"
    ingest(record, runs, "run-1", GOOD)
    ingest(record, tmp_path, "outside", WORSE)
    if not name:
        assert evaluation_view(record, "run-1", runs=runs, baseline=name).baseline == ""
        return
    with pytest.raises(MissingError, match="no run log of the baseline"):
        evaluation_view(record, "run-1", runs=runs, baseline=name)


def test_the_overview_shows_a_run_s_newest_decision(tmp_path: Path) -> None:
    """A run that passed and was then undecided is undecided."""
    record, runs = open_record(tmp_path), tmp_path / "runs"
    ingest(record, runs, "run-1", GOOD)
    gate(record, runs, "run-1")
    gate(record, runs, "run-1", "run-1")
    assert [line.decision for line in overview_view(record, bool).runs] == ["inconclusive"]


def test_the_overview_lists_runs_with_their_decisions(tmp_path: Path) -> None:
    """Newest decision on top, each run with its own outcome, undecided where nobody decided."""
    record, runs = open_record(tmp_path), tmp_path / "runs"
    ingest(record, runs, "run-1", GOOD)
    ingest(record, runs, "run-2", WORSE)
    ingest(record, runs, "run-3", GOOD)
    gate(record, runs, "run-1")
    gate(record, runs, "run-2")
    view = overview_view(record, bool)
    assert {line.run: line.decision for line in view.runs} == {"run-1": "pass", "run-2": "fail", "run-3": "none"}
    assert (view.decision_run, view.decision.outcome) == ("run-2", "fail")
    assert view.runs[0].metrics[0].mean is not None


def test_an_empty_store_has_an_overview(tmp_path: Path) -> None:
    """No run is a state of its own, not an error."""
    view = overview_view(open_record(tmp_path), bool)
    assert (view.runs, view.decision.outcome) == ((), "none")


def test_the_json_report_of_a_real_run_is_ascii(tmp_path: Path) -> None:
    """Programs read the same view."""
    record, runs = open_record(tmp_path), tmp_path / "runs"
    ingest(record, runs, "run-1", GOOD)
    assert json.loads(render_json(evaluation_view(record, "run-1", runs=runs)))["header"]["run"] == "run-1"
