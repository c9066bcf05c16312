"""What the commands about people share: ends in words, roles and scopes by name, and how a team begins.

Rules of this place: the first person can sign in from here or by a provider, or nobody could act for the store again.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from assay.app.actor import current_actor, this_account
from assay.kernel import InputError, parse_time

if TYPE_CHECKING:
    from governance.access import Permission, Role
    from governance.people import Identity, Person, PersonKind, PersonStatus, SignIn
    from governance.record import Record

__all__ = ["ADVICE", "add_person", "change_person", "end_of", "role_named", "scopes_named", "sign_ins_of"]

_DAYS: Final = 365
ADVICE: Final = """\
this store has a team now, and you are its admin. From here on:
  - everybody needs a role that an admin grants them, on a system and until a day; nobody grants their own
  - an admin cannot approve, and cannot measure without another role, which another admin must grant
  - approvals take another person, signed in; programs need a token in ASSAY_TOKEN
  - this cannot be undone; add a second admin soon, so that somebody can renew your role"""


def end_of(text: str | None, now: datetime) -> datetime:
    """Return the end that is meant: that whole day (UTC), that moment, or in 365 days where none is named."""
    if text is None:
        return now + timedelta(days=_DAYS)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return parse_time(text)
    if day == date.max:
        raise InputError(f"{text} has no day after it, expected an end that comes", hint="a day such as 2027-06-30")
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)


def role_named(text: str) -> "Role":
    """Return the role; raise `InputError` for one that cannot be granted."""
    from governance.access import Role  # noqa: PLC0415  lazy: it brings SQLAlchemy

    names = [role.value for role in Role if role is not Role.OWNER]
    if text not in names:
        raise InputError(f"there is no role {text!r} to grant; there are: {', '.join(names)}", hint="--role engineer")
    return Role(text)


def scopes_named(texts: Iterable[str]) -> "frozenset[Permission]":
    """Return the permissions; raise `InputError` for one that no token has."""
    from governance.access import NEVER_BY_TOKEN, Permission  # noqa: PLC0415  lazy, as above

    known = {one.value: one for one in Permission if one not in NEVER_BY_TOKEN}
    if wrong := [text for text in texts if text not in known]:
        raise InputError(
            f"there is no scope {wrong[0]!r}; there are: {', '.join(sorted(known))}", hint="--scope run:ingest"
        )
    return frozenset(known[text] for text in texts)


def sign_ins_of(sign_in: tuple[str, str] | None, *, here: bool) -> "tuple[SignIn, ...]":
    """Return the sign-ins that were named; raise `InputError` for one that cannot be one."""
    from governance.people import SignIn  # noqa: PLC0415  lazy, as above

    named = () if sign_in is None else (SignIn(issuer=sign_in[0], subject=sign_in[1]),)
    return (*named, *([this_account()] if here else []))


def add_person(record: "Record", identity: "Identity", kind: "PersonKind", until: datetime) -> "tuple[Person, bool]":
    """Add somebody; return them, and whether the team began with them."""
    from governance.people import LOCAL_ISSUER  # noqa: PLC0415  lazy, as above

    begins = not record.people.is_team()
    local = [one for one in identity.sign_ins if one.issuer == LOCAL_ISSUER]
    if begins and local and this_account() not in local:
        raise InputError(
            "the first person would be linked to an account that is not yours, and you could not act any more",
            hint="assay users add --name NAME --here --begin-team",
        )
    return record.people.add(identity, current_actor(record), kind=kind, until=until), begins


def change_person(
    record: "Record",
    person: str,
    *,
    name: str | None,
    email: str | None,
    added: "Sequence[SignIn]",
    removed: "Sequence[SignIn]",
    status: "PersonStatus | None",
) -> "Person":
    """Change what was named of somebody; raise `InputError` where nothing was, or where a name was erased."""
    from governance.people import Identity  # noqa: PLC0415  lazy, as above

    known = record.people.person(person)
    identity = None
    if name is not None or email is not None or added or removed:
        old = known.identity or Identity(name=_needed(name))
        kept = [one for one in old.sign_ins if one not in removed]
        identity = Identity(
            name=old.name if name is None else name,
            email=old.email if email is None else email,
            sign_ins=tuple(dict.fromkeys([*kept, *added])),
        )
    elif status is None:
        raise InputError("nothing is to be changed", hint="assay users change --help")
    return record.people.change(person, current_actor(record), identity=identity, status=status)


def _needed(name: str | None) -> str:
    if name is None:
        raise InputError("the name of this person was erased", hint="give one with --name")
    return name
