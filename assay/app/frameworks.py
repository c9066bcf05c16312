"""The framework in force: what comes with the product, and what `risks:` of assay.yaml adds in files of one's own.

Rules of this place: without a workspace what comes with the product is in force; files are read each time, so that a
changed word is another framework at once; what a decision or a rating was made under is kept by digest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.workspace import Workspace
from assay.kernel import ConfigurationError, InputError, MissingError
from risks import Ask, EvidenceKind, Framework, RuleBook, framework

if TYPE_CHECKING:
    from governance.retention import RetentionClass
    from risks.act import Duties, Tree

__all__ = ["Catalogues", "catalogues_of", "framework_of", "load_framework", "unmeasured"]


@dataclass(frozen=True, kw_only=True)
class Catalogues:
    """What holds at the time of a decision, beside its policy."""

    framework: Framework
    duties: "Duties"
    tree: "Tree"
    kept: "tuple[RetentionClass, ...]"  # how long the workspace keeps what

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
    # Lazy: the Act and the record are read where something is decided.
    from governance.retention import kept_classes  # noqa: PLC0415
    from risks.act import duties, tree  # noqa: PLC0415

    known = framework() if workspace is None else framework_of(workspace)
    kept = kept_classes({} if workspace is None else workspace.settings.retention)
    return Catalogues(framework=known, duties=duties(), tree=tree(), kept=kept)


def unmeasured(book: RuleBook) -> Iterator[str]:
    """Yield what rules ask for that nothing here measures under that name, so that only a report could bring it."""
    known = _measures()
    for rule in book.rules:
        for ask in rule.evidence:
            if ask.kind in known and not known[ask.kind](ask):
                kind = ask.kind.value.replace("_", " ")
                yield f"{rule.control} asks for the {kind} {ask.of!r}, which nothing here gives under that name"


def _measures() -> dict[EvidenceKind, Callable[[Ask], bool]]:
    """Return, for each kind that the product finds out by itself, whether a name of it is known."""
    # Lazy: what can be measured is looked up for files of one's own alone.
    from evaluation.filters import filters  # noqa: PLC0415
    from evaluation.judges import metrics  # noqa: PLC0415
    from evaluation.suites import SuiteKind  # noqa: PLC0415

    by_hand = {EvidenceKind.DOCUMENT, EvidenceKind.ATTESTATION}
    asked = {(ask.kind, ask.of) for rule in framework(["v2"]).rules for ask in rule.evidence}
    return {kind: lambda ask: (ask.kind, ask.of) in asked for kind in EvidenceKind if kind not in by_hand} | {
        EvidenceKind.METRIC: lambda ask: ask.of in set(metrics),
        EvidenceKind.SUITE: lambda ask: ask.of in set(SuiteKind),
        EvidenceKind.SCAN: lambda ask: ask.of in set(filters),
        EvidenceKind.FILTER: lambda ask: ask.of in set(filters),
    }
