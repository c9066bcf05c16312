"""The bias report for readers: its page, its document, and the words that it does not use."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from typer.testing import CliRunner

from assay.app.init import create_workspace
from assay.cli.main import build_app
from evaluation.bias import bias_report
from reports import render_bias
from reports.bias import bias_view
from tests.evaluation.bias.test_report import twins
from tests.evaluation.comparison.samples import log
from tests.reports.samples import HOSTILE

PROMISES = re.compile(r"\b(unbiased|fair|fairness|free of bias|non-discriminat\w+|compliant|safe)\b", re.IGNORECASE)


def test_the_page_says_what_it_shows_and_promises_nothing(tmp_path: Path) -> None:
    """Differences stand with intervals, and the limits are on the page."""
    view = bias_view(bias_report(log(tmp_path / "run", twins(10, 0.5, 1.0))))

    soup = BeautifulSoup(render_bias(view), "html.parser")

    assert "Relevancy: female against male −0.500" in soup.text
    assert "It does not show that there is none." in soup.text
    assert not PROMISES.search(soup.text)
    assert not soup.find_all(["script", "img", "iframe", "link"])
    assert all(cell.get("scope") for cell in soup.find_all("th"))


def test_a_hostile_group_is_text(tmp_path: Path) -> None:
    """A report whose names are hostile shows them and runs nothing."""
    report = bias_report(log(tmp_path / "run", twins(2, 1.0, 1.0)))
    hostile = type(report)(**{**report.__dict__, "system": HOSTILE, "notes": (HOSTILE,)})

    text = render_bias(bias_view(hostile))

    assert "<script>alert" not in text
    assert "\u202e" not in text


def test_the_command_prints_the_document_of_the_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--json` ends with one bias_report; the page is written beside the other reports."""
    workspace = create_workspace(tmp_path / "w")
    monkeypatch.setenv("ASSAY_WORKSPACE", str(workspace.root))
    workspace.runs.mkdir(parents=True)
    log(workspace.runs / "run-1", twins(6, 0.0, 1.0))

    result = CliRunner().invoke(build_app("runs"), ["runs", "bias", "run-1", "--format", "html", "--json"])

    document = json.loads(result.stdout.strip().split("\n")[-1])
    assert (document["kind"], document["run"], document["attributes"]) == ("bias_report", "run-1", ["sex"])
    assert Path(document["file"]).is_relative_to(workspace.root)
    assert "Bias report" in Path(document["file"]).read_text(encoding="utf-8")
