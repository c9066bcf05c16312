"""A release as a reader is shown it: what it is made of, and what is missing to it.

Rules of this place: names of parts and documents are other people's words and are shown as such; a digest stands
beside each, since an approval is of those.
"""

from typing import TYPE_CHECKING, Final

from governance.approvals import ApprovalState
from governance.releases import ReleaseState
from reports.views import Fact

if TYPE_CHECKING:
    from governance.approvals import Standing
    from governance.releases import Release
    from governance.systems import Part

__all__ = ["release_facts", "what_is_missing"]

_WORDS: Final = {
    ReleaseState.DRAFT: "a draft",
    ReleaseState.REQUESTED: "asked for, nobody has taken up its review",
    ReleaseState.IN_REVIEW: "in review",
    ReleaseState.APPROVED: "approved, not yet in use",
    ReleaseState.REJECTED: "rejected",
    ReleaseState.RELEASED: "in use",
    ReleaseState.SUPERSEDED: "replaced by a later one",
    ReleaseState.RECALLED: "recalled",
}


def release_facts(release: "Release") -> tuple[Fact, ...]:
    """Return what a release is and what its manifest names, with digests."""
    manifest = release.manifest
    target = manifest.target
    named = {"Component": manifest.components, "Model": manifest.models, "Document": manifest.documents}
    return (
        Fact(label="Release", value=f"{release.version} of {release.system} for {release.deployment}"),
        Fact(label="State", value=_WORDS[release.state]),
        Fact(label="Manifest", value=release.digest),
        *(
            []
            if target is None
            else [Fact(label="Application", value=f"{target.name} {target.version} {target.commit}")]
        ),
        *(Fact(label="Run", value=f"{one.id} {one.digest}") for one in manifest.runs),
        *(Fact(label="Scan", value=f"{one.id} {one.digest}") for one in manifest.scans),
        *(Fact(label=label, value=_part(part)) for label, parts in named.items() for part in parts),
    )


def what_is_missing(release: "Release", standing: "Standing") -> str:
    """Say what stands between this and its use, "" where nothing does."""
    if release.lapsed:
        return f"The approval does not count any more: {release.lapsed}."
    undigested = [one.name for one in (*release.manifest.components, *release.manifest.models) if one.digest is None]
    said = [f"{', '.join(undigested)}: known by name alone, nobody can tell whether it changed"] if undigested else []
    if standing.state is ApprovalState.PENDING:
        said.insert(0, f"{standing.missing} approval{'' if standing.missing == 1 else 's'} still needed")
    return f"{'; '.join(said)}." if said else ""


def _part(part: "Part") -> str:
    return f"{part.name}{'@' if part.version else ''}{part.version} {part.digest or 'without a digest'}"
