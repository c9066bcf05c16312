"""Asking to do without a control, and which such wishes count.

Rules of this place: a waiver names a control, and a risk unless it is for all of them, a reason and an end within 90
days; it counts from its approval by somebody else until its end, and never past it: a new one is another wish. What it
says, and that approval is asked for, is one change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, RowMapping, select

from assay.kernel import InputError, canonical_bytes, content_id, digest_bytes, format_time, parse_time
from governance._change import Change, StateRow
from governance._door import Door
from governance._estimate_rows import Cell
from governance._payloads import payload_text
from governance.access import Permission, has_team
from governance.approvals import (
    ApprovalDraft,
    ApprovalPurpose,
    ApprovalState,
    Standing,
    ask,
    read_requests,
    standing_in,
)
from governance.ledger import Action, Actor, Subject
from governance.status import Waiver
from governance.store import WaiverRow, table_of
from governance.waivers._types import RecordedWaiver, WaiverDraft
from risks import Framework

__all__ = ["Waivers"]

KIND: Final = "waiver"
MOST_DAYS: Final = 90  # as long as an approval lasts
_WAIVERS = table_of(WaiverRow)


@dataclass(frozen=True)
class Waivers:
    """Waivers of an open store."""

    _door: Door

    def ask(self, actor: Actor, draft: WaiverDraft, framework: Framework) -> RecordedWaiver:
        """Record a wish and ask for its approval.

        Raise `MissingError` for a control or risk that is not in the catalogue, `InputError` where the two are not
        mapped to each other, without a reason, or for an end that is too far.
        """
        _check(draft, framework)
        with self._door.change(actor, Permission.WAIVE_CONTROL, draft.system) as change:
            identity = _record(change, draft)
            found = _read(change.connection, change.at, draft.system)
        return next(one for one in found if one.id == identity)

    def waivers(self, system: str) -> tuple[RecordedWaiver, ...]:
        """Return all waivers of a system with their states now, newest first."""
        with self._door.reading() as connection:
            return _read(connection, format_time(self._door.clock.now()), system)

    def in_force(self, system: str) -> tuple[Waiver, ...]:
        """Return those that count now; what one person approved alone does no more once there is a team."""
        return self._in_force(system).get(system, ())

    def in_force_by_system(self) -> Mapping[str, tuple[Waiver, ...]]:
        """Return those that count now, of each system that has any."""
        return self._in_force(None)

    def _in_force(self, system: str | None) -> Mapping[str, tuple[Waiver, ...]]:
        found: dict[str, tuple[Waiver, ...]] = {}
        with self._door.reading() as connection:
            is_team = has_team(connection)
            for one in _read(connection, format_time(self._door.clock.now()), system):
                if one.state is ApprovalState.APPROVED and (one.four_eyes or not is_team):
                    made = Waiver(id=one.id, control=one.control, risk=one.risk, expires_at=one.expires_at)
                    found[one.system] = (*found.get(one.system, ()), made)
        return found


def _check(draft: WaiverDraft, framework: Framework) -> None:
    control = framework.control(draft.control)
    if draft.risk is not None:
        mapped = {one.control for one in framework.risk(draft.risk).controls}
        if control.id not in mapped:
            raise InputError(
                f"{control.id} is not mapped to the risk {draft.risk}", hint=f"assay risks show {draft.risk}"
            )
    if not draft.reason.strip():
        raise InputError("a waiver needs a reason", hint='--reason "why the system does without it"')
    if not 1 <= draft.days <= MOST_DAYS:
        raise InputError(f"a waiver of {draft.days} days, expected 1 to {MOST_DAYS}", hint="--days 90")


def _record(change: Change, draft: WaiverDraft) -> str:
    expires_at = format_time(parse_time(change.at) + timedelta(days=draft.days))
    content = [draft.system, draft.control, draft.risk, expires_at, draft.reason, draft.compensating]
    digest = digest_bytes(canonical_bytes(content))
    identity = content_id(KIND, digest, str(change.next_seq))
    cells: dict[str, Cell] = {
        "waiver": identity,
        "system": draft.system,
        "control": draft.control,
        "risk": draft.risk,
        "digest": digest,
        "requester": change.actor.id,
        "expires_at": expires_at,
        "recorded_at": change.at,
    }
    change.record(
        Action.CONTROL_WAIVED,
        Subject(type=KIND, id=identity, version=1, digest=digest),
        [StateRow(WaiverRow, cells)],
        {"system": draft.system, "control": draft.control, "risk": draft.risk, "expires_at": expires_at},
        payload={"reason": draft.reason, "compensating": draft.compensating},
    )
    wish = ApprovalDraft(
        purpose=ApprovalPurpose.WAIVER,
        system=draft.system,
        subject_type=KIND,
        subject=identity,
        subject_digest=digest,
    )
    ask(change, wish)
    return identity


def _read(connection: Connection, now: str, system: str | None) -> tuple[RecordedWaiver, ...]:
    wanted = select(_WAIVERS).order_by(_WAIVERS.c.seq.desc())
    rows = connection.execute(wanted if system is None else wanted.where(_WAIVERS.c.system == system))
    requests = [one for one in read_requests(connection, system=system) if one.subject_type == KIND]
    asked = {one.subject: standing_in(connection, one, now=now) for one in requests}
    return tuple(_waiver_of(connection, row, asked, now) for row in rows.mappings().all())


def _waiver_of(connection: Connection, row: RowMapping, asked: Mapping[str, Standing], now: str) -> RecordedWaiver:
    standing = asked[row["waiver"]]
    state = standing.state
    if row["expires_at"] <= now and state in (ApprovalState.APPROVED, ApprovalState.PENDING):
        state = ApprovalState.EXPIRED
    return RecordedWaiver(
        **{name: row[name] for name in ("seq", "system", "control", "risk", "digest", "requester", "expires_at")},
        id=row["waiver"],
        recorded_at=row["recorded_at"],
        request=standing.request.id,
        state=state,
        four_eyes=standing.four_eyes,
        reason=payload_text(connection, row["seq"], "reason"),
        compensating=payload_text(connection, row["seq"], "compensating"),
    )
