"""Who is acting at this machine, as the record knows them.

Rules of this place: in a store with one user it is the pseudonym that a run's origin carries; in a team's it is whoever
the token in `$ASSAY_TOKEN` is for, else whoever is linked to this account of the operating system. The account is asked
of the system, never of the environment, in which anybody can write any name.
"""

import os
import platform
import pwd
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from assay.kernel import ForbiddenError, content_id

if TYPE_CHECKING:
    from governance.ledger import Actor
    from governance.people import SignIn
    from governance.record import Record

__all__ = ["TOKEN_VARIABLE", "current_actor", "local_actor", "local_actor_id", "this_account"]

TOKEN_VARIABLE: Final = "ASSAY_TOKEN"  # noqa: S105  a name, not a secret


def local_actor_id(environment: Mapping[str, str]) -> str:
    """Return the pseudonym of who is at this machine: the same for the same account and host."""
    return content_id("actor", environment.get("USER", "") or environment.get("LOGNAME", ""), platform.node())


def local_actor() -> "Actor":
    """Return the one user of a store without a team, or the CI job that uses this machine."""
    # Lazy: the ledger's signatures cost start-up time that a store-less command does not owe.
    from governance.ledger import Actor  # noqa: PLC0415

    return Actor(id=local_actor_id(os.environ))


def current_actor(record: "Record") -> "Actor":
    """Return who acts on an open record; raise `ForbiddenError` where the team does not know this account or token."""
    from governance.ledger import Actor  # noqa: PLC0415  lazy, as above

    if not record.people.is_team():
        return local_actor()
    if secret := os.environ.get(TOKEN_VARIABLE, "").strip():
        return record.tokens.actor_of(secret)
    person = record.people.find(this_account())
    if person is None:
        raise ForbiddenError(
            "this store has a team, and this account of the machine belongs to nobody in it",
            hint=f"set {TOKEN_VARIABLE} to a token, or let an admin link the account: assay users change PERSON --here",
        )
    return Actor(id=person.id)


def this_account() -> "SignIn":
    """Return how the present account of the operating system is recognised: its name, at the host's first name."""
    from governance.people import LOCAL_ISSUER, SignIn  # noqa: PLC0415  lazy, as above

    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number that has no name
        name = f"uid-{os.getuid()}"
    return SignIn(issuer=LOCAL_ISSUER, subject=f"{name}@{platform.node().partition('.')[0]}")
