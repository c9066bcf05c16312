"""`assay init`: a new workspace, without a question asked."""

from pathlib import Path
from typing import Annotated

import typer

from assay.app.init import create_workspace
from assay.cli._output import emit_json, say, show

__all__ = ["command"]


def command(
    folder: Annotated[Path, typer.Argument(help="Folder to make a workspace of; made if missing.")] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write an assay.yaml and a gate.yaml that work as they are.

    Example: assay init my-app
    """
    workspace = create_workspace(folder)
    if as_json:
        emit_json({"workspace": str(workspace.root), "system": workspace.settings.default_system})
        return
    show(f"workspace {workspace.root}")
    say("next: assay corpus add DOCUMENTS, or assay run --answers FILE --judge local")
    say("      assay doctor says what is missing")
