"""Asking the witnesses of `assay.yaml`, each for itself: one that fails keeps nobody else from it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.workspace import Workspace
from assay.kernel import AssayError

if TYPE_CHECKING:
    from governance._witnessing import WitnessedCheckpoint
    from governance.record import Record

__all__ = ["Witnessing", "ask_witnesses"]


@dataclass(frozen=True, kw_only=True)
class Witnessing:
    """What became of it."""

    held: "tuple[WitnessedCheckpoint, ...]"
    failed: tuple[tuple[str, AssayError], ...]  # (witness, why)


def ask_witnesses(workspace: Workspace, record: "Record") -> Witnessing:
    """Hand the newest checkpoint to every witness that is configured."""
    settings, witnesses = workspace.settings.ledger, record.witnesses
    asked: dict[str, Callable[[], WitnessedCheckpoint]] = {}
    for name in settings.witness_files:
        asked[name] = partial(witnesses.copy_to, _path(workspace, name))
    if settings.timestamp_url:
        certificate = _path(workspace, settings.timestamp_certificate) if settings.timestamp_certificate else None
        asked[settings.timestamp_url] = partial(witnesses.stamp, settings.timestamp_url, certificate)
    held: list[WitnessedCheckpoint] = []
    failed: list[tuple[str, AssayError]] = []
    for name, ask in asked.items():
        try:
            held.append(ask())
        except AssayError as error:
            failed.append((name, error))
    return Witnessing(held=tuple(held), failed=tuple(failed))


def _path(workspace: Workspace, name: str) -> Path:
    return workspace.root / Path(name).expanduser()
