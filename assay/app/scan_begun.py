"""Which scan the same command has begun before, and how it goes on.

Rules of this place: a scan is unfinished as long as its state file is there; one that writes to the same place but does
something else (another input, other filters) is never gone on with and never overwritten unasked; nor is
any other file.
"""

from collections.abc import Iterator
from pathlib import Path

from assay.app.workspace import Workspace
from assay.kernel import AssayError, InputError
from evaluation.scans import ScanPlan, differences, read_plan

__all__ = ["STATE_NAME", "find_unfinished", "refuse_existing", "scans_dir"]

STATE_NAME = "state.json"


def scans_dir(workspace: Workspace) -> Path:
    """Return where the scans of a workspace are, one folder each."""
    return workspace.state / "scans"


def refuse_existing(workspace: Workspace, out: Path) -> None:
    """Raise `InputError` where `out` holds bytes and is not what an unfinished scan of this workspace writes."""
    if not out.is_file() or not out.stat().st_size:  # an empty file holds nothing to lose
        return
    place = str(out.absolute())
    for folder in _unfinished(workspace):
        try:
            if read_plan(folder).output == place:
                return
        except AssayError:  # not ours to go on with
            continue
    raise InputError(
        f"{out} exists and is not the output of an unfinished scan",
        hint="choose another --out; --overwrite replaces it",
    )


def find_unfinished(workspace: Workspace, plan: ScanPlan, *, fresh: bool) -> Path | None:
    """Return the folder of the scan to go on with; raise `InputError` where another one is in the way.

    `fresh`: what is in the way is given up.
    """
    for folder in _unfinished(workspace):
        try:
            found = read_plan(folder)
        except AssayError:  # not ours to go on with
            continue
        if not _same_place(found, plan):
            continue
        if fresh:
            (folder / STATE_NAME).unlink()
            continue
        if different := differences(found, plan):
            raise InputError(
                f"{found.scan} is unfinished and was begun otherwise; different: {', '.join(different)}",
                hint="--new begins anew; or give the input, filters and options that it was begun with",
            )
        return folder
    return None


def _unfinished(workspace: Workspace) -> Iterator[Path]:
    states = scans_dir(workspace).glob(f"*/{STATE_NAME}")
    return iter(sorted((path.parent for path in states), key=lambda folder: folder.name, reverse=True))


def _same_place(one: ScanPlan, other: ScanPlan) -> bool:
    """Whether two scans write to one place: the same file, or their own folders from a source of the same name."""
    return one.output == other.output and (bool(one.output) or one.source.get("name") == other.source.get("name"))
