"""The demo's workspace: the worked example, copied into a folder of its own.

Rules of this place: a folder that the demo did not make is never written to; copying again completes what a crash cut
short and touches nothing that is there, so that edits of the example survive.
"""

import json
import shutil
import sys
from pathlib import Path
from typing import Final

import assay
from assay.app.workspace import CONFIGURATION_NAME, Workspace
from assay.kernel import FOR_OTHERS, InputError, MissingError, UnavailableError, replace_durably

__all__ = ["example_folder", "prepare_workspace"]

_NAME: Final = "nist-playbook"
_MARK: Final = ".assay-demo"
_WEIGHTS: Final = "model.gguf"  # as the example's assay.yaml names them
_LEFT_OUT: Final = frozenset({"__pycache__", "make_documents.py"})


def example_folder() -> Path:
    """Return the example: beside the package in a source checkout, inside it in an installed wheel."""
    package = Path(assay.__file__).resolve().parent
    for folder in (package.parent / "examples" / _NAME, package / "examples" / _NAME):
        if (folder / "assay.yaml").is_file():
            return folder
    raise MissingError(f"the example {_NAME!r} is not part of this installation", hint="install Assay again")


def prepare_workspace(folder: Path, weights: Path) -> Workspace:
    """Make `folder` the demo's workspace; raise `InputError` where it is somebody else's."""
    root = folder.resolve()
    if root.exists() and not (root / _MARK).is_file() and (not root.is_dir() or any(root.iterdir())):
        raise InputError(f"{root} exists and was not made by the demo", hint="assay demo --dir ANOTHER_FOLDER")
    try:
        root.mkdir(parents=True, exist_ok=True)
        (root / _MARK).touch()
        _copy_missing(example_folder(), root)
        _name_python(root / CONFIGURATION_NAME)
        _link(weights, root / _WEIGHTS)
    except OSError as error:
        raise UnavailableError(
            f"cannot fill {root}: {error.strerror}", hint="free space, or assay demo --dir ANOTHER_FOLDER"
        ) from error
    return Workspace(root)


def _copy_missing(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        relative = path.relative_to(source)
        if _LEFT_OUT.isdisjoint(relative.parts) and path.is_file() and not (target / relative).exists():
            (target / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, (target / relative).with_name(f".{relative.name}.tmp"))
            (target / relative).with_name(f".{relative.name}.tmp").replace(target / relative)


def _name_python(settings: Path) -> None:
    """Name the Python that runs us: `python` on the user's PATH may lack what the example imports."""
    text = settings.read_text(encoding="utf-8")
    named = text.replace("command: [python,", f"command: [{json.dumps(sys.executable)},")
    if named != text:
        replace_durably(settings, named.encode(), mode=FOR_OTHERS)


def _link(weights: Path, name: Path) -> None:
    if not name.exists():
        name.unlink(missing_ok=True)  # a link to weights that are gone
        name.symlink_to(weights)
