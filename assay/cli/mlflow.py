"""`assay mlflow`: mirror results to MLflow, and keep its registry of models and the releases together."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from assay.app.mirror import ModelOrder, sync_mirror, sync_models
from assay.app.registry import show_models
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table

if TYPE_CHECKING:
    from governance.mirror import MirrorResult
    from governance.registry import RegistryResult

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Mirror results to MLflow, and keep its models and our releases together.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.callback()
def _group() -> None:
    pass


@app.command("sync")
def sync(
    model: Annotated[
        list[str] | None, typer.Option(metavar="NAME[/VERSION]", help="Follow a registered model. Repeatable.")
    ] = None,
    system: Annotated[str | None, typer.Option(help="That models are of which nobody followed before.")] = None,
    restore: Annotated[bool, typer.Option("--restore", help="Put aliases back that others moved.")] = False,
    read_files: Annotated[bool, typer.Option("--read-files", help="Read the files of models in use again.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for another synchronisation to end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Mirror recorded runs, and synchronise models with the registry. Exit 0 when nothing is left waiting, else 2.

    The record stays the store; what could not be done waits for the next sync. An alias that others moved is an alert,
    and is left where it is without --restore. Example: assay mlflow sync --model helpdesk/7
    """
    workspace = Workspace.find()
    order = ModelOrder(models=tuple(model or ()), system=system, restore=restore, reads_again=read_files)
    runs = sync_mirror(workspace, wait=wait)
    models = sync_models(workspace, order, wait=wait)
    _warn(runs, models)
    if as_json:
        emit_json(
            {
                "mirrored": list(runs.mirrored),
                "failed": [{"run": run, "error": error} for run, error in runs.failed],
                "pending": runs.pending,
                "models": {
                    "recorded": list(models.recorded),
                    "told": list(models.told),
                    "alerts": list(models.alerts),
                    "failed": [{"model": name, "error": error} for name, error in models.failed],
                },
            }
        )
    else:
        show(f"{len(runs.mirrored)} mirrored, {runs.pending} waiting")
        if models.recorded or models.told:
            show(f"{len(models.recorded)} versions of models recorded, {len(models.told)} aliases set")
    if runs.pending or models.failed:
        raise typer.Exit(2)


@app.command("registry")
def registry(
    system: Annotated[str | None, typer.Option(help="Of one system alone.")] = None, as_json: AsJson = False
) -> None:
    """Show which versions of models the record follows, and where aliases belong. Example: assay mlflow registry."""
    found = show_models(Workspace.find(), system=system)
    if as_json:
        emit_json(
            {"models": [asdict(one) for one in found.versions], "aliases": [asdict(one) for one in found.aliases]}
        )
        return
    versions = (
        (
            one.address,
            one.system,
            one.status,
            ", ".join(one.aliases),
            one.digest,
            "read" if one.artefacts else "not read",
        )
        for one in found.versions
    )
    show_table(["version", "system", "status", "aliases", "digest", "files"], versions)
    aliases = (
        (one.alias, one.wanted or "-", one.told or "-", one.seen or "-", one.release or "") for one in found.aliases
    )
    show_table(["alias", "wanted>", "told>", "seen>", "release"], aliases)


def _warn(runs: "MirrorResult", models: "RegistryResult") -> None:
    for run, error in runs.failed:
        say(f"not mirrored: {run}: {error}")
    for name, error in models.failed:
        say(f"not synchronised: {name}: {error}")
    if models.alerts:
        say(f"alerts that stand: {len(models.alerts)}; assay monitor alerts")
