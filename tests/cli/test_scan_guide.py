"""The guides of scans and filters say what the command and the registry say."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assay.app.settings import Settings
from assay.cli.main import build_app
from evaluation.filters import filters
from evaluation.scans import TEXT_FIELDS


def guide(root: Path, name: str) -> str:
    """Return the text of a guide."""
    return (root / "docs" / name).read_text(encoding="utf-8")


def test_the_guide_shows_the_help_as_it_is(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every option, its words and the example; `COLUMNS=110 assay scan --help` writes the block."""
    monkeypatch.setenv("COLUMNS", "110")
    block = re.search(r"<!-- help: assay scan -->\n```text\n(.*?)```", guide(root, "scan.md"), re.DOTALL)
    assert block is not None
    shown = CliRunner().invoke(build_app("scan"), ["scan", "--help"], prog_name="assay").output
    assert block[1].split() == shown.split()


def test_the_guide_names_the_usual_fields_in_their_order(root: Path) -> None:
    """The first that is there is read."""
    assert ", ".join(f"`{name}`" for name in TEXT_FIELDS) in guide(root, "scan.md")


def test_the_overview_names_every_filter_and_the_default_ones(root: Path) -> None:
    """A new filter needs its row."""
    text = guide(root, "filters.md")
    assert {name for name in filters if f"| `{name}` |" in text} >= {
        "toxicity",
        "pii",
        "injection",
        "keywords",
        "output",
    }
    assert "A scan uses `toxicity`, `pii`, `injection` and `keywords`" in text
    assert Settings().scan.filters == ["toxicity", "pii", "injection", "keywords"]
