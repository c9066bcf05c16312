"""The framework in force: what comes with the product, and what `risks:` of assay.yaml adds in files of one's own.

Rules of this place: without a workspace what comes with the product is in force; files are read each time, so that a
changed word is another framework at once; what a decision or a rating was made under is kept by digest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.workspace import Workspace
from assay.kernel import ConfigurationError, InputError, MissingError
from risks import Framework, framework

if TYPE_CHECKING:
    from risks.act import Duties, Tree

__all__ = ["Catalogues", "catalogues_of", "framework_of", "load_framework"]


@dataclass(frozen=True, kw_only=True)
class Catalogues:
    """What holds at the time of a decision, beside its policy."""

    framework: Framework
    duties: "Duties"
    tree: "Tree"

    @property
    def digests(self) -> Mapping[str, str]:
        """The digest of each."""
        return {
            "risks": self.framework.digest,
            "act_duties": self.duties.header.digest,
            "act_classification": self.tree.header.digest,
        }


def load_framework(extensions: Sequence[str] | None = None) -> Framework:
    """Return the framework of the workspace here, with `extensions` more, or ours where there is no workspace.

    Raise `ConfigurationError` that lists every mistake in files of one's own.
    """
    try:
        workspace = Workspace.find()
    except MissingError:
        return framework(extensions or ())
    return framework_of(workspace, extensions)


def framework_of(workspace: Workspace, extensions: Sequence[str] | None = None) -> Framework:
    """Return the framework that a workspace works under; raise `ConfigurationError`."""
    settings = workspace.settings.risks
    named = [*settings.extensions, *(extensions or ())]
    own = [Path(name) for name in settings.files]
    try:
        return framework(named, own, root=workspace.root, with_built_in=settings.built_in)
    except InputError as error:
        raise ConfigurationError(error.message, hint="they are named under `risks:` in assay.yaml") from error


def catalogues_of(workspace: Workspace | None) -> Catalogues:
    """Return what holds in a workspace, or ours without one; raise `ConfigurationError`."""
    # Lazy: the Act is read where something is decided.
    from risks.act import duties, tree  # noqa: PLC0415

    known = framework() if workspace is None else framework_of(workspace)
    return Catalogues(framework=known, duties=duties(), tree=tree())
