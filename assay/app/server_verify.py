"""Verification as a job: a process of its own, a few at a time, with an end.

Rules of this place: the verifier reads the store as it is on the disk and shares nothing with the server's process; who
comes while all places are taken is told to come back.
"""

import json
import subprocess
import threading
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from assay.app.workspace import Workspace
from assay.kernel import UnavailableError
from assay.kernel.children import own_python

__all__ = ["BusyError", "Verifications", "Verified"]

_LONGEST_S: Final = 900
_VERDICTS: Final = frozenset({0, 1, 3})


class BusyError(UnavailableError):
    """All places are taken; nothing was done."""

    status: ClassVar[int] = 429
    retry_after_s: ClassVar[int] = 30


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What `assay ledger verify --json` said."""

    exit_code: int  # 0 sound · 1 tampered · 3 cannot decide
    document: dict[str, Any]


class Verifications:
    """The places for verifications in one server."""

    def __init__(self, workspace: Workspace, at_once: int) -> None:
        """Take the workspace and how many may run at once."""
        self._workspace = workspace
        self._places = threading.BoundedSemaphore(at_once)

    def verify(self, *, is_fast: bool) -> Verified:
        """Run one to its end; raise `BusyError`, or `UnavailableError` where it did not end with a verdict."""
        if not self._places.acquire(blocking=False):
            raise BusyError("a verification is under way", hint="ask again in a while")
        try:
            return self._run(is_fast=is_fast)
        finally:
            self._places.release()

    def _run(self, *, is_fast: bool) -> Verified:
        command, environment = own_python("assay", "ledger", "verify", "--json", *(["--fast"] if is_fast else []))
        try:
            done = subprocess.run(  # noqa: S603  our own command
                command,
                cwd=self._workspace.root,
                env={**environment, "ASSAY_WORKSPACE": str(self._workspace.root)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_LONGEST_S,
                check=False,
            )
            document = json.loads(done.stdout.split(b"\n")[-2])
        except (OSError, subprocess.TimeoutExpired, ValueError, IndexError) as error:
            raise UnavailableError("the verification did not end with a verdict") from error
        if done.returncode not in _VERDICTS or "verdict" not in document:
            raise UnavailableError("the verification did not end with a verdict")
        return Verified(exit_code=done.returncode, document=document)
