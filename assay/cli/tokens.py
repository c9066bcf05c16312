"""`assay tokens`: what programs may do in somebody's name.

Rules of this place: the secret is printed once, alone on stdout, and never again.
"""

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from assay.app.actor import TOKEN_VARIABLE, current_actor
from assay.app.compose import open_record
from assay.app.people import end_of, scopes_named
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table
from assay.kernel import SystemClock, format_time

if TYPE_CHECKING:
    from governance.people import Token

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Issue, list and revoke tokens for programs.")

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command("issue")
def issue(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Who it acts for, as `assay users list` shows it.")],
    *,
    scope: Annotated[list[str], typer.Option("--scope", help="What it may do, such as run:ingest; repeat for more.")],
    system: Annotated[str, typer.Option(help="Id of the system, or '*' for all of them.")],
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Last day (UTC) [default: in 365 days].")] = None,
    as_json: _Json = False,
) -> None:
    """Make a token and print it, this once. It may do what its scopes and its person's roles both give; no approvals.

    Example: assay tokens issue person-0123456789abcdef --scope run:ingest --scope decision:record --system default
    """
    with closing(open_record(Workspace.find())) as record:
        end = end_of(until, SystemClock().now())
        issued = record.tokens.issue(person, scopes_named(scope), system, current_actor(record), until=end)
    say(f"{issued.token.id} is good until {issued.token.expires_at}; keep it as a secret, in {TOKEN_VARIABLE}")
    if as_json:
        emit_json({**_document(issued.token), "secret": issued.secret})
    else:
        show(issued.secret)


@app.command("list")
def list_all(as_json: _Json = False) -> None:
    """List tokens, those that ended or were revoked included; secrets are not kept.

    Example: assay tokens list
    """
    with closing(open_record(Workspace.find())) as record:
        found = [_document(one) for one in record.tokens.tokens()]
    if as_json:
        emit_json({"tokens": found})
        return
    columns = ("token", "person", "system", "state", "expires_at", "used_at")
    show_table(columns, [[one[column] or "never" for column in columns] for one in found])


@app.command("revoke")
def revoke(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="Id, as `assay tokens list` shows it.")],
    as_json: _Json = False,
) -> None:
    """Take a token back, at once.

    Example: assay tokens revoke token-0123456789abcdef
    """
    with closing(open_record(Workspace.find())) as record:
        taken = record.tokens.revoke(token, current_actor(record))
    if as_json:
        emit_json(_document(taken))
    else:
        show(f"{taken.id} is revoked")


def _document(token: "Token") -> dict[str, object]:
    return {
        "token": token.id,
        "person": token.person,
        "scopes": sorted(token.scopes),
        "system": token.system,
        "state": token.state(format_time(SystemClock().now())),
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
        "used_at": token.used_at,
    }
