"""`assay targets check`: one question to a target, kept nowhere."""

import secrets
import tempfile
from pathlib import Path
from typing import cast

from assay.app.compose import build_target
from assay.app.workspace import Workspace
from evaluation.llm import Courier
from evaluation.targets import LookableTarget, TargetReport, check_target

__all__ = ["check"]


async def check(workspace: Workspace, name: str | None, question: str) -> TargetReport:
    """Ask once, without a cache; raise for a target that is not configured or cannot work."""
    with tempfile.TemporaryDirectory(prefix="assay-check-") as folder:
        async with Courier(Path(folder) / "cache.sqlite") as courier:
            target = build_target(workspace, name, courier, scope=f"check-{secrets.token_hex(4)}")
            try:
                return await check_target(cast("LookableTarget", target), question)
            finally:
                await target.close()
