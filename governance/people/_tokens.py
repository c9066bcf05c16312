"""Tokens: what a program may do in the name of a person or a service account.

Rules of this place: a token is 256 random bits of which the store keeps the SHA-256 alone; it never gives more than its
person's roles do at that moment; every token ends; a secret that is not good any more is refused without saying why.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import insert, select, update

from assay.kernel import ForbiddenError, InputError, JsonValue, MissingError, format_time, parse_time
from governance._change import Change, StateRow
from governance._door import Door
from governance.access import NEVER_BY_TOKEN, ROLE_PERMISSIONS, Permission, standing_of
from governance.ledger import Action, Actor, Subject
from governance.people._rows import read_tokens, versions
from governance.people._rules import known_person, within_a_year
from governance.people._types import IssuedToken, Token, check_system
from governance.store import TokenRow, TokenUseRow, table_of

__all__ = ["PREFIX", "Tokens"]

PREFIX: Final = "assay_"
_BYTES: Final = 32
_USE_NOTED_EVERY: Final = timedelta(minutes=1)
_TOKENS, _USES = table_of(TokenRow), table_of(TokenUseRow)


@dataclass(frozen=True)
class Tokens:
    """Tokens of an open store."""

    _door: Door

    def tokens(self, person: str | None = None) -> tuple[Token, ...]:
        """Return all tokens, or those of one person, ended and revoked ones included."""
        with self._door.reading() as connection:
            return read_tokens(connection, person=person)

    def issue(
        self, person: str, scopes: Iterable[Permission], system: str, actor: Actor, *, until: datetime
    ) -> IssuedToken:
        """Make a token for somebody on a system (* for all) until a time; its secret is in the answer and nowhere else.

        Raise `ForbiddenError` for scopes that no token has or that the person's roles do not give there.
        """
        wanted = frozenset(scopes)
        with self._door.change(actor, Permission.MANAGE_TOKENS, check_system(system)) as change:
            known_person(change.connection, person)
            _refuse_scopes(change, person, wanted, check_system(system))
            secret = PREFIX + secrets.token_urlsafe(_BYTES)
            token = f"token-{secrets.token_hex(8)}"
            listed: list[JsonValue] = [*sorted(one.value for one in wanted)]
            cells = {
                "token": token,
                "person": person,
                "secret_digest": _digest(secret),
                "scopes": json.dumps(listed, separators=(",", ":")),
                "system": system,
                "expires_at": within_a_year(until, change.at),
                "recorded_at": change.at,
            }
            subject = Subject(type="token", id=token, version=1, digest=None)
            details: dict[str, JsonValue] = {
                "person": person,
                "scopes": listed,
                "system": system,
                "expires_at": cells["expires_at"],
            }
            change.record(Action.TOKEN_ISSUED, subject, [StateRow(TokenRow, cells)], details)
            (made,) = read_tokens(change.connection, token=token)
        return IssuedToken(token=made, secret=secret)

    def revoke(self, token: str, actor: Actor) -> Token:
        """Take a token back, at once; raise `MissingError` for one that is not there or does not hold any more."""
        with self._door.reading() as connection:
            found = read_tokens(connection, token=token)
        if not found:
            raise MissingError(f"there is no token {token[:80]!r}", hint="assay tokens list")
        with self._door.change(actor, Permission.MANAGE_TOKENS, check_system(found[0].system)) as change:
            (held,) = read_tokens(change.connection, token=token)
            if held.state(change.at) != "valid":
                raise MissingError(f"the token {token!r} has ended or was revoked before", hint="assay tokens list")
            _record_revocation(change, held)
            (revoked,) = read_tokens(change.connection, token=token)
        return revoked

    def actor_of(self, secret: str) -> Actor:
        """Return who acts by a secret, and note the use; raise `ForbiddenError` where it is no good, never why."""
        now = self._door.clock.now()
        at = format_time(now)
        with self._door.reading() as connection:
            found = read_tokens(connection, digest=_digest(secret))  # looked up by digest: timing tells nothing of it
            standing = standing_of(connection, found[0].person, at=at) if found else None
        if standing is None or not standing.is_active or found[0].state(at) != "valid":
            raise ForbiddenError("this token is not valid", hint="an admin issues another: assay tokens issue PERSON")
        self._note_use(found[0], now)
        scopes = frozenset(one.value for one in found[0].scopes)
        return Actor(id=found[0].person, role="", method="token", scopes=scopes, system=found[0].system)

    def _note_use(self, token: Token, now: datetime) -> None:
        if token.used_at is not None and now - parse_time(token.used_at) < _USE_NOTED_EVERY:
            return
        used = {"token": token.id, "used_at": format_time(now)}
        with self._door.passing() as connection:
            known = connection.execute(select(_USES.c.token).where(_USES.c.token == token.id)).first()
            statement = insert(_USES) if known is None else update(_USES).where(_USES.c.token == token.id)
            connection.execute(statement.values(used))


def _digest(secret: str) -> str:
    """SHA-256 is enough: 256 random bits cannot be guessed, so there is nothing to slow down."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _refuse_scopes(change: Change, person: str, wanted: frozenset[Permission], system: str | None) -> None:
    if not wanted:
        raise InputError("a token without a scope can do nothing", hint="--scope run:ingest")
    if never := sorted(wanted & NEVER_BY_TOKEN):
        raise ForbiddenError(f"no token may do {', '.join(never)}: it takes a person")
    standing = standing_of(change.connection, person, at=change.at)
    roles = () if standing is None else standing.roles(system)
    given = frozenset[Permission]().union(*(ROLE_PERMISSIONS[role] for role in roles))
    if more := sorted(wanted - given):
        raise ForbiddenError(
            f"the roles of {person} do not give {', '.join(more)} there", hint=f"assay users grant {person} --role ROLE"
        )


def _record_revocation(change: Change, held: Token) -> None:
    row = change.connection.execute(
        select(_TOKENS).where(_TOKENS.c.token == held.id).order_by(_TOKENS.c.seq.desc()).limit(1)
    ).mappings()
    cells = {name: value for name, value in row.one().items() if name != "seq"}
    cells |= {"revoked_at": change.at, "recorded_at": change.at}
    version = 1 + versions(change.connection, _TOKENS, "token", held.id)
    subject = Subject(type="token", id=held.id, version=version, digest=None)
    change.record(Action.TOKEN_REVOKED, subject, [StateRow(TokenRow, cells)], {"person": held.person})
