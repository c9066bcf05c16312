"""What is here, what is missing, and the command that mends it.

Rules of this place: looking changes nothing and creates nothing; only endpoints that the workspace configures are
tried, by opening a connection and sending nothing; a check that could not be made is a problem, never "ok".
"""

import os
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from assay.app.settings import CommandTargetSettings, HttpTargetSettings, OpenAITargetSettings, resolve_secret
from assay.app.workspace import Workspace
from assay.kernel import AssayError, MissingError, SystemClock, format_time, parse_time

__all__ = ["Check", "CheckState", "diagnose"]

_CONNECT_TIMEOUT_S: Final = 2.0
_BACKUP_DAYS: Final = 7
_WANTED_DISK_BYTES: Final = 2 << 30
_PACKAGES: Final = ("mlflow", "streamlit", "sqlmodel", "xllamacpp", "pypdfium2", "altair")


class CheckState(StrEnum):
    """How a check ended."""

    OK = "ok"
    MISSING = "missing"  # something is not there; `fix` brings it
    PROBLEM = "problem"  # something is there and does not work
    NOTE = "note"  # nothing to do unless you want the feature


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line of the doctor's findings."""

    name: str
    state: CheckState
    found: str
    fix: str = ""


def diagnose(folder: Path | None = None) -> Iterator[Check]:
    """Yield the checks in the order in which a newcomer would mend them."""
    yield Check(name="python", state=CheckState.OK, found=f"{sys.version.split()[0]}, {os.cpu_count()} cores")
    yield from _packages()
    yield _disk(folder or Path.cwd())
    yield from _weights()
    try:
        workspace = Workspace.find(folder)
    except MissingError as error:
        yield Check(name="workspace", state=CheckState.NOTE, found=error.message, fix="assay init")
        return
    try:
        settings = workspace.settings
    except AssayError as error:
        yield Check(name="assay.yaml", state=CheckState.PROBLEM, found=error.message, fix=error.hint)
        return
    yield Check(name="workspace", state=CheckState.OK, found=f"{workspace.root}, system {settings.default_system}")
    yield from _judges(workspace)
    yield from _targets(workspace)
    yield _gate(workspace)
    if settings.risks.files or settings.risks.extensions:
        yield _guard("risks", partial(_framework, workspace))
    yield from _record(workspace)


def _packages() -> Iterator[Check]:
    for name in _PACKAGES:
        try:
            yield Check(name=name, state=CheckState.OK, found=metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Check(name=name, state=CheckState.MISSING, found="not installed", fix="make setup")


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    state = CheckState.OK if free >= _WANTED_DISK_BYTES else CheckState.PROBLEM
    fix = "" if state is CheckState.OK else "free 2 GiB: weights and run logs need room"
    return Check(name="disk", state=state, found=f"{free / 2**30:.1f} GiB free", fix=fix)


def _weights() -> Iterator[Check]:
    # Lazy: the catalogue of weights is needed here and nowhere else in this module.
    from evaluation.weights import path_of  # noqa: PLC0415

    try:
        path = path_of("judge")
    except AssayError as error:
        yield Check(
            name="embedded judge", state=CheckState.MISSING, found=error.message, fix="assay models pull judge (1.1 GB)"
        )
    else:
        yield Check(name="embedded judge", state=CheckState.OK, found=str(path))


def _judges(workspace: Workspace) -> Iterator[Check]:
    for name, endpoint in workspace.settings.endpoints.items():
        yield _guard(f"judge {name}", partial(_endpoint, endpoint.base_url, endpoint.api_key))


def _targets(workspace: Workspace) -> Iterator[Check]:
    for name, target in workspace.settings.targets.items():
        if isinstance(target, HttpTargetSettings):
            yield _guard(f"target {name}", partial(_endpoint, target.url, ""))
        elif isinstance(target, OpenAITargetSettings):
            yield _guard(f"target {name}", partial(_endpoint, target.base_url, target.api_key))
        elif isinstance(target, CommandTargetSettings):
            found = shutil.which(target.command[0], path=os.environ.get("PATH")) or str(
                workspace.root / target.folder / target.command[0]
            )
            state = CheckState.OK if Path(found).exists() else CheckState.PROBLEM
            yield Check(name=f"target {name}", state=state, found=found, fix=f"assay targets check --target {name}")
        else:
            found = f"{target.callable} in {target.folder}"
            yield Check(name=f"target {name}", state=CheckState.NOTE, found=found, fix="assay targets check")


def _framework(workspace: Workspace) -> str:
    # Lazy: catalogues are read only where a workspace adds to ours.
    from assay.app.frameworks import framework_of  # noqa: PLC0415

    found = framework_of(workspace)
    return f"{len(found.catalogue.risks)} risks and {len(found.catalogue.controls)} controls ({found.digest})"


def _guard(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name=name, state=CheckState.OK, found=check())
    except AssayError as error:
        return Check(name=name, state=CheckState.PROBLEM, found=error.message, fix=error.hint)
    except (OSError, ValueError) as error:
        return Check(
            name=name, state=CheckState.PROBLEM, found=str(error), fix="start it, or mend its url in assay.yaml"
        )


def _endpoint(url: str, key: str) -> str:
    if key:
        resolve_secret(key)
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in {"http", "https"}:
        raise ValueError(f"not an http address: {url!r}")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    with socket.create_connection((parts.hostname, port), timeout=_CONNECT_TIMEOUT_S):
        return f"{parts.hostname}:{port} accepts connections"


def _gate(workspace: Workspace) -> Check:
    if workspace.gate_file.is_file():
        return Check(name="gate policy", state=CheckState.OK, found=str(workspace.gate_file))
    return Check(
        name="gate policy",
        state=CheckState.MISSING,
        found=f"{workspace.gate_file} is not there; without it a gate cannot decide",
        fix="write one, or copy the gate.yaml that `assay init` makes in a new folder",
    )


def _record(workspace: Workspace) -> Iterator[Check]:
    if not workspace.settings.store and not workspace.store_file.exists() and not workspace.id_file.exists():
        found = f"{workspace.store_file} will be made by the first run"
        yield Check(name="store", state=CheckState.NOTE, found=found)
        return
    # Lazy: SQLAlchemy costs most of a second.
    from governance.inspection import inspect_store  # noqa: PLC0415

    try:
        keys = workspace.key_dir
        seen = inspect_store(workspace.store_url, keys, at=format_time(SystemClock().now()))
    except AssayError as error:
        yield Check(name="store", state=CheckState.PROBLEM, found=error.message, fix=error.hint)
        return
    if seen.entries is not None:
        yield Check(name="store", state=CheckState.OK, found=f"it answers, {seen.entries} entries in its ledger")
    elif not seen.problems:
        yield Check(name="store", state=CheckState.NOTE, found="it will be made by the first run")
    for problem in seen.problems:
        fix = "restore it from a backup; assay ledger verify says what is proved without"
        yield Check(name="ledger", state=CheckState.PROBLEM, found=problem, fix=fix)
    if seen.overdue is not None:
        found = f"it was to be rotated by {seen.overdue}"
        yield Check(name="signing key", state=CheckState.PROBLEM, found=found, fix="assay ledger rotate-key")
    if seen.entries is not None:
        yield _backup(seen.backed_up_at)
    yield from _key_modes(keys)


def _backup(made_at: str | None) -> Check:
    if made_at is None:
        return Check(name="backup", state=CheckState.NOTE, found="none was made yet", fix="assay store backup FILE")
    age = (SystemClock().now() - parse_time(made_at)).days
    state = CheckState.OK if age <= _BACKUP_DAYS else CheckState.NOTE
    return Check(name="backup", state=state, found=f"made {age} days ago", fix="assay store backup FILE")


def _key_modes(keys: Path) -> Iterator[Check]:
    try:
        modes = {path: path.stat().st_mode for path in keys.rglob("*.key")}
    except OSError as error:
        yield Check(name="signing key", state=CheckState.PROBLEM, found=str(error), fix=f"check {keys}")
        return
    open_to_others = sorted(str(path) for path, mode in modes.items() if mode & (stat.S_IRWXG | stat.S_IRWXO))
    if open_to_others:
        found, fix = f"others may read {', '.join(open_to_others)}", f"chmod 600 {' '.join(open_to_others)}"
        yield Check(name="signing key", state=CheckState.PROBLEM, found=found, fix=fix)
