"""People: who belongs to the team, their roles and tokens, and who is signed in."""

from governance.people._delegation import Delegations
from governance.people._people import People
from governance.people._rules import known_person
from governance.people._sessions import SessionLimits, Sessions
from governance.people._tokens import Tokens
from governance.people._types import (
    LOCAL_ISSUER,
    LONGEST_DAYS,
    BegunSession,
    Grant,
    Identity,
    IssuedToken,
    Person,
    PersonKind,
    PersonStatus,
    SignIn,
    Token,
)

__all__ = [
    "LOCAL_ISSUER",
    "LONGEST_DAYS",
    "BegunSession",
    "Delegations",
    "Grant",
    "Identity",
    "IssuedToken",
    "People",
    "Person",
    "PersonKind",
    "PersonStatus",
    "SessionLimits",
    "Sessions",
    "SignIn",
    "Token",
    "Tokens",
    "known_person",
]
