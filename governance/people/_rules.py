"""What an admin may not do, whatever they are allowed to.

Rules of this place: nobody grants themselves a role; who manages people does not approve, and who approves does not
manage people, on whichever system; a service account has the role `service` alone, and no human has it; a role ends
within a year and a day; somebody always manages people.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection

from assay.kernel import ForbiddenError, InputError, MissingError, format_time, parse_time
from governance.access import APPROVING_ROLES, Role, admins_of
from governance.people._rows import read_grants, read_people
from governance.people._types import LONGEST_DAYS, Identity, Person, PersonKind, PersonStatus

__all__ = [
    "an_admin_stays",
    "known_person",
    "refuse_mixed_duties",
    "refuse_own_role",
    "refuse_second_account",
    "refuse_wrong_role",
    "within_a_year",
]


def known_person(connection: Connection, person: str) -> Person:
    """Return a person; raise `MissingError` for one who was never added."""
    found = read_people(connection, person)
    if not found:
        raise MissingError(f"there is no person {person!r}", hint="assay users list")
    return found[0]


def within_a_year(until: datetime, at: str) -> str:
    """Return the end as the record writes it; raise `InputError` where it is past or too far away."""
    now = parse_time(at)
    if not now < until <= now + timedelta(days=LONGEST_DAYS):
        raise InputError(
            f"the end is {until.isoformat()}, expected a time after now and at most {LONGEST_DAYS} days away",
            hint="--until YYYY-MM-DD",
        )
    return format_time(until)


def refuse_wrong_role(person: Person, role: Role) -> None:
    """Refuse a role that this kind of person cannot have."""
    if role is Role.OWNER:
        raise InputError("owner is the one user of a store without a team; nobody else can be given it")
    if (person.kind is PersonKind.SERVICE) != (role is Role.SERVICE):
        raise InputError(
            f"a {person.kind.value} account cannot have the role {role.value}:"
            " a service account has the role service, which no human has"
        )
    if person.status is PersonStatus.DISABLED:
        raise InputError(f"{person.id} is disabled", hint=f"assay users change {person.id} --enable")


def refuse_own_role(connection: Connection, actor: str, person: Person, role: Role, at: str) -> None:
    """Refuse a role for oneself, except that of admin where nobody is admin any more."""
    if actor == person.id and not (role is Role.ADMIN and not admins_of(connection, at=at)):
        raise ForbiddenError("nobody grants themselves a role", hint="ask another admin")


def refuse_mixed_duties(connection: Connection, person: Person, role: Role, at: str) -> None:
    """Refuse admin beside a role that approves, and the other way round, on whichever systems."""
    others = {Role.ADMIN} if role in APPROVING_ROLES else APPROVING_ROLES if role is Role.ADMIN else frozenset()
    held = {one.role for one in read_grants(connection, person.id) if one.state(at) == "granted"}
    if clash := sorted(held & others):
        raise ForbiddenError(
            f"{role.value} cannot go with {', '.join(clash)}: who manages people does not approve",
            hint=f"assay users revoke {person.id} --role {clash[0]} --system SYSTEM",
        )


def refuse_second_account(connection: Connection, person: str, identity: Identity) -> None:
    """Refuse a sign-in or an e-mail address by which somebody else is recognised: one human is one person here."""
    for other in read_people(connection):
        if other.id == person or other.identity is None:
            continue
        if set(other.identity.sign_ins) & set(identity.sign_ins):
            raise InputError("somebody else has this sign-in", hint="assay users list")
        if identity.email and _folded(other.identity.email) == _folded(identity.email):
            raise InputError("somebody else has this e-mail address", hint="assay users list --json")


def _folded(email: str) -> str:
    return unicodedata.normalize("NFKC", email).casefold()


@contextmanager
def an_admin_stays(connection: Connection, at: str) -> Iterator[None]:
    """Refuse what is done inside where it takes the last admin of the whole store away; nothing of it is kept then."""
    had_one = bool(admins_of(connection, at=at))
    yield
    if had_one and not admins_of(connection, at=at):
        raise ForbiddenError(
            "this is the last admin of the whole store, who can be neither disabled nor revoked",
            hint="grant another person the role first: assay users grant PERSON --role admin --system '*'",
        )
