"""The framework in force: what comes with the product, and what `risks:` of assay.yaml adds in files of one's own.

Rules of this place: without a workspace what comes with the product is in force; files are read each time, so that a
changed word is another framework at once; what a decision or a rating was made under is kept by digest.
"""

from collections.abc import Sequence
from pathlib import Path

from assay.app.workspace import Workspace
from assay.kernel import InputError, MissingError
from risks import Framework, framework

__all__ = ["framework_of", "load_framework"]


def load_framework(extensions: Sequence[str] | None = None) -> Framework:
    """Return the framework of the workspace here, with `extensions` more, or ours where there is no workspace.

    Raise `InputError` that lists every mistake in files of one's own.
    """
    try:
        workspace = Workspace.find()
    except MissingError:
        return framework(extensions or ())
    return framework_of(workspace, extensions)


def framework_of(workspace: Workspace, extensions: Sequence[str] | None = None) -> Framework:
    """Return the framework that a workspace works under; raise `InputError`."""
    settings = workspace.settings.risks
    named = [*settings.extensions, *(extensions or ())]
    own = [Path(name) for name in settings.files]
    try:
        return framework(named, own, root=workspace.root, with_built_in=settings.built_in)
    except InputError as error:
        raise InputError(error.message, hint="they are named under `risks:` in assay.yaml") from error
