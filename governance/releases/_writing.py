"""What is written of a release: its beginning, and each turn.

Rules of this place: a turn that the states do not know is refused before anything is written, and the refusal says
what lapsed, where something did; the state after a turn is written with it.
"""

from typing import Final

from sqlalchemy import Connection

from assay.kernel import InputError, JsonValue, MissingError
from governance._change import Change, StateRow
from governance._estimate_rows import Cell
from governance.approvals import RELEASE
from governance.ledger import Action, Subject
from governance.lineage import rows_of
from governance.releases._lineage import release_links
from governance.releases._rows import CREATED, read_release
from governance.releases._state import ReleaseEvent, ReleaseState, step
from governance.releases._types import Manifest, Release
from governance.store import ReleaseEventRow, ReleaseRow

__all__ = ["found_release", "lead_on", "missing_release", "turn", "write_release"]

_ACTIONS: Final = {
    ReleaseEvent.REQUEST: Action.RELEASE_REQUESTED,
    ReleaseEvent.TAKE_UP: Action.RELEASE_IN_REVIEW,
    ReleaseEvent.APPROVE: Action.RELEASE_APPROVED,
    ReleaseEvent.REJECT: Action.RELEASE_REJECTED,
    ReleaseEvent.RELEASE: Action.RELEASE_RELEASED,
    ReleaseEvent.SUPERSEDE: Action.RELEASE_SUPERSEDED,
    ReleaseEvent.RECALL: Action.RELEASE_RECALLED,
}


def missing_release(release: str) -> MissingError:
    """Return what to raise for a stranger."""
    return MissingError(f"there is no release {release[:80]!r}", hint="assay releases list")


def found_release(connection: Connection, release: str, *, now: str, as_of: int | None = None) -> Release:
    """Return a release; raise `MissingError`."""
    found = read_release(connection, release, now=now, as_of=as_of)
    if found is None:
        raise missing_release(release)
    return found


def turn(one: Release, event: ReleaseEvent) -> ReleaseState:
    """Return the state after an event; raise `InputError` for a wrong turn."""
    try:
        return step(one.state, event)
    except InputError as error:
        if not one.lapsed:
            raise
        raise InputError(f"{error.message}: {one.lapsed}", hint=error.hint) from error


def write_release(change: Change, release: str, manifest: Manifest) -> Release:
    """Write a candidate as a draft."""
    cells: dict[str, Cell] = {
        "release": release,
        "system": manifest.system,
        "version": manifest.version,
        "deployment": manifest.deployment,
        "digest": manifest.digest,
        "manifest": manifest.encoded().decode("utf-8"),
        "recorded_at": change.at,
    }
    event: dict[str, Cell] = {
        "release": release,
        "position": 1,
        "system": manifest.system,
        "event": CREATED,
        "state": ReleaseState.DRAFT.value,
        "recorded_at": change.at,
    }
    subject = Subject(type=RELEASE, id=release, version=1, digest=manifest.digest)
    details: dict[str, JsonValue] = {
        "system": manifest.system,
        "version": manifest.version,
        "deployment": manifest.deployment,
        "runs": [one.id for one in manifest.runs],
    }
    lineage = rows_of(change, release_links(release, manifest))
    rows = [StateRow(ReleaseRow, cells), StateRow(ReleaseEventRow, event), *lineage]
    names: dict[str, JsonValue] = {"documents": [one.name for one in manifest.documents]}
    change.record(Action.RELEASE_CREATED, subject, rows, details, payload=names if manifest.documents else None)
    return found_release(change.connection, release, now=change.at)


def lead_on(
    change: Change,
    one: Release,
    event: ReleaseEvent,
    *,
    request: str | None = None,
    decision: str | None = None,
    details: dict[str, JsonValue] | None = None,
    payload: dict[str, JsonValue] | None = None,
) -> Release:
    """Write a turn and return the release after it; raise `InputError` for a wrong one."""
    after = turn(one, event)
    cells: dict[str, Cell] = {
        "release": one.id,
        "position": one.steps + 1,
        "system": one.system,
        "event": event.value,
        "state": after.value,
        "request": request or one.request,
        "decision": decision or one.decision,
        "recorded_at": change.at,
    }
    subject = Subject(type=RELEASE, id=one.id, version=one.steps + 1, digest=one.digest)
    said: dict[str, JsonValue] = {"system": one.system, "version": one.version, "deployment": one.deployment}
    if request is not None:
        said |= {"request": request, "decision": decision}
    change.record(
        _ACTIONS[event], subject, [StateRow(ReleaseEventRow, cells)], {**said, **(details or {})}, payload=payload
    )
    return found_release(change.connection, one.id, now=change.at)
