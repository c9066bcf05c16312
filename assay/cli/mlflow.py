"""`assay mlflow`: mirror results to MLflow."""

from typing import Annotated

import typer

from assay.app.mirror import sync_mirror
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Mirror results to MLflow.")


@app.callback()
def _group() -> None:
    pass


@app.command("sync")
def sync(
    wait: Annotated[bool, typer.Option("--wait", help="Wait for another synchronisation to end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Mirror every recorded run that MLflow does not hold yet. Exit 0 when none is left waiting, else 2.

    The record stays the store; a run that could not be mirrored waits for the next sync. Example: assay mlflow sync
    """
    result = sync_mirror(Workspace.find(), wait=wait)
    for run, error in result.failed:
        say(f"not mirrored: {run}: {error}")
    if as_json:
        failures = [{"run": run, "error": error} for run, error in result.failed]
        emit_json({"mirrored": list(result.mirrored), "failed": failures, "pending": result.pending})
    else:
        show(f"{len(result.mirrored)} mirrored, {result.pending} waiting")
    if result.pending:
        raise typer.Exit(2)
