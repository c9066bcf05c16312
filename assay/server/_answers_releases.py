"""What the API says of releases.

Rules of this place: as for the other answers; names of documents are people's words and stay away.
"""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel

from governance.releases import Measured, Release
from governance.systems import Part

__all__ = ["ReleaseFound", "ReleaseList"]


class PartFound(BaseModel):
    """A component or a model."""

    name: str
    version: str
    digest: str | None

    @classmethod
    def all_of(cls, parts: Sequence[Part]) -> list[Self]:
        """Take them over."""
        return [cls(name=one.name, version=one.version, digest=one.digest) for one in parts]


class MeasuredFound(BaseModel):
    """A run or a scan, in the recorded version."""

    id: str
    digest: str

    @classmethod
    def all_of(cls, measured: Sequence[Measured]) -> list[Self]:
        """Take them over."""
        return [cls(id=one.id, digest=one.digest) for one in measured]


class ReleaseFound(BaseModel):
    """A release as it stands now."""

    release: str
    system: str
    version: str
    deployment: str
    state: str
    lapsed: str
    digest: str
    runs: list[MeasuredFound]
    scans: list[MeasuredFound]
    components: list[PartFound]
    models: list[PartFound]
    documents: list[str | None]  # digests
    request: str | None
    decision: str | None
    created_at: str
    changed_at: str
    entry: int

    @classmethod
    def of(cls, one: Release) -> Self:
        """Put the manifest beside the state."""
        manifest = one.manifest
        return cls(
            release=one.id,
            system=one.system,
            version=one.version,
            deployment=one.deployment,
            state=one.state.value,
            lapsed=one.lapsed,
            digest=one.digest,
            runs=MeasuredFound.all_of(manifest.runs),
            scans=MeasuredFound.all_of(manifest.scans),
            components=PartFound.all_of(manifest.components),
            models=PartFound.all_of(manifest.models),
            documents=[part.digest for part in manifest.documents],
            request=one.request,
            decision=one.decision,
            created_at=one.created_at,
            changed_at=one.changed_at,
            entry=one.last_seq,
        )


class ReleaseList(BaseModel):
    """Newest first."""

    releases: list[ReleaseFound]
