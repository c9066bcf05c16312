"""`assay metrics list`: what can be measured, anywhere."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assay.cli.main import build_app
from evaluation.judges import metrics


def listed(*arguments: str) -> str:
    """Return what the command prints."""
    result = CliRunner().invoke(build_app("metrics"), ["metrics", "list", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_list_needs_no_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every registered metric stands in it, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    output = listed()
    assert all(name in output for name in metrics)
    assert list(tmp_path.iterdir()) == []


def test_the_document_says_what_a_metric_needs_and_who_judges_it() -> None:
    """One computed and one judged metric, field by field."""
    found = {each["id"]: each for each in json.loads(listed("--json").splitlines()[-1])["metrics"]}
    assert sorted(found) == list(metrics)
    assert found["mrr"] == {
        "id": "mrr",
        "measures": "1 / rank of the first relevant context",
        "needs": ["contexts", "relevant"],
        "computed": True,
        "judges": [],
        "source": "Voorhees 1999",
    }
    assert (found["faithfulness"]["computed"], found["faithfulness"]["needs"]) == (False, ["contexts"])
    assert {"local", "embedded", "endpoint"} <= set(found["faithfulness"]["judges"])
