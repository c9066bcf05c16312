"""The inventory: what each governed system is, version by version.

Rules of this place: a system that a run or a scan registered is there without a word about it, and is described by
`add`; what changes is a new version, what does not change is no entry; its owner is a person, not a program. Lists of
systems from elsewhere (spreadsheets) come through the same two doors.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, select

from assay.kernel import InputError, JsonValue, MissingError, canonical_bytes, digest_bytes
from governance._change import Change, StateRow
from governance._door import Door
from governance._estimate_rows import Cell
from governance._recording import register_system
from governance.access import Permission, has_team, standing_of
from governance.ledger import Action, Actor, Subject
from governance.store import PersonRow, SystemProfileRow, table_of
from governance.systems._rows import read_newest, read_versions
from governance.systems._types import DescribedSystem, SystemProfile

__all__ = ["Inventory"]

_PERSONS = table_of(PersonRow)
_SYSTEM_ID: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")  # as in assay.yaml and in run logs


@dataclass(frozen=True)
class Inventory:
    """The systems of an open store."""

    _door: Door

    def add(self, actor: Actor, system: str, profile: SystemProfile) -> DescribedSystem:
        """Describe a system; raise `InputError` for one that is described, or whose owner is no person."""
        if not _SYSTEM_ID.fullmatch(system):
            raise InputError(f"{system[:80]!r} is no id of a system, expected {_SYSTEM_ID.pattern}")
        with self._door.change(actor, Permission.MANAGE_SYSTEMS, system) as change:
            if read_newest(change.connection, system=system):
                raise InputError(f"the system {system!r} is described", hint=f"assay systems change {system}")
            register_system(change, system)
            return _record(change, system, profile, version=1)

    def change(self, actor: Actor, system: str, profile: SystemProfile) -> DescribedSystem:
        """Record another version; the same once more changes nothing; raise `MissingError` where there is none."""
        with self._door.change(actor, Permission.MANAGE_SYSTEMS, system) as change:
            known = _only(read_newest(change.connection, system=system), system)
            if (profile.facts(), profile.words()) == (known.profile.facts(), known.profile.words()):
                return known
            return _record(change, system, profile, version=known.version + 1)

    def profile(self, system: str, *, as_of: int | None = None) -> DescribedSystem:
        """Return what is said of a system now, or below a ledger size; raise `MissingError` where nothing is."""
        with self._door.reading() as connection:
            return _only(read_newest(connection, system=system, as_of=as_of), system)

    def profiles(self, *, as_of: int | None = None) -> tuple[DescribedSystem, ...]:
        """Return what is said of each system that is described."""
        with self._door.reading() as connection:
            return read_newest(connection, as_of=as_of)

    def history(self, system: str) -> tuple[DescribedSystem, ...]:
        """Return all versions of a system's profile, newest first."""
        with self._door.reading() as connection:
            return read_versions(connection, system)


def _only(found: tuple[DescribedSystem, ...], system: str) -> DescribedSystem:
    if not found:
        raise MissingError(f"the system {system[:80]!r} is not described", hint=f"assay systems add {system[:80]}")
    return found[0]


def _record(change: Change, system: str, profile: SystemProfile, *, version: int) -> DescribedSystem:
    _refuse_other_owner(change.connection, profile.owner, change.at, change.actor)
    document = canonical_bytes(profile.facts())
    cells: dict[str, Cell] = {
        "system": system,
        "version": version,
        "owner": profile.owner,
        "profile": document.decode("utf-8"),
        "recorded_at": change.at,
    }
    # The first version of the system is the entry that registered it without a word.
    subject = Subject(type="system", id=system, version=version + 1, digest=digest_bytes(document))
    details: dict[str, JsonValue] = {"owner": profile.owner, "roles": [one.value for one in profile.roles]}
    rows = [StateRow(SystemProfileRow, cells)]
    seq = change.record(Action.SYSTEM_CHANGED, subject, rows, details, payload=profile.words())
    ordered = replace(profile, roles=tuple(sorted(profile.roles)), markets=tuple(sorted(profile.markets)))
    return DescribedSystem(system=system, version=version, profile=ordered, seq=seq, recorded_at=change.at)


def _refuse_other_owner(connection: Connection, owner: str, at: str, actor: Actor) -> None:
    if not has_team(connection):
        if owner != actor.id:
            raise InputError(f"{owner!r} is nobody here: this store has one user, {actor.id}", hint="leave it out")
        return
    standing = standing_of(connection, owner, at=at)
    kind = connection.execute(
        select(_PERSONS.c.kind).where(_PERSONS.c.person == owner).order_by(_PERSONS.c.seq.desc()).limit(1)
    ).scalar()
    if standing is None or not standing.is_active or kind != "human":
        raise InputError(f"{owner!r} is no active person of the team", hint="assay users list")
