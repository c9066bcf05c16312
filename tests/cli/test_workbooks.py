"""Registers and inventories from workbooks, looked through first and written when asked; and into workbooks again."""

import hashlib
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assay.app.compose import open_record
from assay.app.init import create_workspace
from assay.app.workspace import Workspace
from assay.cli.main import build_app
from assay.kernel import InputError, MissingError
from governance import LedgerEntry
from tests.governance.imports.workbooks import HEADING, book
from tests.reports.workbooks.books import edited, place_of, sheet_of

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


def last_entry(root: Path) -> LedgerEntry:
    """Return the newest entry of the ledger."""
    with closing(open_record(Workspace.find(root))) as record:
        return record.entries(first=record.checkpoint().size - 1)[0]


def rated(root: Path) -> None:
    """Rate two risks."""
    path = written(root, HEADING, ROW, ("9.10", *ROW[1:]))
    assert document("risks", "import", path, "--system", "shop", "--write")["written"] == 2


def test_a_register_goes_out_and_comes_back_as_it_was(root: Path) -> None:
    """Unedited it says nothing new and makes no entry; an edit makes one version of one rating."""
    rated(root)
    path = root / "out.xlsx"
    made = document("risks", "export", path, "--system", "shop")
    assert (made["rows"], made["systems"], made["cut"]) == (55, ["shop"], [])
    before = last_entry(root)
    again = typed("risks", "import", path, "--write")
    assert (again.exit_code, last_entry(root)) == (0, before)
    assert "0 can be taken, 0 with problems, 2 say what is recorded, 53 say nothing yet" in again.stdout
    assert "nothing to write" in again.stderr
    assert "note:" not in again.stdout

    def change(sheet: Any) -> None:  # noqa: ANN401  # openpyxl has no types
        rows = {sheet.cell(row, place_of(sheet, "Risk ID")).value: row for row in range(2, 57)}
        sheet.cell(rows["9.10"], place_of(sheet, "Treatment")).value = "transfer"

    path.write_bytes(edited(path.read_bytes(), change))
    assert document("risks", "import", path, "--write")["written"] == 1
    found = {one: document("risks", "show", one, "--system", "shop")["rating"] for one in ("9.1", "9.10")}
    assert (found["9.1"]["treatment"], found["9.10"]["treatment"]) == ("mitigate", "transfer")
    assert last_entry(root).subject.id == "shop/9.10"


def test_an_export_is_an_entry_with_the_digest_of_the_file(root: Path) -> None:
    """And nothing of what it says; the file holds the head of the ledger before it."""
    path = root / "out.xlsx"
    before = last_entry(root)
    made = document("risks", "export", path, "--system", "shop")
    entry = last_entry(root)
    data = path.read_bytes()
    assert (entry.action, entry.subject.digest) == ("export.made", "sha256:" + hashlib.sha256(data).hexdigest())
    assert entry.details == {
        "kind": "register", "format": "xlsx", "system": "shop", "subject": "shop", "size": len(data),
    }  # fmt: skip
    assert (made["seq"], made["digest"]) == (entry.seq, entry.subject.digest)
    told = {row[0].value: row[1].value for row in sheet_of(data, "About").iter_rows()}
    assert told["Ledger size"] == f"{before.seq + 1} entries"


def test_the_workspaces_own_system_has_a_register_before_anything_is_recorded(root: Path) -> None:
    """All its risks are there to be rated, and nobody is told that rows are empty."""
    path = root / "out.xlsx"
    assert document("risks", "export", path)["rows"] == 55
    found = document("risks", "import", path)
    assert (found["blank"], found["problems"]) == (55, [])


def test_all_systems_go_into_one_register(root: Path) -> None:
    """What the product checks by itself is not looked at then, and the workbook says so."""
    typed("systems", "add", "desk")
    rated(root)
    path = root / "all.xlsx"
    made = document("risks", "export", path, "--system", "*")
    assert {"desk", "shop"} <= set(made["systems"])
    assert made["rows"] == 55 * len(made["systems"])
    limits = [row[1].value for row in sheet_of(path.read_bytes(), "About").iter_rows() if row[0].value == "Not shown"]
    assert "checks by itself" in limits[0]
    assert document("risks", "import", path)["unchanged"] == 2


def test_an_inventory_goes_out_and_comes_back_as_it_was(root: Path) -> None:
    """A system of assay.yaml that nobody described is there, and says nothing; its owner may be added."""
    typed("systems", "change", "shop", "--purpose", "=answers ", "--role", "provider", "--market", "DE")
    path = root / "systems.xlsx"
    made = document("systems", "export", path)
    before = last_entry(root)
    again = document("systems", "import", path, "--write")
    assert (again["written"], again["unchanged"], again["problems"], last_entry(root)) == (0, 1, [], before)
    assert again["unchanged"] + again["blank"] == made["rows"]
    sheet = sheet_of(path.read_bytes(), "Inventory")
    row = next(row for row in range(2, 9) if sheet.cell(row, 1).value == "shop")
    assert [sheet.cell(row, place_of(sheet, one)).value for one in ("Purpose", "AI Act class", "Undecided")] == [
        *("=answers ", "not classified", 55)
    ]


@pytest.mark.parametrize("noun", ["risks", "systems"])
def test_a_file_that_is_there_stays_unless_it_is_to_go(root: Path, noun: str) -> None:
    """It may hold somebody's work; nothing is left beside it, and a refusal makes no entry."""
    path = root / "out.xlsx"
    path.write_text("work", encoding="utf-8")
    before = last_entry(root)
    refused = typed(noun, "export", path)
    assert isinstance(refused.exception, InputError)
    assert "--force" in refused.exception.hint
    assert (path.read_text(encoding="utf-8"), last_entry(root)) == ("work", before)
    files = set(root.iterdir())
    assert typed(noun, "export", path, "--force").exit_code == 0
    assert path.read_bytes().startswith(b"PK")
    assert set(root.iterdir()) == files


def test_what_cannot_be_a_register_is_refused_before_the_work(root: Path) -> None:
    """Another kind of file, a folder that is not there, a system that nobody knows."""
    for arguments, words in (
        (["out.csv"], "ends in .xlsx"),
        (["nowhere/out.xlsx"], "no place for a file"),
        (["out.xlsx", "--system", "shp"], "no system 'shp'"),
    ):
        found = typed("risks", "export", root / arguments[0], *arguments[1:]).exception
        assert isinstance(found, InputError | MissingError)
        assert words in found.message
    assert list(root.glob("*.xlsx")) == []


def test_the_same_import_once_more_records_nothing(root: Path) -> None:
    """Of somebody else's workbook, too: rows that say what is recorded are left alone."""
    path = written(root, HEADING, ROW)
    assert document("risks", "import", path, "--write")["written"] == 1
    again = document("risks", "import", path, "--write")
    assert (again["written"], again["unchanged"], again["rows"]) == (0, 1, [])
