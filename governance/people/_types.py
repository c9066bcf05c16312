"""People, roles and tokens as values.

Rules of this place: whatever says who somebody is stands in `Identity` and `SignIn`, which are kept in erasable
payloads and are left out of what is printed of a value by accident.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from assay.kernel import InputError, JsonValue, plain
from governance.access import ANY_SYSTEM, Permission, Role
from governance.ledger import Actor

__all__ = [
    "LOCAL_ISSUER",
    "LONGEST_DAYS",
    "BegunSession",
    "Grant",
    "Identity",
    "IssuedToken",
    "Person",
    "PersonKind",
    "PersonStatus",
    "SignIn",
    "Token",
    "check_system",
]

LOCAL_ISSUER: Final = "local"  # an account of the operating system
LONGEST_DAYS: Final = 366  # of a role or a token
_LONGEST_TEXT: Final = 300
_ISSUER: Final = re.compile(r"https?://[^\s/?#@]+[^\s?#]*")
_SYSTEM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")


class PersonKind(StrEnum):
    """A human signs in; a service account holds tokens alone."""

    HUMAN = "human"
    SERVICE = "service"


class PersonStatus(StrEnum):
    """Somebody who is disabled is nobody."""

    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """How somebody is recognised: who vouches for them, and under which name."""

    issuer: str  # `local`, or the address of an OpenID provider
    subject: str = field(repr=False)  # an account of the machine, or the provider's `sub`

    def __post_init__(self) -> None:
        """Raise `InputError` for what cannot be a sign-in."""
        if self.issuer != LOCAL_ISSUER and not _ISSUER.fullmatch(self.issuer):
            raise InputError(f"{self.issuer!r} is no issuer, expected `local` or the address of an OpenID provider")
        _check_text("a subject", self.subject)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who somebody is; personal data."""

    name: str = field(repr=False)
    email: str = field(default="", repr=False)
    sign_ins: tuple[SignIn, ...] = ()

    def __post_init__(self) -> None:
        """Raise `InputError` for what cannot be a name or an address."""
        _check_text("a name", self.name)
        if self.email:
            _check_text("an e-mail address", self.email)
        if self.email and "@" not in self.email.strip("@"):
            raise InputError("the e-mail address has no @ in its middle")
        if len({(one.issuer, one.subject) for one in self.sign_ins}) < len(self.sign_ins):
            raise InputError("a sign-in is named twice")

    def as_json(self) -> dict[str, JsonValue]:
        """Return the payload."""
        sign_ins = [{"issuer": one.issuer, "subject": one.subject} for one in self.sign_ins]
        return {"name": self.name, "email": self.email, "sign_ins": sign_ins}


@dataclass(frozen=True, kw_only=True)
class Person:
    """The newest version of a person or a service account."""

    id: str
    seq: int
    kind: PersonKind
    status: PersonStatus
    identity: Identity | None  # None: erased
    recorded_at: str


@dataclass(frozen=True, kw_only=True)
class Grant:
    """The newest version of a role that somebody has on a system."""

    id: str
    seq: int
    person: str
    role: Role
    system: str  # an id, or * for all
    valid_from: str
    valid_until: str
    delegated_by: str | None
    revoked_at: str | None

    def state(self, at: str) -> str:
        """Say whether it holds at a time: granted, ended or revoked. A delegated one may still not count."""
        if self.revoked_at is not None:
            return "revoked"
        return "granted" if at < self.valid_until else "ended"


@dataclass(frozen=True, kw_only=True)
class Token:
    """The newest version of a token; never its secret."""

    id: str
    seq: int
    person: str
    scopes: frozenset[Permission]
    system: str  # an id, or * for all
    expires_at: str
    revoked_at: str | None
    recorded_at: str
    used_at: str | None  # to the minute

    def state(self, at: str) -> str:
        """Say whether it is valid at a time: valid, ended or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "valid" if at < self.expires_at else "ended"


@dataclass(frozen=True, kw_only=True)
class IssuedToken:
    """A token with its secret, which is shown this once."""

    token: Token
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class BegunSession:
    """A session with the secret that the browser holds."""

    actor: Actor
    secret: str = field(repr=False)


def check_system(system: str) -> str | None:
    """Return what a right on `system` is asked for: the system, or `None` for *; raise `InputError` for no id."""
    if system == ANY_SYSTEM:
        return None
    if not _SYSTEM.fullmatch(system):
        raise InputError(f"{system[:80]!r} is no system's id, expected one, or * for all", hint="--system default")
    return system


def _check_text(what: str, text: str) -> None:
    if not text.strip() or text != plain(text) or "\n" in text or "\t" in text or len(text) > _LONGEST_TEXT:
        raise InputError(f"{what} is one line of 1 to {_LONGEST_TEXT} visible characters; the one given is not")
