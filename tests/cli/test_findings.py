"""`assay runs show`: kinds of hallucination, and with --diagnosis who is at fault."""

import json
from pathlib import Path

import pytest

from assay.app.init import create_workspace
from assay.cli.runs import show_one
from evaluation.runs import FinishedRow
from evaluation.verdicts import Outcome, Support, UnitVerdict, Verdict
from tests.evaluation.runs.samples import AT, item, judge_of, plan_for, write_log

METRICS = ("faithfulness", "context_recall", "answer_correctness")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write a run of two rows: a good one, and a contradiction although the contexts were enough."""
    workspace = create_workspace(tmp_path / "w")
    monkeypatch.chdir(workspace.root)
    rows = [
        FinishedRow(item=item(name), repeat=0, verdicts=_verdicts(support), at=AT)
        for name, support in (("good", Support.SUPPORTED), ("bad", Support.CONTRADICTED))
    ]
    return str(write_log(tmp_path / "log", plan_for(["good", "bad"], metrics=METRICS), rows).directory)


def _verdicts(support: Support) -> tuple[Verdict, ...]:
    value = float(support is Support.SUPPORTED)
    units = (UnitVerdict(start=0, end=4, support=support),)
    return tuple(
        Verdict(
            metric=metric,
            outcome=Outcome.SCORED,
            judge=judge_of(metric).digest,
            value=1.0 if metric == "context_recall" else value,
            units=units if metric == "faithfulness" else (),
        )
        for metric in METRICS
    )


def test_people_are_shown_the_split_and_each_rows_fault(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Shares with intervals first, then row by row with its reason."""
    show_one(run, diagnosis=True, as_json=False)

    shown = capsys.readouterr().out
    assert "intrinsic hallucinations (contradicted by the contexts): 50.0% (" in shown
    assert "extrinsic hallucinations (not found in the contexts): 0.0% (0.0% to " in shown
    (line,) = [line for line in shown.splitlines() if line.startswith("bad")]
    assert "generator" in line
    assert "answer_correctness 0.00" in line


def test_machines_get_every_field(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows come with --diagnosis alone."""
    show_one(run, diagnosis=True, as_json=True)
    show_one(run, diagnosis=False, as_json=True)

    told, brief = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert told["hallucinations"]["intrinsic"]["answers"]["mean"] == 0.5
    assert {row["id"]: row["fault"] for row in told["rows"]} == {"good": "none", "bad": "generator"}
    assert {one["fault"]: one["rows"] for one in brief["diagnosis"]["shares"]}["generator"] == 1
    assert "rows" not in brief
