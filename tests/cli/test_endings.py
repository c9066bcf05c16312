"""How a command ends when it was typed wrongly, or when nobody takes its result: in words, and never as a verdict."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assay.app.init import create_workspace
from tests.journeys.workspaces import ROOT, answers_file, assay

UNKNOWN = 3


def surroundings(folder: Path) -> dict[str, str]:
    """Keep the keys of a workspace that several tests share beside it."""
    return {"PYTHONPATH": str(ROOT), "ASSAY_KEYS": str(folder.parent / "keys")}


def typed_into(
    redirection: str, *arguments: str, folder: Path, unbuffered: str = ""
) -> subprocess.CompletedProcess[str]:
    """Type the command in a shell, with what follows it."""
    command = f"{sys.executable} -m assay {' '.join(arguments)} {redirection}"
    environment = {**os.environ, **surroundings(folder), "PYTHONUNBUFFERED": unbuffered}
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a workspace with one run that is too long for a pipe."""
    folder = create_workspace(tmp_path_factory.mktemp("endings") / "w").root
    answers = answers_file(folder, rows=400)
    ran = assay("run", "--answers", str(answers), "--judge", "checks", folder=folder, environment=surroundings(folder))
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.mark.parametrize("arguments", [("runs", "list", "--json"), ("runs", "list"), ("--help",)])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_result_that_a_full_disk_refuses_is_no_verdict(
    workspace: Path, arguments: tuple[str, ...], unbuffered: str
) -> None:
    """Exit 3 with words: neither pass nor fail, no traceback, also at the end of the interpreter."""
    ended = typed_into("> /dev/full", *arguments, folder=workspace, unbuffered=unbuffered)

    assert ended.returncode == UNKNOWN, ended.stderr
    assert ended.stderr.startswith("error: cannot write the result: No space left on device\n  hint: ")
    assert len(ended.stderr.splitlines()) == 2, ended.stderr


def test_an_error_that_a_full_disk_refuses_keeps_its_exit_code(workspace: Path) -> None:
    """The words go to stderr; that the document is lost changes nothing."""
    ended = typed_into("> /dev/full", "runs", "show", "none", "--json", folder=workspace)

    assert ended.returncode == 2, ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 2, ended.stderr


def test_a_closed_stdout_is_said_and_nothing_else_gets_its_number(workspace: Path) -> None:
    """Without the guard the first file that is opened would be written into."""
    ended = typed_into(">&-", "runs", "list", "--json", folder=workspace)

    assert ended.returncode == UNKNOWN, ended.stderr
    assert "cannot write the result: Bad file descriptor" in ended.stderr


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_a_message_that_nobody_takes_stops_nothing(workspace: Path, redirection: str) -> None:
    """A run without a place for its progress runs."""
    answers = answers_file(workspace, rows=3)
    command = ("run", "--new", "--answers", str(answers), "--judge", "checks", "--json")
    ended = typed_into(redirection, *command, folder=workspace)

    assert ended.returncode == 0
    assert json.loads(ended.stdout.splitlines()[-1])["outcome"] == "complete"


def test_a_reader_that_leaves_early_gets_neither_words_nor_a_pass(workspace: Path) -> None:
    """`| head` is quiet, and what was not read is not reported as well."""
    (run,) = sorted(path.name for path in (workspace / ".assay" / "runs").iterdir())[:1]
    ended = typed_into("| head -1", "runs", "export", run, folder=workspace)

    assert (ended.returncode, ended.stderr) == (UNKNOWN, "")
    assert ended.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "says", "hint"),
    [
        (("run", "--reepat", "2"), "No such option: --reepat (Possible options: --repeat", "assay run --help"),
        (("rnu",), "No such command 'rnu'. Did you mean 'run'?", "assay --help"),
        (("runs", "shwo"), "No such command 'shwo'. Did you mean 'show'?", "assay runs --help"),
        (("runs", "show"), "Missing argument 'run'", "assay runs show --help"),
        (("run", "--repeat", "x"), "Invalid value for '--repeat'", "assay run --help"),
    ],
)
def test_wrong_usage_is_words_and_one_document(
    tmp_path: Path, arguments: tuple[str, ...], says: str, hint: str
) -> None:
    """The same as for every other error: message, next step, exit 2."""
    ended = assay(*arguments, "--json", folder=tmp_path, environment=surroundings(tmp_path))

    document = json.loads(ended.stdout)
    assert ended.returncode == document["exit_code"] == 2
    assert says in document["error"]
    assert ended.stderr == f"error: {document['error']}\n  hint: {hint}\n"
    assert document["hint"] == hint


def test_a_group_without_a_command_is_answered_with_its_help(tmp_path: Path) -> None:
    """Nothing is decided, so it is wrong usage; the help is no error message."""
    ended = assay("runs", folder=tmp_path, environment=surroundings(tmp_path))

    assert ended.returncode == 2
    assert ended.stderr.startswith("Usage: assay runs")


def test_what_is_registered_for_the_end_still_runs_at_it() -> None:
    """The interpreter's last look for circles is spared; what others registered with `atexit` is not."""
    program = (
        "import atexit, gc, sys; from assay.cli.main import main;"
        " atexit.register(lambda: print('end', gc.get_freeze_count() > 0)); sys.argv = ['assay', '--version']; main()"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ended.stdout.endswith("end True\n")
