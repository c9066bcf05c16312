"""`assay policies`: register gate policies before they decide, and prove that they were."""

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.app.policies import (
    PolicyCheck,
    check_policy_file,
    list_policies,
    policy_schema,
    register_policy,
    show_policy,
    withdraw_policy,
    write_receipt,
)
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table
from assay.kernel import MissingError

if TYPE_CHECKING:
    from governance.gate import RegisteredPolicy

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Register gate policies before they decide.")

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_System = Annotated[
    str | None, typer.Option(help="Id of the system, or '*' for all of them [default: the workspace's].")
]
_Named = Annotated[str, typer.Argument(metavar="POLICY", help="Id of a registration, or name or digest of a policy.")]
_File = Annotated[Path | None, typer.Argument(metavar="FILE", help="Gate policy [default: the workspace's gate file].")]


@app.command("register")
def register(
    file: _File = None,
    *,
    system: _System = None,
    author: Annotated[
        str | None, typer.Option(metavar="PERSON", help="Who wrote it; never approves under it [default: you].")
    ] = None,
    receipt: Annotated[Path | None, typer.Option(help="Write the proof that a gate without the store needs.")] = None,
    as_json: _Json = False,
) -> None:
    """Fix a gate policy: only runs that begin afterwards are decided under it. It takes a reviewer or an approver.

    Example: assay policies register gate.yaml --author person-0123456789abcdef
    """
    workspace = Workspace.find()
    made = register_policy(workspace, file or workspace.gate_file, system=system, author=author, receipt=receipt)
    if as_json:
        emit_json(_document(made))
        return
    show(f"{made.name} is registered for {made.system} since {made.registered_at}, entry {made.seq}: {made.id}")
    if made.role == "owner":
        say("note: single user: not four eyes")
    if receipt is not None:
        say(f"wrote {receipt}: assay gate --run DIR --policy FILE --registration {receipt} --vkey log.vkey")


@app.command("list")
def list_all(
    system: Annotated[str | None, typer.Option(help="Of one system alone, and of all systems.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Withdrawn ones, too.")] = False,
    as_json: _Json = False,
) -> None:
    """List registered policies, newest first. Example: assay policies list."""
    found = [_document(one) for one in list_policies(Workspace.find(), system=system, withdrawn=everything)]
    if as_json:
        emit_json({"policies": found})
        return
    columns = ("policy", "name", "system", "registered_at", "registered_by", "author", "withdrawn_at")
    show_table(columns, [[one[column] or "" for column in columns] for one in found])


@app.command("show")
def show_one(policy: _Named, as_json: _Json = False) -> None:
    """Show what was registered, word for word. Example: assay policies show release."""
    found = show_policy(Workspace.find(), policy)
    document = {**_document(found), "document": json.loads(found.document)}
    if as_json:
        emit_json(document)
    else:
        show(json.dumps(document, indent=1, ensure_ascii=False))


@app.command("check")
def check(file: _File = None, *, system: _System = None, as_json: _Json = False) -> None:
    """Say whether a file is a valid policy, registered, and looser than what is registered under its name.

    Ends with 0 registered · 2 no valid policy · 3 not registered. Example: assay policies check gate.yaml
    """
    workspace = None
    with suppress(MissingError):
        workspace = Workspace.find()
    found = check_policy_file(workspace, file or _gate_file(workspace), system=system)
    if as_json:
        emit_json(_checked(found))
    else:
        _show_check(found)
    raise typer.Exit(0 if found.registered is not None else 3)


@app.command("withdraw")
def withdraw(
    policy: _Named,
    reason: Annotated[str, typer.Option(help="Why; kept where it can be erased.")],
    as_json: _Json = False,
) -> None:
    """End a registration: from now on it decides nothing.

    Example: assay policies withdraw release --reason "replaced by release-2"
    """
    ended = withdraw_policy(Workspace.find(), policy, reason=reason)
    if as_json:
        emit_json(_document(ended))
    else:
        show(f"{ended.name} ({ended.id}) decides nothing for {ended.system} since {ended.withdrawn_at}")


@app.command("receipt")
def receipt_of(
    policy: _Named,
    out: Annotated[Path, typer.Option(help="File to write.")],
    as_json: _Json = False,
) -> None:
    """Write the proof of a registration, for a gate without the store.

    Example: assay policies receipt release --out registration.json
    """
    found = write_receipt(Workspace.find(), policy, out)
    if as_json:
        emit_json({**_document(found), "receipt": str(out)})
    else:
        show(f"wrote {out}: assay gate --run DIR --policy FILE --registration {out} --vkey log.vkey")


@app.command("schema")
def schema(as_json: _Json = False) -> None:
    """Print the JSON Schema of policy files, for editors and checks. Example: assay policies schema."""
    if as_json:
        emit_json(policy_schema())
    else:
        show(json.dumps(policy_schema(), indent=1, ensure_ascii=True))


def _gate_file(workspace: Workspace | None) -> Path:
    if workspace is None:
        raise MissingError("no policy was named, and here is no workspace that has one", hint="name a FILE")
    return workspace.gate_file


def _document(one: "RegisteredPolicy") -> dict[str, object]:
    return {
        "policy": one.id,
        "name": one.name,
        "digest": one.digest,
        "system": one.system,
        "registered_by": one.registered_by,
        "role": one.role,
        "author": one.author,
        "registered_at": one.registered_at,
        "entry": one.seq,
        "withdrawn_at": one.withdrawn_at,
        "withdrawn_by": one.withdrawn_by,
    }


def _checked(found: PolicyCheck) -> dict[str, object]:
    return {
        "name": found.name,
        "digest": found.digest,
        "registered": None if found.registered is None else _document(found.registered),
        "former": None if found.former is None else _document(found.former),
        "looser": list(found.looser),
        "exit_code": 0 if found.registered is not None else 3,
    }


def _show_check(found: PolicyCheck) -> None:
    show(f"{found.name}: a valid policy, {found.digest}")
    if found.registered is None:
        show("not registered: assay policies register FILE")
    else:
        show(f"registered for {found.registered.system} since {found.registered.registered_at}: {found.registered.id}")
    if found.former is not None:
        words = "looser than" if found.looser else "no looser than"
        show(f"{words} {found.former.id}, registered at {found.former.registered_at}")
    for one in found.looser:
        show(f"  {one}")
