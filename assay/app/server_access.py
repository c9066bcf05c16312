"""Who asks the server, and what they may see.

Rules of this place: a request is somebody's by a token of the team, or, in a store that has none, by the one secret
that the owner gave the server when it was started; every reason why a secret is no good is the same refusal; what
somebody may not read is for them not there.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeVar

from assay.app.actor import local_actor
from assay.kernel import ConfigurationError, ForbiddenError, MissingError
from governance.access import ANY_SYSTEM, Permission

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance import Actor, Record

__all__ = ["Access"]

_SHORTEST: Final = 32  # characters of the owner's secret
_Thing = TypeVar("_Thing")


@dataclass(frozen=True)
class Access:
    """Rights in an open record, as a server asks for them."""

    record: "Record"
    owner_secret: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Raise `ConfigurationError` for a secret that can be guessed."""
        if self.owner_secret and len(self.owner_secret) < _SHORTEST:
            raise ConfigurationError(
                f"ASSAY_TOKEN has {len(self.owner_secret)} characters, expected {_SHORTEST} or more",
                hint="export ASSAY_TOKEN=$(openssl rand -hex 32)",
            )

    def notes(self) -> tuple[str, ...]:
        """Return what the keeper of the server should know."""
        if self.record.people.is_team():
            return ()
        if self.owner_secret:
            return ("this store has no team: ASSAY_TOKEN is its owner's token until there is one",)
        return ("this store has no team and ASSAY_TOKEN is not set: every request but those for health is refused",)

    def actor_of(self, secret: str, request_id: str) -> "Actor":
        """Return who acts; raise `ForbiddenError` where the secret is no good, never why."""
        given = secret.encode("utf-8", "surrogatepass")
        if self.owner_secret and hmac.compare_digest(given, self.owner_secret.encode("utf-8", "surrogatepass")):
            if self.record.people.is_team():
                raise ForbiddenError("this token is not valid")
            return replace(local_actor(), request_id=request_id)
        return replace(self.record.tokens.actor_of(secret), request_id=request_id)

    def may(self, actor: "Actor", permission: Permission, system: str | None) -> bool:
        """Whether somebody has a right now."""
        try:
            self.record.people.allowed(actor, permission, system)
        except ForbiddenError:
            return False
        return True

    def check_own_place(self, actor: "Actor", permission: Permission) -> None:
        """Raise `ForbiddenError` where somebody has a right not even where their token is for."""
        self.record.people.allowed(actor, permission, None if actor.system == ANY_SYSTEM else actor.system)

    def readable(
        self, actor: "Actor", things: Iterable[_Thing], system_of: "Callable[[_Thing], str | None]"
    ) -> list[_Thing]:
        """Return the things that somebody may read; each system is asked about once."""
        known: dict[str | None, bool] = {}
        kept = []
        for one in things:
            system = system_of(one)
            if system not in known:
                known[system] = self.may(actor, Permission.READ_RECORD, system)
            if known[system]:
                kept.append(one)
        return kept

    def see(self, actor: "Actor", system: str | None, what: str, also: Permission = Permission.READ_RECORD) -> None:
        """Raise `MissingError` as for what is not there where somebody may neither read the system nor do `also`."""
        if not any(self.may(actor, one, system) for one in {Permission.READ_RECORD, also}):
            raise MissingError(f"there is no {what}")
