"""`assay review` below the command line: rows out, labels in, and the corrected headline everywhere."""

import dataclasses
import json
from contextlib import closing
from pathlib import Path

import pytest

from assay.app.compose import open_record
from assay.app.gate import Asked, GateOutputs, gate_run
from assay.app.init import create_workspace
from assay.app.policies import register_policy
from assay.app.report import ReportFormat, build_report, load_overview
from assay.app.review import Imported, export_rows_for_review, import_review
from assay.app.run import RunRequest, run
from assay.app.runs import open_run, summarise_run
from assay.app.workspace import Workspace
from assay.kernel import InputError, IntegrityError, MissingError, SystemClock
from evaluation.calibration import SamplingStrategy

CONTEXT = "The tower was built in 1889 by the company of Gustave Eiffel and stands in Paris."
POLICY = """
version: 1
name: review
fixed_beforehand: false
expect: {metrics: [faithfulness], questions: {at_least: 50}, judge_card: optional}
rules: [{metric: faithfulness, at_least: 0.7}]
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a workspace with a run of 80 answers that the judge calls good; people call every second one good."""
    made = create_workspace(tmp_path / "w")
    rows = [
        {"id": f"q{n:02}", "question": "When was the tower built?", "answer": CONTEXT, "contexts": [CONTEXT]}
        for n in range(80)
    ]
    answers = made.root / "answers.jsonl"
    answers.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    made.gate_file.write_text(POLICY, encoding="utf-8")
    register_policy(made, made.gate_file, system=None)
    request = RunRequest(answers=answers, judge="checks", metrics=("faithfulness",))
    run(made, request, on_message=lambda _: None, on_progress=lambda _: None)
    return made


def labelled(workspace: Workspace, rows: int, **options: object) -> Path:
    """Export rows and label them as people see them."""
    out = workspace.root / "review.jsonl"
    export_rows_for_review(workspace, "latest", out, rows=rows, force=True, **options)  # type: ignore[arg-type]  # by name
    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    for row in found:
        row["label"] = int(row["id"][1:]) % 2
    out.write_text("".join(json.dumps(row) + "\n" for row in found), encoding="utf-8")
    return out


def imported(workspace: Workspace, rows: int = 60) -> Imported:
    """Export, label and import."""
    return import_review(workspace, labelled(workspace, rows), "latest", annotator="alex")


def test_a_corrected_headline_is_shown_wherever_the_estimate_is(workspace: Workspace) -> None:
    """The terminal's summary, the report in three forms, and the dashboard's overview."""
    found = imported(workspace).labels.estimate

    (summary,) = summarise_run(open_run(workspace, "latest"), workspace).estimates
    documents = {kind: build_report(workspace, kind=kind).path.read_text(encoding="utf-8") for kind in ReportFormat}
    (line,) = load_overview(workspace).runs
    assert found is not None
    assert found.corrected is not None
    assert 0.35 < found.corrected.mean < 0.65
    assert summary.corrected == found.corrected
    assert "Corrected by 60 labels of people" in documents[ReportFormat.HTML]
    assert "corrected by 60 labels of people" in documents[ReportFormat.MARKDOWN]
    assert json.loads(documents[ReportFormat.JSON])["metrics"][0]["corrected"]["labels"] == 60
    assert line.metrics[0].headline[0] == pytest.approx(found.corrected.mean)


def test_the_gate_believes_people_more_than_the_judge(workspace: Workspace) -> None:
    """The judge alone passes; corrected, the run fails."""
    decided = [_gate(workspace)]
    imported(workspace)
    decided.append(_gate(workspace))

    assert decided[0][0] == "pass"
    assert decided[1][0] == "fail"
    assert "corrected by 60 labels" in decided[1][1]


def _gate(workspace: Workspace) -> tuple[str, str]:
    result = gate_run(
        Asked(run="latest"), policy=None, outputs=GateOutputs(), workspace=workspace, now=SystemClock().now()
    )
    return result.decision.outcome.value, result.decision.results[0].reason


def test_too_few_labels_are_kept_and_say_how_many_are_missing(workspace: Workspace) -> None:
    """Nothing is corrected yet."""
    found = imported(workspace, rows=20).labels

    assert (found.labelled, found.missing) == (20, 30)
    assert found.estimate is not None
    assert found.estimate.corrected is None


def test_a_wrong_line_leaves_the_record_as_it_was(workspace: Workspace) -> None:
    """The last label is no label, and not one of the others is kept."""
    path = labelled(workspace, 60)
    lines = path.read_text(encoding="utf-8").splitlines()
    spoilt = json.loads(lines[-1]) | {"label": "maybe"}
    path.write_text("\n".join([*lines[:-1], json.dumps(spoilt)]) + "\n", encoding="utf-8")
    with closing(open_record(workspace)) as record:
        size = record.checkpoint().size

        with pytest.raises(InputError, match="line 60"):
            import_review(workspace, path, "latest")

        assert record.checkpoint().size == size


def test_labels_of_one_run_are_not_those_of_another(workspace: Workspace) -> None:
    """The file names its run by digest."""
    path = labelled(workspace, 60)
    request = RunRequest(answers=workspace.root / "answers.jsonl", judge="local", metrics=("faithfulness",), limit=70)
    other = run(workspace, request, on_message=lambda _: None, on_progress=lambda _: None)

    with pytest.raises(InputError, match="run_digest"):
        import_review(workspace, path, other.log.plan.run)


def test_a_run_log_that_was_changed_takes_no_labels(workspace: Workspace) -> None:
    """Rows are exported from the changed log, and the record knows another one."""
    log = open_run(workspace, "latest")
    text = log.verdicts_file.read_bytes()
    log.verdicts_file.write_bytes(text.replace(b'"latency_ms":0', b'"latency_ms":9', 1))

    with pytest.raises(IntegrityError, match="the record holds"):
        imported(workspace)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"rows": 0}, InputError, "--rows is 0"),
        ({"metric": "relevancy"}, MissingError, "did not measure 'relevancy'"),
        ({"out": "review.xlsx"}, InputError, "ends in .jsonl or .csv"),
        ({"out": "answers.jsonl"}, InputError, "exists and may hold labels"),
    ],
)
def test_an_export_that_will_not_do_is_refused(
    workspace: Workspace, changes: dict[str, object], error: type[Exception], words: str
) -> None:
    """And no file is written."""
    options = {"out": "review.csv", "rows": 5, **changes}
    out = workspace.root / str(options.pop("out"))
    before = {path: path.read_bytes() for path in workspace.root.glob("*") if path.is_file()}

    with pytest.raises(error, match=words):
        export_rows_for_review(workspace, "latest", out, **options)  # type: ignore[arg-type]  # by name
    assert {path: path.read_bytes() for path in workspace.root.glob("*") if path.is_file()} == before


def test_uncertain_rows_come_with_their_own_probabilities(workspace: Workspace) -> None:
    """The design is in the result, and the same design draws the same rows."""
    first, second = workspace.root / "a.csv", workspace.root / "b.csv"
    made = [
        export_rows_for_review(workspace, "latest", out, rows=10, strategy=SamplingStrategy.UNCERTAIN, seed=4)
        for out in (first, second)
    ]

    assert made[0].rows == 10
    assert first.read_bytes() == second.read_bytes()
    assert dataclasses.replace(made[0], path=second) == made[1]
