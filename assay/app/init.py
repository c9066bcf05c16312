"""Write a new workspace. Nothing that exists is overwritten; either all files are written or none.

Rules of this place: who makes a workspace fixes the gate policy that is written with it, by that very act; a policy
that was there before is its owner's to register.
"""

import json
import re
from importlib import resources
from pathlib import Path
from typing import Final

from assay.app.policies import register_policy
from assay.app.workspace import CONFIGURATION_NAME, Workspace
from assay.kernel import FOR_OTHERS, AssayError, InputError, replace_durably

__all__ = ["begin_workspace", "create_workspace"]

_POLICY_NAME: Final = "gate.yaml"


def begin_workspace(folder: Path) -> tuple[Workspace, str]:
    """Make `folder` a workspace and register the policy written for it; return why it is not registered, "" if it is.

    A workspace works without a registered policy, and nothing that goes wrong there undoes it.
    """
    is_ours = not (folder / _POLICY_NAME).exists()
    workspace = create_workspace(folder)
    if not is_ours:
        return workspace, "it was there before"
    try:
        register_policy(workspace, workspace.root / _POLICY_NAME, system=None)
    except AssayError as error:
        return workspace, error.message
    return workspace, ""


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
    if not (root / _POLICY_NAME).exists():
        replace_durably(root / _POLICY_NAME, policy.encode(), mode=FOR_OTHERS)
    replace_durably(root / CONFIGURATION_NAME, configuration.encode(), mode=FOR_OTHERS)
    return Workspace(root)
