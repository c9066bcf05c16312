"""Tables that people copy ids from."""

import pytest

from assay.cli._output import show_table

DIGEST = "sha256:" + "3b" * 32
COMMAND = "assay controls attest 'DASF 26' --document FILE --expires DAY --of 'comparison before and after tuning'"


def test_an_id_and_a_digest_are_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the columns do not fit, the table is wider: what was cut cannot be copied."""
    row = ["request-75570f96928dc192", "release:release-056ac91e958b2e31", "single user: not four eyes", DIGEST]
    show_table(["request", "about", "", "digest"], [row])
    first = capsys.readouterr().out.splitlines()[2]
    assert all(cell in first for cell in row if " " not in cell)


def test_text_wraps_at_spaces_and_a_command_stays_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Long text gives the room; the column of commands, marked `!`, keeps its line."""
    show_table(["text", "type!"], [["a sentence of words " * 10, COMMAND]])
    lines = capsys.readouterr().out.splitlines()
    assert COMMAND in lines[2]
    assert len(lines) > len(["head", "rule", "row"])
    assert all(word in {"a", "sentence", "of", "words"} for line in lines[3:] for word in line.split())
