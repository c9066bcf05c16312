"""Run logs on disk against the record: changed ones are findings, unknown ones are only named."""

import json
import shutil

import pytest

from governance.verifier import LedgerVerdict, Verification, verify_store, witnessed_notes
from tests.governance.samples import Place
from tests.governance.verifier.stores import positions


def checked(place: Place) -> Verification:
    """Verify with the folder of run logs."""
    trusted = witnessed_notes(place.witness)
    return verify_store(place.store, vkey=place.vkey, trusted=trusted, runs=place.path / "runs")


def test_a_log_that_is_as_recorded_is_sound(filled: Place) -> None:
    """Nothing more is said of it."""
    result = checked(filled)
    assert (result.verdict, result.findings, len(result.notes)) == (LedgerVerdict.OK, (), 1)


@pytest.mark.parametrize("name", ["run.json", "verdicts.jsonl"])
def test_a_log_whose_bytes_differ_is_a_finding(filled: Place, name: str) -> None:
    """One byte is enough."""
    path = filled.path / "runs" / "run-1" / name
    path.write_bytes(path.read_bytes().replace(b"a", b"A", 1))
    assert positions(checked(filled)) == ["run log run-1"]


@pytest.mark.parametrize("left", ["half", "nothing"])
def test_a_log_that_was_cut_is_a_finding(filled: Place, left: str) -> None:
    """Verdicts that were recorded are not there any more."""
    path = filled.path / "runs" / "run-1" / "verdicts.jsonl"
    data = path.read_bytes()
    path.unlink()
    if left == "half":
        path.write_bytes(data[: len(data) // 2])
    assert positions(checked(filled)) == ["run log run-1"]


def test_a_log_that_no_entry_records_is_named_and_no_more(filled: Place) -> None:
    """That a run was not recorded is for a person to judge."""
    other = filled.path / "runs" / "other"
    shutil.copytree(filled.path / "runs" / "run-1", other)
    plan = json.loads((other / "run.json").read_text(encoding="utf-8"))
    (other / "run.json").write_text(json.dumps({**plan, "run": "other"}), encoding="utf-8")
    result = checked(filled)
    assert result.verdict is LedgerVerdict.OK
    assert "not recorded: other" in result.notes


def test_a_log_that_grew_is_named_and_one_that_is_missing_is_counted(filled: Place) -> None:
    """A partial run may go on; a log may be kept elsewhere."""
    log = filled.path / "runs" / "run-1"
    with (log / "verdicts.jsonl").open("ab") as stream:
        stream.write(b"{}\n")
    assert "longer than recorded: run-1" in checked(filled).notes
    shutil.rmtree(log)
    assert "1 recorded runs have no log here" in checked(filled).notes
