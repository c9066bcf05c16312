"""Write a new workspace. Nothing that exists is overwritten; either all files are written or none."""

import json
import re
from importlib import resources
from pathlib import Path

from assay.app.workspace import CONFIGURATION_NAME, Workspace
from assay.kernel import FOR_OTHERS, InputError, replace_durably

__all__ = ["create_workspace"]


def create_workspace(folder: Path) -> Workspace:
    """Make `folder` a workspace with a configuration and a gate policy; raise `InputError` when it is one already."""
    root = folder.resolve()
    if (root / CONFIGURATION_NAME).exists():
        raise InputError(
            f"{root / CONFIGURATION_NAME} exists; nothing was changed", hint="edit it, or choose another folder"
        )
    name = root.name or "application"
    system = re.sub(r"[^a-z0-9_.-]+", "-", name.lower()).strip("-._")[:64] or "application"
    templates = resources.files("assay.app") / "templates"
    configuration = (templates / "assay.yaml").read_text(encoding="utf-8").format(system=system, name=json.dumps(name))
    policy = (templates / "gate.yaml").read_text(encoding="utf-8")
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {root}: {error.strerror}") from error
    if not (root / "gate.yaml").exists():
        replace_durably(root / "gate.yaml", policy.encode(), mode=FOR_OTHERS)
    replace_durably(root / CONFIGURATION_NAME, configuration.encode(), mode=FOR_OTHERS)
    return Workspace(root)
