"""Whether the server can do its work: the store answers, the key signs for it, the disk has room."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.app.workspace import Workspace
from assay.kernel import AssayError

if TYPE_CHECKING:
    from governance import Record

__all__ = ["Readiness", "readiness"]


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """What was looked at; nothing of it says where or what."""

    store: bool
    key: bool
    disk: bool

    @property
    def is_ready(self) -> bool:
        """Whether all of it works."""
        return self.store and self.key and self.disk


def readiness(workspace: Workspace, record: "Record", *, free_mib: int) -> Readiness:
    """Look at the store, the key and the disk."""
    return Readiness(
        store=_works(lambda: record.checkpoint().size > 0),
        key=_works(record.keys.is_at_hand),
        disk=_works(lambda: _has_room(workspace, free_mib)),
    )


def _works(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (AssayError, OSError):
        return False


def _has_room(workspace: Workspace, free_mib: int) -> bool:
    return os.access(workspace.state, os.W_OK) and shutil.disk_usage(workspace.state).free >= free_mib << 20
