"""`assay risks import` and `assay systems import`: looked through first, written only when asked, all or none."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assay.app.init import create_workspace
from assay.cli.main import build_app
from tests.governance.imports.workbooks import HEADING, book

SYSTEMS = ("System ID", "Title", "Intended purpose", "Owner", "Role", "Countries")
ROW = ("9.1", 4, 5, "2x3", "mitigate", "me", "31.12.2027", "because")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a workspace with a store."""
    workspace = create_workspace(tmp_path / "shop")
    monkeypatch.setenv("ASSAY_WORKSPACE", str(workspace.root))
    typed("systems", "add", "shop")
    return workspace.root


def typed(*arguments: object) -> Result:
    """Type a command."""
    return CliRunner().invoke(build_app(str(arguments[0])), [str(one) for one in arguments])


def document(*arguments: object) -> Any:  # noqa: ANN401  # a JSON document
    """Return what a command prints with `--json`."""
    return json.loads(typed(*arguments, "--json").stdout.strip().split("\n")[-1])


def written(root: Path, *rows: tuple[object, ...]) -> Path:
    """Write a workbook beside the workspace."""
    path = root / "book.xlsx"
    path.write_bytes(book(*rows))
    return path


def test_a_register_is_shown_and_written_only_when_asked(root: Path) -> None:
    """The preview says what would be; with --write the ratings stand in the register."""
    path = written(root, HEADING, ROW, ("1.1", *ROW[1:]))
    before = typed("risks", "import", path)
    assert before.exit_code == 0, before.output
    assert "2 rows read, 2 can be taken" in before.stdout
    assert document("risks", "show", "9.1")["rating"] is None

    assert document("risks", "import", path, "--write")["written"] == 2
    assert document("risks", "show", "9.1")["rating"]["review_by"] == "2027-12-31"


def test_a_register_with_a_problem_is_refused_whole(root: Path) -> None:
    """The cell is named, the command ends with 2, and nothing of the rest is written."""
    path = written(root, HEADING, ROW, ("9,8", *ROW[1:]), ("1.1", *ROW[1:5], "person-x", *ROW[6:]))
    found = typed("risks", "import", path, "--write")
    assert found.exit_code == 2
    assert "problem: Register!A3: there is no risk '9,8'; did you mean 9.8?" in found.stdout
    assert "problem: Register!F4: the owner is not named by a person's id" in found.stdout
    assert document("risks", "show", "9.1")["rating"] is None
    assert [one["column"] for one in document("risks", "import", path)["problems"]] == ["A", "F"]


def test_a_register_is_looked_through_without_a_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then owners are held against nobody, and columns may be mapped by hand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSAY_WORKSPACE", raising=False)
    path = written(tmp_path, (*HEADING[:5], "who", *HEADING[6:]), ROW)
    assert typed("risks", "import", path).exception is not None
    assert typed("risks", "import", path, "--map", "owner=who").exit_code == 0


def test_an_inventory_describes_new_systems_and_known_ones_anew(root: Path) -> None:
    """An empty cell leaves what was said; the same once more changes nothing."""
    first = written(root, SYSTEMS, ("shop", "Shop", "answers", "me", "provider", "DE"), ("desk", "", "", "me", "", ""))
    assert document("systems", "import", first, "--write")["written"] == 2
    second = written(root, SYSTEMS, ("shop", "", "", "me", "", "DE, AT"))
    for _ in range(2):
        assert typed("systems", "import", second, "--write").exit_code == 0
    shop = document("systems", "show", "shop")["described"]
    assert (shop["profile"]["name"], shop["profile"]["markets"], shop["version"]) == ("Shop", ["AT", "DE"], 3)
    assert document("systems", "show", "desk")["is_described"]


@pytest.mark.parametrize("noun", ["risks", "systems"])
def test_what_is_no_workbook_and_no_mapping_is_refused(root: Path, noun: str) -> None:
    """With what was expected instead."""
    (root / "book.xlsx").write_text("id;owner", encoding="utf-8")
    for arguments, words in (
        (["book.xlsx"], "no .xlsx workbook"),
        (["nothing.xlsx"], "cannot read"),
        (["book.xlsx", "--map", "owner"], "expected NAME=COLUMN"),
    ):
        result = typed(noun, "import", root / arguments[0], *arguments[1:])
        assert words in str(result.exception)
