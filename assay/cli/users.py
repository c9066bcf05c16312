"""`assay users`: who belongs to the team, and which roles they have."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated, cast

import typer

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.people import ADVICE, add_person, change_person, end_of, role_named, sign_ins_of
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table
from assay.kernel import InputError, SystemClock, format_time

if TYPE_CHECKING:
    from governance.people import Grant, Person
    from governance.record import Record

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Say who belongs to the team, and grant and revoke roles.")

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_Who = Annotated[str, typer.Argument(metavar="PERSON", help="Id, as `assay users list` shows it.")]
_Role = Annotated[
    str, typer.Option("--role", help="viewer, engineer, reviewer, approver, auditor, admin, or service (for programs).")
]
_System = Annotated[str, typer.Option("--system", help="Id of the system, or '*' for all of them.")]
_Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="Last day (UTC) [default: in 365 days].")]
_Email = Annotated[str | None, typer.Option("--email", help="Where to reach them.")]
_Here = Annotated[bool, typer.Option("--here", help="They are this account of this machine.")]
_SignIn = Annotated[
    tuple[str, str] | None,
    typer.Option("--sign-in", metavar="ISSUER SUBJECT", help="They are this subject of this OpenID provider."),
]


@app.command("add")
def add(
    *,
    name: Annotated[str, typer.Option(help="What people call them. Kept so that it can be erased.")],
    email: _Email = None,
    sign_in: _SignIn = None,
    here: _Here = False,
    service: Annotated[
        bool, typer.Option("--service", help="A program, which gets tokens and never signs in.")
    ] = False,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Last day of the first admin's role [in 365 days].")
    ] = None,
    begin_team: Annotated[
        bool, typer.Option("--begin-team", help="Needed for the first person: it cannot be undone.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Add somebody, who has no role yet. The first one becomes admin and turns this store into a team's.

    Example: assay users add --name "Ada Example" --here --begin-team
    """
    from governance.people import Identity, PersonKind  # noqa: PLC0415  lazy: it brings SQLAlchemy

    identity = Identity(name=name, email=email or "", sign_ins=sign_ins_of(sign_in, here=here))
    kind = PersonKind.SERVICE if service else PersonKind.HUMAN
    with _record() as record:
        if not begin_team and not record.people.is_team():
            raise InputError(
                "the first person becomes the admin of a team, who cannot approve; there is no way back to one user",
                hint="docs/rights.md says what changes; then type it again with --begin-team",
            )
        person, begins = add_person(record, identity, kind, end_of(until, SystemClock().now()))
        grants = record.people.grants(person.id)
    if begins:
        say(f"warning: {ADVICE}")
    if as_json:
        emit_json(_document(person, grants))
    else:
        show(person.id)


@app.command("list")
def list_all(as_json: _Json = False) -> None:
    """List everybody with their roles, those that ended or were revoked included.

    Example: assay users list
    """
    with _record() as record:
        people, grants = record.people.persons(), record.people.grants()
    if as_json:
        emit_json({"users": [_document(one, [each for each in grants if each.person == one.id]) for one in people]})
        return
    if not people:
        say("nobody was added: this store has one user, its owner")
        return
    rows = []
    for one in people:
        held = [_role_words(each) for each in grants if each.person == one.id]
        rows.append((one.id, _name(one), one.kind, one.status, "; ".join(held) or "no role"))
    show_table(["person", "name", "kind", "status", "roles"], rows)


@app.command("change")
def change(
    person: _Who,
    *,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    email: _Email = None,
    sign_in: _SignIn = None,
    here: _Here = False,
    without: Annotated[
        tuple[str, str] | None,
        typer.Option("--remove-sign-in", metavar="ISSUER SUBJECT", help="They are this no more; ends their sessions."),
    ] = None,
    disable: Annotated[bool, typer.Option("--disable", help="From now on they are nobody.")] = False,
    enable: Annotated[bool, typer.Option("--enable", help="Their roles count again.")] = False,
    as_json: _Json = False,
) -> None:
    """Disable or enable somebody, or change name, address or sign-ins; what is not named stays.

    Example: assay users change person-0123456789abcdef --disable
    """
    from governance.people import PersonStatus  # noqa: PLC0415  lazy, as in `add`

    if disable and enable:
        raise InputError("--disable and --enable exclude each other")
    status = PersonStatus.DISABLED if disable else PersonStatus.ACTIVE if enable else None
    added, removed = sign_ins_of(sign_in, here=here), sign_ins_of(without, here=False)
    with _record() as record:
        changed = change_person(record, person, name=name, email=email, added=added, removed=removed, status=status)
        grants = record.people.grants(person)
    if as_json:
        emit_json(_document(changed, grants))
    else:
        show(f"{changed.id} is {changed.status.value}")


@app.command("grant")
def grant(person: _Who, *, role: _Role, system: _System, until: _Until = None, as_json: _Json = False) -> None:
    """Give somebody a role on a system until a day, or another end to a role that they have. Nobody grants their own.

    Example: assay users grant person-0123456789abcdef --role engineer --system default --until 2027-06-30
    """
    with _record() as record:
        actor = current_actor(record)
        end = end_of(until, SystemClock().now())
        given = record.people.grant(person, role_named(role), system, actor, until=end)
        known = {one.id for one in record.systems()}
    if as_json:
        emit_json(_grant_document(given))
    else:
        show(f"{given.person} is {_role_words(given)}")
    if system not in {"*", *known}:
        say(f"note: nothing of a system {system!r} is recorded yet; recorded are: {', '.join(sorted(known)) or 'none'}")


@app.command("revoke")
def revoke(person: _Who, *, role: _Role, system: _System, as_json: _Json = False) -> None:
    """Take a role back, at once.

    Example: assay users revoke person-0123456789abcdef --role engineer --system default
    """
    with _record() as record:
        taken = record.people.revoke(person, role_named(role), system, current_actor(record))
    if as_json:
        emit_json(_grant_document(taken))
    else:
        show(f"{taken.person} was {_role_words(taken)}")


@app.command("roles")
def roles(as_json: _Json = False) -> None:
    """Show which role may do what; nobody has a right that no role gives.

    Example: assay users roles
    """
    from governance.access import NEVER_BY_TOKEN, ONLY_SIGNED_IN, Permission, roles_that_give  # noqa: PLC0415  lazy

    found: list[dict[str, object]] = [
        {
            "permission": one.value,
            "roles": [role.value for role in roles_that_give(one)],
            "token": one not in NEVER_BY_TOKEN,
            "signed_in": one in ONLY_SIGNED_IN,
        }
        for one in Permission
    ]
    if as_json:
        emit_json({"permissions": found})
        return
    rows = [(one["permission"], ", ".join(cast("list[str]", one["roles"])), _way(one)) for one in found]
    show_table(["permission", "roles", "how"], rows)


def _way(permission: dict[str, object]) -> str:
    if permission["signed_in"]:
        return "signed in"
    return "any way" if permission["token"] else "no token"


@contextmanager
def _record() -> "Iterator[Record]":
    with closing(open_record(Workspace.find())) as record:
        yield record


def _name(person: "Person") -> str:
    return "erased" if person.identity is None else person.identity.name


def _role_words(grant: "Grant") -> str:
    now = format_time(SystemClock().now())
    lent = f", lent by {grant.delegated_by}" if grant.delegated_by else ""
    begin = f"from {grant.valid_from[:16]}Z " if now < grant.valid_from else ""
    state = {"granted": f"{begin}until {grant.valid_until[:16]}Z", "ended": f"ended {grant.valid_until[:10]}"}
    return f"{grant.role.value} on {grant.system} ({state.get(grant.state(now), 'revoked')}{lent})"


def _document(person: "Person", grants: "list[Grant] | tuple[Grant, ...]") -> dict[str, object]:
    who = person.identity
    return {
        "person": person.id,
        "kind": person.kind,
        "status": person.status,
        "name": _name(person),
        "email": "" if who is None else who.email,
        "sign_ins": [] if who is None else [{"issuer": one.issuer, "subject": one.subject} for one in who.sign_ins],
        "erased": who is None,
        "roles": [_grant_document(one) for one in grants],
    }


def _grant_document(grant: "Grant") -> dict[str, object]:
    return {
        "person": grant.person,
        "role": grant.role,
        "system": grant.system,
        "state": grant.state(format_time(SystemClock().now())),
        "valid_from": grant.valid_from,
        "valid_until": grant.valid_until,
        "revoked_at": grant.revoked_at,
        "delegated_by": grant.delegated_by,
        "seq": grant.seq,
    }
