"""Raising and settling alerts.

Rules of this place: the same trouble is raised once until somebody closes it, however often it is noticed and by how
many at once; a person settles an alert with a comment, which is payload; nothing closes by itself.
"""

from dataclasses import dataclass, replace

from sqlalchemy import Connection, RowMapping, func, select

from assay.kernel import InputError, JsonValue, MissingError, canonical_bytes, content_id, parse_strict
from governance._change import Change, StateRow
from governance._door import Door
from governance._estimate_rows import Cell
from governance._payloads import payload_text
from governance.access import Permission
from governance.alerts._types import Alert, AlertDraft, AlertKind, AlertState
from governance.ledger import Action, Actor, Subject
from governance.store import AlertRow, table_of

__all__ = ["Alerts"]

_ALERTS = table_of(AlertRow)
_ACTIONS = {
    AlertState.RAISED: Action.ALERT_RAISED,
    AlertState.ACKNOWLEDGED: Action.ALERT_ACKNOWLEDGED,
    AlertState.CLOSED: Action.ALERT_CLOSED,
}


@dataclass(frozen=True)
class Alerts:
    """Alerts of an open store."""

    _door: Door

    def raise_(self, actor: Actor, draft: AlertDraft) -> Alert:
        """Record what was noticed; return the alert that stands for it already, where one is not closed."""
        with self._door.change(actor, Permission.RAISE_ALERT, draft.system) as change:
            return _standing(change.connection, draft.fingerprint) or _raise(change, draft)

    def acknowledge(self, actor: Actor, alert: str, *, comment: str) -> Alert:
        """Say that somebody knows; raise `InputError` for an alert that is not raised, or without a comment."""
        return self._settle(actor, alert, AlertState.ACKNOWLEDGED, comment)

    def close(self, actor: Actor, alert: str, *, comment: str) -> Alert:
        """Say what became of it; raise `InputError` for an alert that is closed, or without a comment."""
        return self._settle(actor, alert, AlertState.CLOSED, comment)

    def alert(self, alert: str) -> Alert:
        """Return an alert; raise `MissingError`."""
        with self._door.reading() as connection:
            return _found(connection, alert)

    def alerts(
        self, *, system: str | None = None, kind: AlertKind | None = None, with_closed: bool = False
    ) -> tuple[Alert, ...]:
        """Return alerts, newest first: those that nobody closed, or all."""
        wanted = select(_ALERTS).order_by(_ALERTS.c.seq)
        if system is not None:
            wanted = wanted.where(_ALERTS.c.system == system)
        if kind is not None:
            wanted = wanted.where(_ALERTS.c.kind == kind.value)
        with self._door.reading() as connection:
            newest = {row["alert"]: row for row in connection.execute(wanted).mappings().all()}
            kept = [row for row in newest.values() if with_closed or row["state"] != AlertState.CLOSED.value]
            kept.sort(key=lambda row: (row["raised_at"], row["seq"]), reverse=True)
            return tuple(_alert_of(connection, row) for row in kept)

    def _settle(self, actor: Actor, alert: str, state: AlertState, comment: str) -> Alert:
        if not comment.strip():
            raise InputError("an alert is settled with a comment", hint='--comment "what was found"')
        with self._door.reading() as connection:
            system = _found(connection, alert).system
        with self._door.change(actor, Permission.CLOSE_ALERT, system) as change:
            found = _found(change.connection, alert)  # once more in here: two may settle at once
            if found.state is AlertState.CLOSED or found.state is state:
                raise InputError(f"the alert {found.id} is {found.state.value}", hint="assay monitor alerts list --all")
            version = _versions(change.connection, alert) + 1
            return _record(change, replace(found, state=state), version=version, comment=comment)


def _standing(connection: Connection, fingerprint: str) -> Alert | None:
    """Return the alert about this trouble that nobody closed, if there is one."""
    newest = (
        select(_ALERTS).where(_ALERTS.c.fingerprint == fingerprint).order_by(_ALERTS.c.seq.desc()).limit(1)
    )  # episodes follow each other, so the newest row is of the last one
    row = connection.execute(newest).mappings().first()
    return None if row is None or row["state"] == AlertState.CLOSED.value else _alert_of(connection, row)


def _found(connection: Connection, alert: str) -> Alert:
    newest = select(_ALERTS).where(_ALERTS.c.alert == alert).order_by(_ALERTS.c.seq.desc()).limit(1)
    row = connection.execute(newest).mappings().first()
    if row is None:
        raise MissingError(f"there is no alert {alert[:80]!r}", hint="assay monitor alerts list --all")
    return _alert_of(connection, row)


def _versions(connection: Connection, alert: str) -> int:
    return connection.execute(select(func.count()).select_from(_ALERTS).where(_ALERTS.c.alert == alert)).scalar_one()


def _raise(change: Change, draft: AlertDraft) -> Alert:
    made = Alert(
        id=content_id("alert", draft.fingerprint, str(change.next_seq)),
        seq=change.next_seq,
        kind=draft.kind,
        system=draft.system,
        subject=draft.subject,
        details=dict(draft.details),
        fingerprint=draft.fingerprint,
        state=AlertState.RAISED,
        raised_at=change.at,
        recorded_at=change.at,
        comment=None,
    )
    return _record(change, made, version=1, comment=None)


def _record(change: Change, alert: Alert, *, version: int, comment: str | None) -> Alert:
    cells: dict[str, Cell] = {
        "alert": alert.id,
        "fingerprint": alert.fingerprint,
        "kind": alert.kind.value,
        "system": alert.system,
        "subject": alert.subject,
        "details": canonical_bytes(dict(alert.details)).decode("utf-8"),
        "state": alert.state.value,
        "raised_at": alert.raised_at,
        "recorded_at": change.at,
    }
    subject = Subject(type="alert", id=alert.id, version=version, digest=alert.fingerprint)
    details: dict[str, JsonValue] = {"kind": alert.kind.value, "system": alert.system}
    payload: dict[str, JsonValue] | None = None if comment is None else {"comment": comment}
    seq = change.record(_ACTIONS[alert.state], subject, [StateRow(AlertRow, cells)], details, payload=payload)
    return replace(alert, seq=seq, recorded_at=change.at, comment=comment)


def _alert_of(connection: Connection, row: RowMapping) -> Alert:
    details = parse_strict(row["details"].encode("utf-8"))
    return Alert(
        id=row["alert"],
        seq=row["seq"],
        kind=AlertKind(row["kind"]),
        system=row["system"],
        subject=row["subject"],
        details=details if isinstance(details, dict) else {},
        fingerprint=row["fingerprint"],
        state=AlertState(row["state"]),
        raised_at=row["raised_at"],
        recorded_at=row["recorded_at"],
        comment=payload_text(connection, row["seq"], "comment"),
    )
