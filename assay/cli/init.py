"""`assay init`: a new workspace, without a question asked."""

from pathlib import Path
from typing import Annotated

import typer

from assay.app.init import begin_workspace
from assay.cli._output import emit_json, say, show

__all__ = ["command"]


def command(
    folder: Annotated[Path, typer.Argument(help="Folder to make a workspace of; made if missing.")] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write an assay.yaml and a gate.yaml that work as they are, and register the gate policy.

    Example: assay init my-app
    """
    workspace, problem = begin_workspace(folder)
    if as_json:
        emit_json(
            {
                "workspace": str(workspace.root),
                "system": workspace.settings.default_system,
                "policy_registered": not problem,
            }
        )
        return
    show(f"workspace {workspace.root}")
    if problem:
        say(f"note: {workspace.gate_file.name} is not registered ({problem}): assay policies register")
    say("next: assay corpus add DOCUMENTS, or assay run --answers FILE --judge local")
    say("      assay doctor says what is missing")
