"""`assay releases`: put a candidate together, ask about it, let it out, and take it back."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.app.releases import (
    ReleaseOrder,
    ShownRelease,
    answer_release,
    create_release,
    list_releases,
    recall_release,
    request_release,
    ship_release,
    show_release,
    take_up_release,
)
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table

if TYPE_CHECKING:
    from governance.releases import Release
    from governance.systems import Part

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Lead a candidate from a draft into use, with four eyes.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_Id = Annotated[str, typer.Argument(metavar="RELEASE", help="Id, as `assay releases list` shows it.")]
_AsOf = Annotated[int | None, typer.Option("--as-of", metavar="SIZE", min=0, help="As at this size of the ledger.")]
_Seen = Annotated[str, typer.Option(help="The digest of what you looked at, as `assay releases show` prints it.")]
_PART = "NAME[@VERSION][=sha256:…]"


@app.command("create")
def create(
    version: Annotated[str, typer.Option(help="What people call it: 1.4.0.")],
    run: Annotated[list[str], typer.Option("--run", help="A recorded, complete run, or latest. Repeatable.")],
    *,
    system: Annotated[str | None, typer.Option(help="Of which system [default: the workspace's].")] = None,
    deployment: Annotated[str, typer.Option(help="Where it is to be used.")] = "production",
    scan: Annotated[list[str] | None, typer.Option(help="A recorded, complete scan. Repeatable.")] = None,
    component: Annotated[list[str] | None, typer.Option(metavar=_PART, help="Repeatable.")] = None,
    model: Annotated[list[str] | None, typer.Option(metavar=_PART, help="models:/shop@7. Repeatable.")] = None,
    document: Annotated[list[Path] | None, typer.Option(help="A file, kept by its digest. Repeatable.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put a candidate together from recorded runs. Example: assay releases create --version 1.4.0 --run latest."""
    order = ReleaseOrder(
        version=version,
        runs=run,
        system=system,
        deployment=deployment,
        scans=scan or (),
        components=component or (),
        models=model or (),
        documents=document or (),
    )
    _tell(create_release(Workspace.find(), order), next_one="assay gate --release {}", as_json=as_json)


@app.command("list")
def list_all(
    system: Annotated[str | None, typer.Option(help="Of one system alone.")] = None,
    as_of: _AsOf = None,
    as_json: AsJson = False,
) -> None:
    """List releases with their states now, newest first. Example: assay releases list --system shop."""
    found = list_releases(Workspace.find(), system=system, as_of=as_of)
    if as_json:
        emit_json({"releases": [asdict(one) for one in found]})
        return
    rows = (
        (one.id, one.system, one.version, one.deployment, one.state, one.changed_at[:16], one.lapsed) for one in found
    )
    show_table(["release", "system", "version", "deployment", "state", "since", ""], rows)


@app.command("show")
def show_one(release: _Id, as_of: _AsOf = None, as_json: AsJson = False) -> None:
    """Show what a release is made of and what happened to it. Example: assay releases show release-1a2b."""
    found = show_release(Workspace.find(), release, as_of=as_of)
    if as_json:
        standing = None if found.standing is None else asdict(found.standing)
        history = [asdict(one) for one in found.history]
        emit_json({**asdict(found.release), "seen": found.seen, "history": history, "approval": standing})
        return
    for line in _lines(found):
        show(line)


@app.command("request")
def request(
    release: _Id,
    needed: Annotated[int, typer.Option(min=1, max=10, help="How many people; more where the policy says so.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=366, help="For how long it can be answered.")] = 14,
    comment: Annotated[str, typer.Option(help="What to look at; kept where it can be erased.")] = "",
    as_json: AsJson = False,
) -> None:
    """Ask people to approve a release that its gate let pass. Example: assay releases request release-1a2b."""
    made = request_release(Workspace.find(), release, needed=needed, days=days, comment=comment)
    _tell(made, next_one="somebody else: assay releases show {}", as_json=as_json)


@app.command("review")
def review(release: _Id, as_json: AsJson = False) -> None:
    """Take up the review; in a team only in a signed-in session. Example: assay releases review release-1a2b."""
    _tell(take_up_release(Workspace.find(), release), next_one="assay releases show {}", as_json=as_json)


@app.command("approve")
def approve(
    release: _Id,
    seen: _Seen,
    comment: Annotated[str, typer.Option(help="Kept where it can be erased.")] = "",
    as_json: AsJson = False,
) -> None:
    """Approve what you saw; in a team only in a signed-in session.

    Example: assay releases approve release-1a2b --seen DIGEST
    """
    _answer(release, seen, comment, approves=True, as_json=as_json)


@app.command("reject")
def reject(
    release: _Id,
    seen: _Seen,
    comment: Annotated[str, typer.Option(help="What is missing.")],
    as_json: AsJson = False,
) -> None:
    """Reject what you saw. Example: assay releases reject release-1a2b --seen DIGEST --comment "no model card"."""
    _answer(release, seen, comment, approves=False, as_json=as_json)


@app.command("release")
def release_it(
    release: _Id,
    settles: Annotated[
        list[str] | None, typer.Option(help="A serious incident that it is the answer to. Repeatable.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say that an approved release is in use, in the place of the one before. Example: assay releases release ID."""
    _tell(ship_release(Workspace.find(), release, settles=settles or ()), next_one="", as_json=as_json)


@app.command("recall")
def recall(
    release: _Id,
    reason: Annotated[str, typer.Option(help="What went wrong; kept where it can be erased.")],
    as_json: AsJson = False,
) -> None:
    """Take a release out of use. Example: assay releases recall release-1a2b --reason "it invents prices"."""
    _tell(recall_release(Workspace.find(), release, reason=reason), next_one="", as_json=as_json)


def _answer(release: str, seen: str, comment: str, *, approves: bool, as_json: bool) -> None:
    given = answer_release(Workspace.find(), release, approve=approves, seen=seen, comment=comment)
    if as_json:
        emit_json(asdict(given))
        return
    show(f"{given.verdict} as {given.role}, entry {given.seq} of the ledger: {given.id}")
    if not given.four_eyes:
        say("note: single user: not four eyes")


def _tell(made: "Release", *, next_one: str, as_json: bool) -> None:
    if as_json:
        emit_json(asdict(made))
        return
    show(f"{made.id}: {made.version} of {made.system} for {made.deployment} is {made.state}")
    if next_one:
        say(f"next: {next_one.format(made.id)}")


def _lines(found: ShownRelease) -> Iterator[str]:
    one = found.release
    yield f"{one.id}: {one.version} of {one.system} for {one.deployment}"
    yield f"  state: {one.state}" + (f" ({one.lapsed})" if one.lapsed else "")
    yield f"  manifest: {one.digest}"
    target = one.manifest.target
    if target is not None:
        yield f"  target: {target.name}, version {target.version}, commit {target.commit or 'unknown'}"
    for kind, measured in {"run": one.manifest.runs, "scan": one.manifest.scans}.items():
        for each in measured:
            yield f"  {kind}: {each.id} {each.digest}"
    manifest = one.manifest
    parts = {"component": manifest.components, "model": manifest.models, "document": manifest.documents}
    for kind, named in parts.items():
        for part in named:
            yield f"  {kind}: {_part(part)}"
    yield f"  decision: {one.decision or 'none was asked about'}"
    if found.standing is not None:
        yield f"  request: {one.request}, {found.standing.state}, approvals missing: {found.standing.missing}"
        if found.standing.state == "pending":
            yield f"  to approve it: --seen {found.seen}"
    for step in found.history:
        yield f"  {step.at[:16]} {step.state}, entry {step.seq}" + (f": {step.reason}" if step.reason else "")


def _part(part: "Part") -> str:
    return f"{part.name}{'@' if part.version else ''}{part.version} {part.digest or 'no digest'}"
