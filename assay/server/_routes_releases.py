"""Releases: put a candidate together, ask about it, let it out, take it back; people answer, signed in."""

from typing import Annotated, Final

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field

from assay.server._answers_releases import ReleaseFound, ReleaseList
from assay.server._asking import Caller, Identity, Limit, Served, System
from governance.access import Permission
from governance.ledger import Actor
from governance.releases import ReleaseDraft
from governance.systems import Part

__all__ = ["router"]

router: Final = APIRouter(prefix="/v1")
_Id = Annotated[str, Field(max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$")]
_MOST: Final = 100


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PartNamed(_Body):
    """A component, a model or a document, by name and digest."""

    name: str = Field(max_length=200, pattern=r"^\S+$")
    version: str = Field(default="", max_length=200, pattern=r"^\S*$")
    digest: str | None = Field(default=None, pattern=r"^sha256:[0-9a-f]{64}$")


class ReleaseAsked(_Body):
    """A candidate: recorded, complete runs and scans, and what it is made of."""

    system: str = Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")
    version: str = Field(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+/@:-]*$")
    runs: list[_Id] = Field(min_length=1, max_length=_MOST)
    scans: list[_Id] = Field(default=[], max_length=_MOST)
    deployment: str = Field(default="production", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$")
    components: list[PartNamed] = Field(default=[], max_length=_MOST)
    models: list[PartNamed] = Field(default=[], max_length=_MOST)
    documents: list[PartNamed] = Field(default=[], max_length=_MOST)


class RequestMade(_Body):
    """How many people are asked, and for how long."""

    needed: int = Field(default=1, ge=1, le=10)
    days: int = Field(default=14, ge=1, le=366)
    comment: str = Field(default="", max_length=2000)


class RecallMade(_Body):
    """Why a release is taken out of use; kept where it can be erased."""

    reason: str = Field(min_length=1, max_length=2000)


@router.get("/releases")
def list_releases(served: Served, caller: Caller, system: System = None, limit: Limit = 100) -> ReleaseList:
    """List releases with their states now, newest first."""
    found = served.record.releases.releases(system=system)
    kept = served.access.readable(caller, found, lambda one: one.system)
    return ReleaseList(releases=[ReleaseFound.of(one) for one in kept[:limit]])


@router.get("/releases/{release}")
def show_release(release: Identity, served: Served, caller: Caller) -> ReleaseFound:
    """Show a release with its manifest."""
    found = served.release(release)
    served.access.see(caller, found.system, f"release {release!r}")
    return ReleaseFound.of(found)


@router.post("/releases", status_code=201)
def create_release(asked: Annotated[ReleaseAsked, Body()], served: Served, caller: Caller) -> ReleaseFound:
    """Put a candidate together; digests of runs and scans are taken from the record."""
    served.access.see(caller, asked.system, f"system {asked.system!r}", Permission.PREPARE_RELEASE)
    draft = ReleaseDraft(
        system=asked.system,
        version=asked.version,
        runs=tuple(asked.runs),
        scans=tuple(asked.scans),
        deployment=asked.deployment,
        components=_parts(asked.components),
        models=_parts(asked.models),
        documents=_parts(asked.documents),
    )
    return ReleaseFound.of(served.record.releases.create(caller, draft))


@router.post("/releases/{release}/request")
def request_release(
    release: Identity, asked: Annotated[RequestMade, Body()], served: Served, caller: Caller
) -> ReleaseFound:
    """Ask people to approve a release that its gate let pass: they answer signed in, never by a token."""
    _see(served, caller, release, Permission.PREPARE_RELEASE)
    made = served.record.releases.request(caller, release, needed=asked.needed, days=asked.days, comment=asked.comment)
    return ReleaseFound.of(made)


@router.post("/releases/{release}/release")
def ship_release(release: Identity, served: Served, caller: Caller) -> ReleaseFound:
    """Say that an approved release is in use from now on, in the place of the one before it."""
    _see(served, caller, release, Permission.PREPARE_RELEASE)
    return ReleaseFound.of(served.record.releases.ship(caller, release))


@router.post("/releases/{release}/recall")
def recall_release(
    release: Identity, asked: Annotated[RecallMade, Body()], served: Served, caller: Caller
) -> ReleaseFound:
    """Take a release out of use."""
    _see(served, caller, release, Permission.RECALL_RELEASE)
    return ReleaseFound.of(served.record.releases.recall(caller, release, reason=asked.reason))


def _see(served: Served, caller: Actor, release: str, permission: Permission) -> None:
    served.access.see(caller, served.release(release).system, f"release {release!r}", permission)


def _parts(named: list[PartNamed]) -> tuple[Part, ...]:
    return tuple(Part(name=one.name, version=one.version, digest=one.digest) for one in named)
