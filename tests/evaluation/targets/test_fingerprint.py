"""What is recorded of an application's program: its version changes with its files, and its arguments stay unsaid."""

import os
from pathlib import Path

import pytest

from evaluation.targets import CommandOptions, CommandTarget, TargetSpec, callable_command


def spec(folder: Path, *command: str, hosted: str = "") -> TargetSpec:
    """Return what is recorded of a command in the folder."""
    made = callable_command(hosted) if hosted else command
    return CommandTarget(CommandOptions(name="app", command=made, folder=folder, callable=hosted)).spec


def test_free_arguments_are_not_recorded_and_still_make_a_version(tmp_path: Path) -> None:
    """A key among the arguments reaches no record; another key is another version."""
    one = spec(tmp_path, "/usr/bin/python3", "--api-key", "ARGSECRET")
    other = spec(tmp_path, "/usr/bin/python3", "--api-key", "ANOTHER")

    assert "ARGSECRET" not in repr(one)
    assert one.options["program"] == "python3"
    assert one.version != other.version


@pytest.mark.parametrize(
    ("path", "command", "hosted"),
    [
        ("app.py", ("python3", "app.py"), ""),
        ("conf/app.yaml", ("python3", "-u", "run", "--config=conf/app.yaml"), ""),
        ("rag/app.py", ("python3", "-m", "rag.app"), ""),
        ("rag/__main__.py", ("python3", "-m", "rag"), ""),
        ("rag/app.py", (), "rag.app:answer"),
        ("rag/__init__.py", (), "rag:answer"),
    ],
)
def test_an_edited_file_is_another_version(tmp_path: Path, path: str, command: tuple[str, ...], hosted: str) -> None:
    """Files that the command names count by what is in them, whatever their time."""
    file = tmp_path / path
    file.parent.mkdir(exist_ok=True)
    file.write_text("V1")
    before = spec(tmp_path, *command, hosted=hosted)
    os.utime(file, ns=(1, 1))
    same = spec(tmp_path, *command, hosted=hosted)
    file.write_text("V2")
    after = spec(tmp_path, *command, hosted=hosted)

    assert before == same
    assert before.version != after.version
    assert list(before.options["files"]) == [path]  # type: ignore[arg-type]  # an object


def test_a_large_file_counts_by_size_and_time_and_is_not_read(tmp_path: Path) -> None:
    """Weights behind a link cost no reading; where they are replaced, the time tells."""
    weights = tmp_path / "cache" / "weights"
    weights.parent.mkdir()
    with weights.open("wb") as stream:
        stream.truncate(3 << 30)
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "model.gguf").symlink_to(weights)

    before = spec(folder, "python3", "app.py", "--model", "model.gguf")
    os.utime(weights, ns=(1, 1))

    assert before.version != spec(folder, "python3", "app.py", "--model", "model.gguf").version


def test_files_elsewhere_and_odd_arguments_are_left_alone(tmp_path: Path) -> None:
    """Nothing outside the folder is looked at, and no argument is an error."""
    (tmp_path / "secret").write_text("x")
    (tmp_path / "app").mkdir()
    arguments = ("../secret", str(tmp_path / "secret"), "a\0b", "x" * 5000, "", ".", "=", "-m")

    assert spec(tmp_path / "app", "python3", *arguments).options["files"] == {}
