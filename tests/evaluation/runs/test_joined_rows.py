"""Some rows of a run log with their texts, found without reading all of it."""

import dataclasses
from pathlib import Path

import pytest

from assay.kernel import IntegrityError
from evaluation.runs import FinishedRow
from tests.evaluation.runs.samples import item, plan_for, row, write_log

NAMES = ["a", "a b", 'q"1', "zwölf", "d\\2", *(f"n{number}" for number in range(70))]


def said(name: str, text: str) -> FinishedRow:
    """Return a row whose answer is `text`."""
    whole = item(name)
    return dataclasses.replace(
        row(name), item=dataclasses.replace(whole, answer=dataclasses.replace(whole.answer, text=text))
    )


@pytest.mark.parametrize("only", [["a"], ["a b", 'q"1'], ["zwölf", "a"], ["d\\2"], NAMES[5:], ["not there"], []])
def test_the_rows_that_are_wanted_come_with_their_texts(tmp_path: Path, only: list[str]) -> None:
    """Exactly those, whatever their ids look like and however many they are."""
    log = write_log(tmp_path / "run", plan_for(NAMES), [said(name, f"{name} \ud800") for name in NAMES])

    found = [(one.id, payload.answer) for one, payload in log.joined(only) if payload is not None]

    assert sorted(found) == sorted((name, f"{name} \ud800") for name in only if name in NAMES)


def test_texts_that_were_not_judged_are_found_among_the_wanted(tmp_path: Path) -> None:
    """A changed text is no text of the row."""
    log = write_log(tmp_path / "run", plan_for(["a", "b"]), [said("a", "one"), said("b", "whole")])
    log.payloads_file.write_bytes(log.payloads_file.read_bytes().replace(b"whole", b"other"))

    assert [payload is not None for _, payload in log.joined(["a"])] == [True]
    with pytest.raises(IntegrityError, match="'b'"):
        list(log.joined(["b"]))
