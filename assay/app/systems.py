"""The inventory for the command line: what is said of systems, and which of them nobody described.

Rules of this place: a system is known where the record holds it or `assay.yaml` names it, so that all systems of a
store and of a monorepo are in one list; what `assay.yaml` says of a system is where its description begins.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.kernel import MissingError

if TYPE_CHECKING:
    from governance.record import Record
    from governance.releases import Release
    from governance.systems import DescribedSystem

__all__ = ["KnownSystem", "add_system", "change_system", "known_systems", "list_systems", "show_system"]


@dataclass(frozen=True, kw_only=True)
class KnownSystem:
    """A system, wherever it is known from."""

    system: str
    described: "DescribedSystem | None"  # None: nobody said a word about it
    in_store: bool
    in_settings: bool
    is_default: bool
    versions: int = 0  # of its description
    releases: "tuple[Release, ...]" = ()  # in use


def add_system(workspace: Workspace, system: str, named: Mapping[str, Any]) -> "DescribedSystem":
    """Describe a system; what was not named is taken from `assay.yaml`, the owner is whoever describes it."""
    from governance.systems import SystemProfile  # noqa: PLC0415  lazy: it brings SQLAlchemy

    known = next((one for one in workspace.settings.systems if one.id == system), None)
    with closing(open_record(workspace)) as record:
        actor = current_actor(record)
        begin = SystemProfile(
            name=(known.name if known else "") or system, purpose=known.purpose if known else "", owner=actor.id
        )
        return record.inventory.add(actor, system, replace(begin, **named))


def change_system(workspace: Workspace, system: str, named: Mapping[str, Any]) -> "DescribedSystem":
    """Describe a system anew; what was not named stays."""
    with closing(open_record(workspace)) as record:
        known = record.inventory.profile(system)
        return record.inventory.change(current_actor(record), system, replace(known.profile, **named))


def known_systems(workspace: Workspace, record: "Record") -> set[str]:
    """Return the ids that the record holds, or that `assay.yaml` names."""
    own = {workspace.settings.default_system, *(one.id for one in workspace.settings.systems)}
    return own | {one.id for one in record.systems()}


def list_systems(workspace: Workspace, *, as_of: int | None = None) -> tuple[KnownSystem, ...]:
    """Return all systems that the store or `assay.yaml` names, by their ids."""
    with closing(open_record(workspace)) as record:
        described = {one.system: one for one in record.inventory.profiles(as_of=as_of)}
        stored = {one.id for one in record.systems() if as_of is None or one.seq < as_of}
    settings = workspace.settings
    named = {one.id for one in settings.systems}
    return tuple(
        KnownSystem(
            system=one,
            described=described.get(one),
            in_store=one in stored,
            in_settings=one in named,
            is_default=one == settings.default_system,
            versions=described[one].version if one in described else 0,
        )
        for one in sorted(stored | named)
    )


def show_system(workspace: Workspace, system: str, *, as_of: int | None = None) -> KnownSystem:
    """Return one system with the releases that are in use; raise `MissingError` for one that nobody knows."""
    found = next((one for one in list_systems(workspace, as_of=as_of) if one.system == system), None)
    if found is None:
        raise MissingError(f"there is no system {system[:80]!r}", hint="assay systems list")
    with closing(open_record(workspace)) as record:
        return replace(found, releases=_in_use(record, system, as_of))


def _in_use(record: "Record", system: str, as_of: int | None) -> "tuple[Release, ...]":
    from governance.releases import ReleaseState  # noqa: PLC0415  lazy, as above

    every = record.releases.releases(system=system, as_of=as_of)
    return tuple(one for one in every if one.state is ReleaseState.RELEASED)
