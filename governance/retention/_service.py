"""Holds and erasures in the record.

Rules of this place: a reason is the entry's payload, so it can be erased too; an erasure's entry says what, where, how
many and on which ground, never what it said; payloads of the ledger and files of evidence go in the transaction of that
entry, and their bytes leave the database's files; nothing that a hold covers is erased here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, RowMapping, func, select, update

from assay.kernel import (
    ForbiddenError,
    InputError,
    JsonValue,
    MissingError,
    canonical_bytes,
    content_id,
    digest_json,
    parse_strict,
)
from governance._change import Change, StateRow
from governance._door import Door
from governance._estimate_rows import Cell
from governance._payloads import payload_text
from governance.access import Permission
from governance.ledger import Action, Actor, Subject
from governance.retention._originals import evidence_traces, held_names, held_originals, originals_with
from governance.retention._types import Erasure, ErasureDraft, ErasureGround, ErasureSubject, Hold, HoldScope
from governance.store import (
    ErasureRow,
    LedgerPayload,
    LegalHoldRow,
    PersonRow,
    SessionRow,
    StoreBackupRow,
    delete_names,
    delete_originals,
    delete_payloads,
    forget_deleted,
    table_of,
)

__all__ = ["Retention"]

_HOLDS, _ERASURES, _PAYLOADS = table_of(LegalHoldRow), table_of(ErasureRow), table_of(LedgerPayload)
_PEOPLE, _SESSIONS, _BACKUPS = table_of(PersonRow), table_of(SessionRow), table_of(StoreBackupRow)


@dataclass(frozen=True)
class Retention:
    """What is held, what was erased."""

    _door: Door

    def place_hold(self, actor: Actor, scope_type: HoldScope, scope: str, *, reason: str) -> Hold:
        """Keep what the scope covers from being erased; raise `InputError` without a scope or a reason."""
        if not reason.strip():
            raise InputError("a hold needs a reason", hint='--reason "court file 12/26"')
        if bool(scope) == (scope_type is HoldScope.ALL):
            raise InputError(f"a hold on {scope_type.value} has scope {scope!r}", hint="all | system:ID | run:ID | …")
        with self._door.change(actor, Permission.MANAGE_HOLDS, _system_of(scope_type, scope)) as change:
            identity = content_id("hold", str(change.next_seq), change.at)
            hold = Hold(
                id=identity, scope_type=scope_type, scope=scope, placed_at=change.at, lifted_at=None, reason=reason
            )
            _record_hold(change, Action.HOLD_PLACED, hold, version=1)
        return hold

    def lift_hold(self, actor: Actor, identity: str, *, reason: str) -> None:
        """End a hold; raise `MissingError` where there is no such hold, or it was lifted."""
        found = _in_force(self.holds(), identity)
        with self._door.change(actor, Permission.MANAGE_HOLDS, _system_of(found.scope_type, found.scope)) as change:
            _in_force(_holds(change.connection), identity)  # once more in here: two may lift it at once
            lifted = replace(found, lifted_at=change.at, reason=reason)
            _record_hold(change, Action.HOLD_LIFTED, lifted, version=2)

    def holds(self) -> tuple[Hold, ...]:
        """Return the newest version of each hold, oldest first."""
        with self._door.reading() as connection:
            return _holds(connection)

    def held_payloads(self) -> frozenset[int]:
        """Return the entries whose payloads a hold on everything or on a person keeps."""
        with self._door.reading() as connection:
            return _held_payloads(connection)

    def payloads_of_person(self, person: str) -> tuple[int, ...]:
        """Return the entries that hold who a person is; raise `MissingError` for a person who is not known."""
        with self._door.reading() as connection:
            known = [seq for (seq,) in connection.execute(select(_PEOPLE.c.seq).where(_PEOPLE.c.person == person))]
            if not known:
                raise MissingError(f"there is no person {person!r}", hint="assay users list")
            there = select(_PAYLOADS.c.seq).where(_PAYLOADS.c.seq.in_(known)).order_by(_PAYLOADS.c.seq)
            return tuple(int(seq) for (seq,) in connection.execute(there))

    def payloads_with(self, holds_text: Callable[[JsonValue], bool]) -> tuple[int, ...]:
        """Return the entries whose payloads are wanted."""
        with self._door.reading() as connection:
            rows = connection.execute(select(_PAYLOADS.c.seq, _PAYLOADS.c.data).order_by(_PAYLOADS.c.seq))
            return tuple(int(seq) for seq, data in rows if holds_text(parse_strict(bytes(data))))

    def evidence_traces(self, evidence: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Return the digest of the file of a submission, where it is there, and the entries with words about it.

        Raise `MissingError` for a submission that is not known.
        """
        with self._door.reading() as connection:
            return evidence_traces(connection, evidence)

    def originals_with(self, wanted: Callable[[str, bytes], bool]) -> tuple[str, ...]:
        """Return the digests of the files of evidence that are wanted, by digest and bytes."""
        with self._door.reading() as connection:
            return originals_with(connection, wanted)

    def held_originals(self) -> frozenset[str]:
        """Return the digests of files that a hold on everything or on a system keeps."""
        with self._door.reading() as connection:
            return held_originals(connection, _holds(connection))

    def held_names(self) -> frozenset[str]:
        """Return the pseudonyms of names that a hold on everything or on a system keeps."""
        with self._door.reading() as connection:
            return held_names(connection, _holds(connection))

    def check_right_to_erase(self, actor: Actor, *, system: str | None) -> None:
        """Return if the actor may erase; raise `ForbiddenError` before anything has gone."""
        with self._door.change(actor, Permission.ERASE_DATA, system):
            pass  # the door asks; nothing is written

    def erase(self, actor: Actor, draft: ErasureDraft, *, system: str | None) -> Erasure:
        """Erase payloads and files of evidence and record the whole erasure; raise `ForbiddenError` for what is held.

        They belong to no one system: they take the right on the whole store. Whose sign-ins go is signed out.
        """
        if draft.is_of_store and system is not None:
            raise InputError("payloads, files and names are erased in the whole store, not in one system")
        with self._door.change(actor, Permission.ERASE_DATA, system) as change:
            identity = content_id("erasure", str(change.next_seq), change.at)
            _delete(change, draft)
            until = _backups_until(change.connection)
            cells = _erasure_cells(identity, draft, until, change.at)
            subject = Subject(type="erasure", id=identity, version=1, digest=digest_json(dict(cells)))
            seq = change.record(Action.ERASURE_PERFORMED, subject, [StateRow(ErasureRow, cells)], _details(draft))
        if draft.is_of_store:
            forget_deleted(self._door.engine)
        return Erasure(
            id=identity,
            seq=seq,
            subject_type=draft.subject_type,
            subject=draft.subject,
            ground=draft.ground,
            places=draft.places,
            withheld=draft.withheld,
            backups_until=until,
            recorded_at=change.at,
        )

    def erasures(self) -> tuple[Erasure, ...]:
        """Return the erasures, newest first."""
        with self._door.reading() as connection:
            rows = connection.execute(select(_ERASURES).order_by(_ERASURES.c.seq.desc())).mappings().all()
        return tuple(map(_erasure_of, rows))


def _system_of(scope_type: HoldScope, scope: str) -> str | None:
    return scope if scope_type is HoldScope.SYSTEM else None


def _holds(connection: Connection) -> tuple[Hold, ...]:
    rows = connection.execute(select(_HOLDS).order_by(_HOLDS.c.seq)).mappings().all()
    newest = {row["legal_hold"]: row for row in rows}
    return tuple(_hold_of(connection, row) for row in newest.values())


def _in_force(holds: tuple[Hold, ...], identity: str) -> Hold:
    found = next((hold for hold in holds if hold.id == identity and hold.lifted_at is None), None)
    if found is None:
        raise MissingError(f"there is no hold {identity[:80]!r} in force", hint="assay retention holds")
    return found


def _held_payloads(connection: Connection) -> frozenset[int]:
    in_force = [hold for hold in _holds(connection) if hold.lifted_at is None]
    kept = select(_PAYLOADS.c.seq)
    if not any(hold.scope_type is HoldScope.ALL for hold in in_force):
        people = [hold.scope for hold in in_force if hold.scope_type is HoldScope.PERSON]
        kept = kept.join(_PEOPLE, _PEOPLE.c.seq == _PAYLOADS.c.seq).where(_PEOPLE.c.person.in_(people))
    return frozenset(int(seq) for (seq,) in connection.execute(kept))


def _refuse_held(connection: Connection, payloads: Sequence[int]) -> None:
    if held := sorted(_held_payloads(connection).intersection(payloads)):
        raise ForbiddenError(
            f"a hold keeps the payloads of the entries {held[:10]}, nothing of the ledger was erased",
            hint="assay retention holds",
        )


def _delete(change: Change, draft: ErasureDraft) -> None:
    if draft.payloads:
        _refuse_held(change.connection, draft.payloads)
        delete_payloads(change.connection, draft.payloads)
        _sign_out(change, draft.payloads)
    if draft.originals:
        _refuse_held_files(change.connection, draft.originals)
        delete_originals(change.connection, draft.originals)
    if draft.names:
        _refuse_held_names(change.connection, draft.names)
        delete_names(change.connection, draft.names)


def _details(draft: ErasureDraft) -> dict[str, JsonValue]:
    details: dict[str, JsonValue] = {
        "subject_type": draft.subject_type.value,
        "ground": draft.ground.value,
        "places": dict(draft.places),
        "withheld": dict(draft.withheld),
        "payloads": list(draft.payloads),
    }
    if draft.names:
        details["names"] = sorted(draft.names)
    return {**details, "originals": sorted(draft.originals)} if draft.originals else details


def _refuse_held_files(connection: Connection, originals: Sequence[str]) -> None:
    if held := sorted(held_originals(connection, _holds(connection)).intersection(originals)):
        raise ForbiddenError(
            f"a hold keeps the files of evidence {held[:10]}, nothing was erased", hint="assay retention holds"
        )


def _refuse_held_names(connection: Connection, names: Sequence[str]) -> None:
    if held := sorted(held_names(connection, _holds(connection)).intersection(names)):
        raise ForbiddenError(
            f"a hold keeps the names of the documents {held[:10]}, nothing was erased", hint="assay retention holds"
        )


def _sign_out(change: Change, payloads: Sequence[int]) -> None:
    people = select(_PEOPLE.c.person).where(_PEOPLE.c.seq.in_(payloads))
    open_ones = _SESSIONS.c.person.in_(people) & _SESSIONS.c.ended_at.is_(None)
    change.connection.execute(update(_SESSIONS).where(open_ones).values(ended_at=change.at))


def _record_hold(change: Change, action: Action, hold: Hold, *, version: int) -> None:
    cells: dict[str, Cell] = {
        "legal_hold": hold.id,
        "scope_type": hold.scope_type.value,
        "scope": hold.scope,
        "placed_at": hold.placed_at,
        "lifted_at": hold.lifted_at,
    }
    subject = Subject(type="legal_hold", id=hold.id, version=version, digest=digest_json(dict(cells)))
    details: dict[str, JsonValue] = {"scope_type": hold.scope_type.value, "scope": hold.scope}
    change.record(action, subject, [StateRow(LegalHoldRow, cells)], details, payload={"reason": hold.reason})


def _hold_of(connection: Connection, row: RowMapping) -> Hold:
    return Hold(
        id=row["legal_hold"],
        scope_type=HoldScope(row["scope_type"]),
        scope=row["scope"],
        placed_at=row["placed_at"],
        lifted_at=row["lifted_at"],
        reason=payload_text(connection, row["seq"], "reason"),
    )


def _backups_until(connection: Connection) -> str | None:
    """Return until when copies may hold what is erased now; None where there is a copy that nobody gave an end."""
    count, dated, latest = connection.execute(
        select(func.count(), func.count(_BACKUPS.c.expires_at), func.max(_BACKUPS.c.expires_at))
    ).one()
    return None if count != dated else latest


def _erasure_cells(identity: str, draft: ErasureDraft, until: str | None, at: str) -> dict[str, Cell]:
    return {
        "erasure": identity,
        "subject_type": draft.subject_type.value,
        "subject": draft.subject,
        "ground": draft.ground.value,
        "places": canonical_bytes(dict(draft.places)).decode("ascii"),
        "withheld": canonical_bytes(dict(draft.withheld)).decode("ascii") if draft.withheld else None,
        "backups_until": until,
        "recorded_at": at,
    }


def _erasure_of(row: RowMapping) -> Erasure:
    return Erasure(
        id=row["erasure"],
        seq=row["seq"],
        subject_type=ErasureSubject(row["subject_type"]),
        subject=row["subject"],
        ground=ErasureGround(row["ground"]),
        places=_counts(row["places"]),
        withheld=_counts(row["withheld"] or "{}"),
        backups_until=row["backups_until"],
        recorded_at=row["recorded_at"],
    )


def _counts(text: str) -> Mapping[str, int]:
    found = parse_strict(text.encode("ascii"))
    return {key: value for key, value in found.items() if isinstance(value, int)} if isinstance(found, dict) else {}
