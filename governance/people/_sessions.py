"""Sessions: people who signed in, kept here and not in the browser.

Rules of this place: the browser holds 256 random bits, the store their SHA-256; where a provider's word is renewed with
each page instead, one sign-in there has one session here; a session ends when nobody used it for a while, when it is
old, when its person signs out, loses a sign-in or is disabled; it says when its person last proved who they are, which
is not when it was last used. Sessions are no record.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, select, update

from assay.kernel import ForbiddenError, canonical_bytes, format_time, parse_time
from governance._door import Door
from governance.access import standing_of
from governance.ledger import Actor
from governance.people._rows import read_people
from governance.people._types import BegunSession, PersonStatus, SignIn
from governance.store import SessionRow, table_of

__all__ = ["SessionLimits", "Sessions"]

_BYTES: Final = 32
_USE_NOTED_EVERY: Final = timedelta(minutes=1)
_SESSIONS = table_of(SessionRow)


@dataclass(frozen=True, kw_only=True)
class SessionLimits:
    """How long a session lasts."""

    idle: timedelta = timedelta(minutes=30)  # since it was last used
    absolute: timedelta = timedelta(hours=12)  # since it began


@dataclass(frozen=True)
class Sessions:
    """Sessions of an open store."""

    _door: Door
    limits: SessionLimits = SessionLimits()

    def begin(self, sign_in: SignIn, *, authenticated_at: datetime) -> BegunSession:
        """Begin a session of somebody whom an identity provider vouched for at a time.

        Raise `ForbiddenError` for somebody who was not added or is disabled. A time that is still to come counts as
        now.
        """
        now = self._door.clock.now()
        at, proven = format_time(now), format_time(min(authenticated_at, now))
        secret = secrets.token_urlsafe(_BYTES)
        with self._door.passing() as connection:
            person = _person_of(connection, sign_in)
            _begun(connection, _digest(secret), person, at, proven)
        return BegunSession(actor=_actor(person, proven), secret=secret)

    def actor_of(self, secret: str) -> Actor:
        """Return who is signed in, and note the use; raise `ForbiddenError` where the session has ended, however."""
        now = self._door.clock.now()
        with self._door.reading() as connection:
            row = _session(connection, _digest(secret))
            standing = None if row is None else standing_of(connection, row["person"], at=format_time(now))
        if row is None or self._has_ended(row, now) or standing is None or not standing.is_active:
            raise _ended()
        self._note_use(row, now)
        return _actor(row["person"], row["authenticated_at"])

    def resume_or_begin(self, sign_in: SignIn, *, authenticated_at: datetime) -> Actor:
        """Return who is signed in by one sign-in at the provider, which has one session that nothing revives.

        Its first use begins the session, and a page that is loaded anew goes on with it. Raise `ForbiddenError` for
        somebody who was not added or is disabled, and where the sign-in is too old or its session has ended.
        """
        now = self._door.clock.now()
        proven, key = format_time(min(authenticated_at, now)), _key(sign_in, authenticated_at)
        if now - authenticated_at > self.limits.absolute:
            raise _ended()
        with self._door.reading() as connection:
            person, row = _person_of(connection, sign_in), _session(connection, key)
        if row is None:
            with self._door.passing() as connection:  # which is one after the other: another tab may have been first
                row = _session(connection, key) or _begun(connection, key, person, format_time(now), proven)
        if row["person"] != person or self._has_ended(row, now):
            raise _ended()
        self._note_use(row, now)
        return _actor(person, row["authenticated_at"])

    def end_sign_in(self, sign_in: SignIn, *, authenticated_at: datetime) -> None:
        """End the session of one sign-in at the provider, for good."""
        key = _key(sign_in, authenticated_at)
        self._change(_SESSIONS.c.session == key, ended_at=format_time(self._door.clock.now()))

    def end(self, secret: str) -> None:
        """End a session; one that has ended stays as it is."""
        self._change(_SESSIONS.c.session == _digest(secret), ended_at=format_time(self._door.clock.now()))

    def end_all(self, person: str) -> None:
        """End every session of a person."""
        self._change(_SESSIONS.c.person == person, ended_at=format_time(self._door.clock.now()))

    def _has_ended(self, row: RowMapping, now: datetime) -> bool:
        return (
            row["ended_at"] is not None
            or now - parse_time(row["seen_at"]) > self.limits.idle
            or now - parse_time(row["started_at"]) > self.limits.absolute
        )

    def _note_use(self, row: RowMapping, now: datetime) -> None:
        if now - parse_time(row["seen_at"]) >= _USE_NOTED_EVERY:
            self._change(_SESSIONS.c.session == row["session"], seen_at=format_time(now))

    def _change(self, which: ColumnElement[bool], **cells: str) -> None:
        with self._door.passing() as connection:
            connection.execute(update(_SESSIONS).where(which, _SESSIONS.c.ended_at.is_(None)).values(**cells))


def _person_of(connection: Connection, sign_in: SignIn) -> str:
    known = (one for one in read_people(connection) if one.identity and sign_in in one.identity.sign_ins)
    person = next((one.id for one in known if one.status is PersonStatus.ACTIVE), None)
    if person is None:
        raise ForbiddenError("this sign-in belongs to nobody here", hint="an admin adds people: assay users add")
    return person


def _session(connection: Connection, key: str) -> RowMapping | None:
    return connection.execute(select(_SESSIONS).where(_SESSIONS.c.session == key)).mappings().first()


def _begun(connection: Connection, key: str, person: str, at: str, proven: str) -> RowMapping:
    cells = {"session": key, "person": person, "started_at": at, "seen_at": at, "authenticated_at": proven}
    connection.execute(insert(_SESSIONS), cells)
    return connection.execute(select(_SESSIONS).where(_SESSIONS.c.session == key)).mappings().one()


def _ended() -> ForbiddenError:
    return ForbiddenError("this session has ended", hint="sign in again")


def _actor(person: str, authenticated_at: str) -> Actor:
    return Actor(id=person, role="", method="oidc", authenticated_at=authenticated_at)


def _key(sign_in: SignIn, authenticated_at: datetime) -> str:
    """Name the session of a sign-in, which is no secret: no digest of a secret begins like this."""
    proof = canonical_bytes([sign_in.issuer, sign_in.subject, format_time(authenticated_at)])
    return f"sign-in:{hashlib.sha256(proof).hexdigest()}"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
