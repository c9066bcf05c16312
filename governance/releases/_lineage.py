"""What a release rests on, as its manifest says.

Rules of this place: a document of a release is known by its digest alone, so the next release's card does not make
this one stale; a component without a digest could be anything and is left out.
"""

from collections.abc import Iterator

from assay.kernel import content_id
from governance.lineage import ANY_SYSTEM, Artefact, ArtefactKind, Link, Relation, release_of, run_of
from governance.releases._types import Manifest

__all__ = ["release_links"]


def release_links(release: str, manifest: Manifest) -> Iterator[Link]:
    """Yield that a release is about its runs and scans, and holds its components, models and documents."""
    whole = release_of(release, manifest.digest, manifest.system)
    for run in manifest.runs:
        yield Link(upstream=run_of(run.id, run.digest, manifest.system), downstream=whole, relation=Relation.ABOUT)
    for scan in manifest.scans:
        made = Artefact(kind=ArtefactKind.SCAN, name=scan.id, digest=scan.digest, system=manifest.system)
        yield Link(upstream=made, downstream=whole, relation=Relation.ABOUT)
    for part in _parts(manifest):
        yield Link(upstream=part, downstream=whole, relation=Relation.PART)


def _parts(manifest: Manifest) -> Iterator[Artefact]:
    for one in manifest.models:
        name = f"{one.name}/{one.version}" if one.version else one.name
        yield Artefact(kind=ArtefactKind.MODEL, name=name, digest=one.digest, system=ANY_SYSTEM)
    for one in manifest.components:
        if one.digest is not None:
            yield Artefact(kind=ArtefactKind.CONTAINER, name=one.name, digest=one.digest, system=ANY_SYSTEM)
    for one in manifest.documents:
        name = content_id("document", one.digest or "")
        yield Artefact(kind=ArtefactKind.DOCUMENT, name=name, digest=one.digest, system=manifest.system)
