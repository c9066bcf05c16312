"""Who is at the pages: the provider's word about a visitor, held against the people and the sessions of our store.

Rules of this place: in a store with one user it is the owner; in a team's it is whoever the provider vouched for, by
issuer and subject alone (never by an address or a group), while they are a person of the store and their session here
goes on, however long the browser's cookie lives. Whoever is nobody is told so, and shown nothing.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from assay.app._sign_in_settings import PROVIDER
from assay.app.actor import local_actor
from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.kernel import ForbiddenError, InputError
from governance.people import SignIn

if TYPE_CHECKING:
    from governance import Actor, Record

__all__ = ["PROVIDER", "Visit", "VisitState", "leave", "visit"]

_LATEST_TIME: Final = 253_402_300_799  # the last second of the year 9999


class VisitState(StrEnum):
    """Whether a visitor is let in, and if not, why."""

    SINGLE_USER = "single_user"
    MEMBER = "member"
    SIGN_IN = "sign_in"  # nobody has signed in yet
    ENDED = "ended"  # the session, or the sign-in is too old
    STRANGER = "stranger"  # signed in, but nobody here
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A visitor at a moment."""

    state: VisitState
    actor: "Actor | None" = None
    name: str = field(default="", repr=False)  # of a member
    sign_in: SignIn | None = None  # of a stranger: what an admin needs to add them

    @property
    def acting(self) -> "Actor":
        """Who acts; raise `ForbiddenError` for a visitor who was not let in."""
        if self.actor is None:
            raise ForbiddenError("you are not signed in, or your session has ended", hint="sign in again")
        return self.actor


def visit(workspace: Workspace, claims: Mapping[str, object]) -> Visit:
    """Return who is there; `claims` are those of the identity token, empty for somebody who did not sign in."""
    with closing(open_record(workspace)) as record:
        if not record.people.is_team():
            return Visit(state=VisitState.SINGLE_USER, actor=local_actor())
        if workspace.settings.sign_in is None:
            return Visit(state=VisitState.NOT_CONFIGURED)
        if not claims:
            return Visit(state=VisitState.SIGN_IN)
        return _member(record, claims)


def leave(workspace: Workspace, claims: Mapping[str, object]) -> None:
    """End the session of a visitor for good, whatever cookie their browser keeps."""
    with closing(open_record(workspace)) as record:
        record.sessions.end_sign_in(_sign_in(claims), authenticated_at=_authenticated_at(claims))


def _member(record: "Record", claims: Mapping[str, object]) -> Visit:
    sign_in, proven = _sign_in(claims), _authenticated_at(claims)
    person = record.people.find(sign_in)
    if person is None or person.identity is None:
        return Visit(state=VisitState.STRANGER, sign_in=sign_in)
    try:
        actor = record.sessions.resume_or_begin(sign_in, authenticated_at=proven)
    except ForbiddenError:
        return Visit(state=VisitState.ENDED)
    return Visit(state=VisitState.MEMBER, actor=actor, name=person.identity.name)


def _sign_in(claims: Mapping[str, object]) -> SignIn:
    issuer, subject = claims.get("iss"), claims.get("sub")
    if not isinstance(issuer, str) or not isinstance(subject, str):
        raise InputError("the provider's token names no issuer and subject", hint="ask who runs the provider")
    return SignIn(issuer=issuer, subject=subject)


def _authenticated_at(claims: Mapping[str, object]) -> datetime:
    """Return when the provider last asked for proof: `auth_time`, else when it made the token (OpenID Connect Core 2).

    The pages ask for a new proof with every sign-in, so that the token is not older news than it says.
    """
    for name in ("auth_time", "iat"):
        seconds = claims.get(name)
        if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds < _LATEST_TIME:
            return datetime.fromtimestamp(int(seconds), tz=UTC)
    raise InputError("the provider's token says no time", hint="ask who runs the provider")
