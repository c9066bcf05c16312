"""Every command exists, helps and speaks JSON; starting the help loads none of them."""

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from assay.cli.main import COMMANDS, build_app

runner = CliRunner()


def leaves(name: str) -> list[list[str]]:
    """Return the argument lists of a command, or of every command of its group."""
    app = build_app(name)
    if group := next((group for group in app.registered_groups if group.name == name), None):
        assert isinstance(group.typer_instance, typer.Typer)
        commands = group.typer_instance.registered_commands
        return [[name, str(command.name or command.callback.__name__)] for command in commands if command.callback]
    return [[name]]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_an_example_and_json(name: str) -> None:
    """A newcomer finds an example in each help, and a program finds --json."""
    for arguments in leaves(name):
        result = runner.invoke(build_app(name), [*arguments, "--help"])
        assert result.exit_code == 0, result.output
        assert "Example:" in result.output, arguments
        assert "--json" in result.output or name == "dashboard", arguments


@pytest.mark.parametrize("name", ["", *sorted(COMMANDS)])
def test_a_list_of_commands_cuts_no_sentence(name: str) -> None:
    """What a command does is told whole, on two lines where one is too short."""
    listed = runner.invoke(build_app(name or None), [name, "--help"][not name :]).output.partition("Commands:")[2]
    assert "..." not in listed


def test_the_help_of_assay_imports_no_command_and_nothing_dear() -> None:
    """Only what was typed is loaded."""
    program = (
        "import sys; sys.argv = ['assay', '--help']\n"
        "from assay.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "dear = {'aiohttp', 'sqlalchemy', 'mlflow', 'streamlit', 'pandas', 'numpy', 'pydantic', 'yaml', 'rich'}\n"
        "print('LOADED', sorted(dear & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "LOADED []" in done.stdout


def test_a_misspelt_command_is_answered_with_its_neighbour() -> None:
    """Wrong usage ends with 2 and a suggestion."""
    done = subprocess.run([sys.executable, "-m", "assay", "reprot"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "'report'" in done.stderr


def test_an_error_is_words_and_one_json_document(tmp_path: object) -> None:
    """Outside a workspace a command says where it looked and what to type."""
    done = subprocess.run(
        [sys.executable, "-m", "assay", "runs", "list", "--json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=str(tmp_path),
    )
    assert done.returncode == 2
    assert "hint: run `assay init`" in done.stderr
    assert done.stdout.strip().splitlines()[-1].startswith('{"error": ')
