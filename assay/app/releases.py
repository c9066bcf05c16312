"""Releases for the command line and the pages.

Rules of this place: what a release is made of is looked up in the record; a document is known by the digest of its
bytes, which are read here and kept nowhere; what people are asked to approve is shown with what is missing to it.
"""

import re
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.kernel import InputError, digest_bytes, plain

if TYPE_CHECKING:
    from governance import Actor
    from governance.approvals import Answer, Standing
    from governance.releases import Release, ReleaseStep
    from governance.systems import Part

__all__ = [
    "ReleaseOrder",
    "ShownRelease",
    "answer_release",
    "create_release",
    "list_releases",
    "recall_release",
    "request_release",
    "ship_release",
    "show_release",
    "take_up_release",
]


@dataclass(frozen=True, kw_only=True)
class ReleaseOrder:
    """What somebody names of a candidate."""

    version: str
    runs: Sequence[str]  # ids, or `latest`
    system: str | None = None  # None: the default system
    deployment: str = "production"
    scans: Sequence[str] = ()
    components: Sequence[str] = ()  # NAME[@VERSION][=sha256:…]
    models: Sequence[str] = ()  # as above
    documents: Sequence[Path] = ()


@dataclass(frozen=True, kw_only=True)
class ShownRelease:
    """A release, what happened to it, and what was asked about it."""

    release: "Release"
    history: "tuple[ReleaseStep, ...]"
    seen: str  # the digest of what there is to approve now
    standing: "Standing | None"  # None: nobody has asked


def create_release(workspace: Workspace, order: ReleaseOrder) -> "Release":
    """Put a candidate together from what the record holds."""
    # Lazy: releases bring SQLAlchemy, and help does not need it.
    from governance.releases import ReleaseDraft  # noqa: PLC0415
    from governance.systems import parse_part  # noqa: PLC0415

    draft = ReleaseDraft(
        system=order.system or workspace.settings.default_system,
        version=order.version,
        runs=tuple(workspace.run_dir(one).name if one == "latest" else one for one in order.runs),
        scans=tuple(order.scans),
        deployment=order.deployment,
        components=tuple(map(parse_part, order.components)),
        models=tuple(map(parse_part, order.models)),
        documents=tuple(map(_document, order.documents)),
    )
    with closing(open_record(workspace)) as record:
        return record.releases.create(current_actor(record), draft)


def list_releases(
    workspace: Workspace, *, system: str | None = None, as_of: int | None = None
) -> "tuple[Release, ...]":
    """Return the releases with their states, newest first."""
    with closing(open_record(workspace)) as record:
        return record.releases.releases(system=system, as_of=as_of)


def show_release(workspace: Workspace, release: str, *, as_of: int | None = None) -> ShownRelease:
    """Return a release with its history and what was asked about it."""
    with closing(open_record(workspace)) as record:
        found = record.releases.release(release, as_of=as_of)
        return ShownRelease(
            release=found,
            history=tuple(one for one in record.releases.history(release) if as_of is None or one.seq < as_of),
            seen=record.approvals.digest_of("release", release),
            standing=None if found.request is None else record.approvals.standing(found.request),
        )


def request_release(workspace: Workspace, release: str, *, needed: int, days: int, comment: str) -> "Release":
    """Ask people to approve a release."""
    with closing(open_record(workspace)) as record:
        actor = current_actor(record)
        return record.releases.request(actor, release, needed=needed, days=days, comment=comment)


def take_up_release(workspace: Workspace, release: str, *, actor: "Actor | None" = None) -> "Release":
    """Begin the review; `actor`: who signed in."""
    with closing(open_record(workspace)) as record:
        return record.releases.take_up(actor or current_actor(record), release)


def answer_release(workspace: Workspace, release: str, *, approve: bool, seen: str, comment: str) -> "Answer":
    """Approve or reject what was seen."""
    with closing(open_record(workspace)) as record:
        answers = record.releases.approve if approve else record.releases.reject
        return answers(current_actor(record), release, seen=seen, comment=comment)


def ship_release(workspace: Workspace, release: str, *, settles: Collection[str] = ()) -> "Release":
    """Say that a release is in use from now on; `settles`: the serious incidents that it is the answer to."""
    with closing(open_record(workspace)) as record:
        return record.releases.ship(current_actor(record), release, settles=settles)


def recall_release(workspace: Workspace, release: str, *, reason: str) -> "Release":
    """Take a release out of use."""
    with closing(open_record(workspace)) as record:
        return record.releases.recall(current_actor(record), release, reason=reason)


def _document(path: Path) -> "Part":
    from governance.systems import Part  # noqa: PLC0415  lazy, as above

    try:
        digest = digest_bytes(path.read_bytes())
    except OSError as error:
        raise InputError(f"cannot read the document {path}: {error.strerror}", hint="--document FILE") from error
    return Part(name=re.sub(r"\s+", "_", plain(path.name)), digest=digest)
