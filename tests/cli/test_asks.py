"""What `assay risks` says of evidence that is asked for: each command is one that there is."""

import json
import re
import shlex

import pytest
from typer.testing import CliRunner

from assay.cli._asks import command_for
from assay.cli.main import build_app
from risks import framework

ASKED = [(rule.control, ask) for rule in framework(["v2"]).rules for ask in rule.evidence]
COMMANDS = {command_for(ask, control) for control, ask in ASKED} - {""}
FORMS = sorted({tuple(word for word in shlex.split(one)[1:] if re.fullmatch("-*[a-z]+", word)) for one in COMMANDS})
# What no command of this version gives: checks of data, windows and recorded calls.
NOT_YET = {
    ("data_quality", "expectations"),
    ("data_quality", "freshness"),
    ("drift", "questions_and_scores"),
    ("inference_table", "completeness"),
}


def test_what_nothing_gives_yet_is_said_and_is_no_more_than_this() -> None:
    """Nobody is sent to a command that gives something else."""
    assert {(ask.kind.value, ask.of) for control, ask in ASKED if not command_for(ask, control)} == NOT_YET
    shown = CliRunner().invoke(build_app("controls"), ["controls", "show", "dasf-13"]).stdout
    assert "nothing in this version gives it" in shown


@pytest.mark.parametrize("words", FORMS, ids=" ".join)
def test_each_command_exists_with_its_options(words: tuple[str, ...]) -> None:
    """Noun, verb and options are those of the command line."""
    path = words[:2] if words[0] not in ("run", "scan") else words[:1]
    done = CliRunner().invoke(build_app(path[0]), [*path, "--help"], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    assert all(word in done.stdout for word in words if word.startswith("--"))


def test_each_risk_says_everything_without_a_workspace(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Definition, controls, what each asks for, relations with provenance, status and reason: on all 55."""
    folder = tmp_path_factory.mktemp("empty")
    done = CliRunner().invoke(build_app("risks"), ["risks", "list", "--json"], env={"ASSAY_WORKSPACE": str(folder)})
    found = json.loads(done.stdout.splitlines()[-1])["risks"]
    assert len(found) == 55
    for one in found:
        assert one["definition"]
        assert one["why"]
        assert one["test"]
        assert one["controls"]
        for control in one["controls"]:
            assert control["provenance"] == "published"
            assert control["in"] in {"both", "risks", "controls"}
            assert all(ask["kind"] and ask["of"] and ask["max_age_days"] for ask in control["evidence"])
            assert control["evidence"]
        assert {(row["provenance"], bool(row["source"])) for row in one["related"]} <= {
            ("published", True),
            ("reasoned", True),
        }
        assert (one["status"], one["outcome"]) == ("undecided", "inconclusive")
        assert "no workspace" in one["reason"]
