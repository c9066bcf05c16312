"""The demo with the real model on the real documents: it ends with 0, and going on costs no call again."""

import json
from pathlib import Path

import pytest

from tests.journeys.workspaces import assay

pytestmark = pytest.mark.soak


def test_the_demo_stops_the_broken_version_and_not_the_other(tmp_path: Path) -> None:
    """Six questions are written live, both versions are measured, and the report asks the network for nothing."""
    done = assay("demo", "--dir", str(tmp_path / "demo"), "--json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.strip().split("\n")[-1])
    again = assay("demo", "--dir", str(tmp_path / "demo"), "--json", folder=tmp_path)

    assert result["questions"] >= 24
    assert result["decisions"]["wrong"] == "fail"
    assert result["decisions"]["good"] != "fail"
    assert result["ledger"] == "ok"
    assert json.loads(again.stdout.strip().split("\n")[-1])["runs"] == result["runs"]
    for path in (path for paths in result["reports"].values() for path in paths if path.endswith(".html")):
        text = Path(path).read_text(encoding="utf-8")
        assert "default-src 'none'" in text
        assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
        assert "<script" not in text
