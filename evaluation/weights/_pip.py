"""`pip download` as a program: it knows the user's registry, proxy and certificates, so that we need not.

Rules of this place: wheels only, no dependencies, nothing is installed, built or imported; with `-P`, a folder named
`pip` where the user stands is not taken for it.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

__all__ = ["PipError", "download_wheels"]

_PROBE_S = 30.0
_DOWNLOAD_S = 1800.0
_OPTIONS = ("--no-deps", "--only-binary", ":all:", "--disable-pip-version-check", "--no-input", "--quiet")
_PATIENCE = ("--retries", "1", "--timeout", "10")


class PipError(Exception):
    """pip is missing or could not download; the text says which."""


def download_wheels(requirements: Sequence[str], folder: Path) -> None:
    """Download the wheels into the folder; raise `PipError` with pip's own last word."""
    command = [*_pip(), "download", *_OPTIONS, *_PATIENCE, "--dest", str(folder), *requirements]
    try:
        done = subprocess.run(  # noqa: S603 (arguments from our own catalogue)
            command, capture_output=True, text=True, errors="replace", timeout=_DOWNLOAD_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise PipError(f"pip took longer than {_DOWNLOAD_S:g} s") from error
    if done.returncode != 0:
        words = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        last = next((line for line in reversed(words) if line.startswith("ERROR")), words[-1] if words else "no reason")
        raise PipError(f"pip said: {last[:300]}")


@cache
def _pip() -> tuple[str, ...]:
    for command in _candidates():
        try:
            done = subprocess.run(  # noqa: S603 (the user's own pip)
                [*command, "--version"], capture_output=True, timeout=_PROBE_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return command
    raise PipError("there is no pip: neither in this environment, nor in the Python it was made from, nor on PATH")


def _candidates() -> Iterator[tuple[str, ...]]:
    yield (sys.executable, "-P", "-m", "pip")
    # An environment made by uv has no pip of its own.
    for name in (f"python{sys.version_info[0]}.{sys.version_info[1]}", "python3", "python"):
        parent = Path(sys.base_prefix) / "bin" / name
        if parent.is_file():
            yield (str(parent), "-P", "-m", "pip")
    for name in ("pip3", "pip"):
        found = shutil.which(name)
        if found:
            yield (found,)
