"""Releases from their rows.

Rules of this place: the state that is shown is the recorded one, unless what was asked or approved does not stand any
more: then the release is a draft again, and `lapsed` says why. As of an older ledger size it is the recorded one:
whether an approval had expired is a question about a time, not about a size.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, select

from governance._payloads import payload_text, payload_texts
from governance.access import has_team
from governance.approvals import ApprovalState, Standing, found_request, standing_in
from governance.releases._state import ReleaseEvent, ReleaseState, step
from governance.releases._types import Manifest, Release, ReleaseStep
from governance.store import ReleaseEventRow, ReleaseRow, table_of

__all__ = ["CREATED", "read_release", "read_releases", "read_steps", "was_released"]

_RELEASES, _EVENTS = table_of(ReleaseRow), table_of(ReleaseEventRow)
CREATED: Final = "create"
_RESTS_ON_A_REQUEST: Final = frozenset({ReleaseState.REQUESTED, ReleaseState.IN_REVIEW, ReleaseState.APPROVED})
_LAPSED: Final = {
    ApprovalState.EXPIRED: "what was asked or approved has expired",
    ApprovalState.VOID: "what was seen is not what is there now: a decision, a run or another attempt came after it",
}


def read_release(connection: Connection, release: str, *, now: str, as_of: int | None = None) -> Release | None:
    """Return a release, if it is there."""
    found = _read(connection, select(_RELEASES).where(_RELEASES.c.release == release), now=now, as_of=as_of)
    return found[0] if found else None


def read_releases(
    connection: Connection, *, now: str, system: str | None = None, as_of: int | None = None
) -> tuple[Release, ...]:
    """Return the releases of a system or of all, newest first."""
    wanted = select(_RELEASES).order_by(_RELEASES.c.seq.desc())
    if system is not None:
        wanted = wanted.where(_RELEASES.c.system == system)
    return _read(connection, wanted, now=now, as_of=as_of)


def read_steps(connection: Connection, release: str) -> tuple[ReleaseStep, ...]:
    """Return what happened to a release, oldest first."""
    wanted = select(_EVENTS).where(_EVENTS.c.release == release).order_by(_EVENTS.c.position)
    return tuple(
        ReleaseStep(
            seq=row["seq"],
            at=row["recorded_at"],
            event=None if row["event"] == CREATED else ReleaseEvent(row["event"]),
            state=ReleaseState(row["state"]),
            request=row["request"],
            decision=row["decision"],
            reason=payload_text(connection, row["seq"], "reason"),
        )
        for row in connection.execute(wanted).mappings().all()
    )


def was_released(connection: Connection, *, system: str, version: str, deployment: str) -> frozenset[str]:
    """Return the manifests that a version's name ever stood for in use."""
    wanted = select(_RELEASES.c.digest).join(_EVENTS, _EVENTS.c.release == _RELEASES.c.release)
    place = (_RELEASES.c.system == system, _RELEASES.c.deployment == deployment)
    named = wanted.where(*place, _RELEASES.c.version == version)
    out = named.where(_EVENTS.c.event == ReleaseEvent.RELEASE.value)
    return frozenset(str(digest) for (digest,) in connection.execute(out))


def _read(connection: Connection, wanted: Select[Any], *, now: str, as_of: int | None) -> tuple[Release, ...]:
    if as_of is not None:
        wanted = wanted.where(_RELEASES.c.seq < as_of)
    rows = connection.execute(wanted).mappings().all()
    if not rows:
        return ()
    events = select(_EVENTS).order_by(_EVENTS.c.position)
    if len(rows) == 1:
        events = events.where(_EVENTS.c.release == rows[0]["release"])
    if as_of is not None:
        events = events.where(_EVENTS.c.seq < as_of)
    # The newest of each: a later one takes the place of the one before it.
    newest = {row["release"]: row for row in connection.execute(events).mappings().all()}
    return tuple(_release(connection, row, newest[row["release"]], None if as_of is not None else now) for row in rows)


def _release(connection: Connection, row: RowMapping, last: RowMapping, now: str | None) -> Release:
    recorded = ReleaseState(last["state"])
    lapsed = "" if now is None else _lapsed(connection, recorded, last["request"], now)
    return Release(
        id=row["release"],
        system=row["system"],
        version=row["version"],
        deployment=row["deployment"],
        state=step(recorded, ReleaseEvent.LAPSE) if lapsed else recorded,
        lapsed=lapsed,
        manifest=Manifest.decoded(row["manifest"].encode("utf-8"), payload_texts(connection, row["seq"], "documents")),
        digest=row["digest"],
        seq=row["seq"],
        last_seq=last["seq"],
        steps=last["position"],
        created_at=row["recorded_at"],
        changed_at=last["recorded_at"],
        request=last["request"],
        decision=last["decision"],
    )


def _lapsed(connection: Connection, state: ReleaseState, request: str | None, now: str) -> str:
    if state not in _RESTS_ON_A_REQUEST or request is None:
        return ""
    standing = standing_in(connection, found_request(connection, request), now=now)
    if state is ReleaseState.APPROVED and _is_alone(standing) and has_team(connection):
        return "it was approved by one person alone, and this store has a team now"
    return _LAPSED.get(standing.state, "")


def _is_alone(standing: Standing) -> bool:
    given: Sequence[bool] = [one.four_eyes for one in standing.answers]
    return not all(given)
