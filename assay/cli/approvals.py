"""`assay approvals`: ask, look, answer; lend a role; break glass, and review it."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from assay.app.approvals import (
    answer_request,
    break_glass,
    lend_role,
    list_emergencies,
    list_requests,
    request_approval,
    review_emergency,
)
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table

if TYPE_CHECKING:
    from governance.approvals import Answer, Standing

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Ask for approval and answer with four eyes.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Seen = Annotated[str, typer.Option(help="The digest of what you looked at, as the list shows it.")]
_ALONE = "single user: not four eyes"


@app.command("request")
def request(
    subject: Annotated[str, typer.Argument(help="run:ID, scan:ID, decision:ID or report:ID.")],
    purpose: Annotated[str, typer.Option(help="decision, release, policy, waiver, erasure or restore.")] = "decision",
    needed: Annotated[int, typer.Option(min=1, max=10, help="How many people have to approve.")] = 1,
    role: Annotated[list[str] | None, typer.Option(help="Who may: reviewer, approver. Repeatable.")] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="For how long it can be answered.")] = 14,
    comment: Annotated[str, typer.Option(help="What to look at; kept where it can be erased.")] = "",
    as_json: AsJson = False,
) -> None:
    """Ask people to approve something of the record. Example: assay approvals request decision:decision-1a2b3c."""
    made = request_approval(
        Workspace.find(), subject, purpose=purpose, needed=needed, roles=role or (), days=days, comment=comment
    )
    if as_json:
        emit_json(asdict(made))
    else:
        show(f"{made.id} asks {', '.join(made.roles)} for {made.needed}, until {made.expires_at}")


@app.command("list")
def list_all(
    system: Annotated[str | None, typer.Option(help="Of one system alone.")] = None, as_json: AsJson = False
) -> None:
    """List requests with their states now, newest first. Example: assay approvals list."""
    found = list_requests(Workspace.find(), system=system)
    if as_json:
        emit_json({"approvals": [{**asdict(one), "label": _label(one)} for one in found]})
        return
    rows = (
        (one.request.id, one.state, f"{one.request.subject_type}:{one.request.subject}", one.missing, _label(one),
         one.request.subject_digest)
        for one in found
    )  # fmt: skip
    show_table(["request", "state", "about", "missing>", "", "digest"], rows)


@app.command("approve")
def approve(
    request: Annotated[str, typer.Argument(help="Id of the request.")],
    seen: Seen,
    comment: Annotated[str, typer.Option(help="Kept where it can be erased.")] = "",
    as_json: AsJson = False,
) -> None:
    """Approve what you saw; in a team only in a signed-in session.

    Example: assay approvals approve ID --seen DIGEST
    """
    _tell(answer_request(Workspace.find(), request, approve=True, seen=seen, comment=comment), as_json=as_json)


@app.command("reject")
def reject(
    request: Annotated[str, typer.Argument(help="Id of the request.")],
    seen: Seen,
    comment: Annotated[str, typer.Option(help="What is missing.")],
    as_json: AsJson = False,
) -> None:
    """Reject what you saw. Example: assay approvals reject ID --seen DIGEST --comment "the interval is too wide"."""
    _tell(answer_request(Workspace.find(), request, approve=False, seen=seen, comment=comment), as_json=as_json)


@app.command("lend")
def lend(
    person: Annotated[str, typer.Argument(help="Who acts for you.")],
    role: Annotated[str, typer.Option(help="Which of your roles.")],
    system: Annotated[str, typer.Option(help="On which system, * for all.")],
    days: Annotated[int, typer.Option(min=1, max=366, help="For how long.")] = 14,
    as_json: AsJson = False,
) -> None:
    """Lend a role of yours. Example: assay approvals lend person-1a2b --role reviewer --system shop --days 14."""
    grant = lend_role(Workspace.find(), person, role, system, days=days)
    if as_json:
        emit_json(asdict(grant))
    else:
        show(f"{person} is {role} on {system} for you until {grant.valid_until}")


@app.command("break-glass")
def take_rights(
    permission: Annotated[list[str], typer.Option(help="Which right, as in `assay users roles`. Repeatable.")],
    reason: Annotated[str, typer.Option(help="What happened; kept where it can be erased.")],
    system: Annotated[str | None, typer.Option(help="On which system; the whole store without.")] = None,
    hours: Annotated[int, typer.Option(min=1, max=24, help="For how long.")] = 4,
    as_json: AsJson = False,
) -> None:
    """Take rights in an emergency; it is logged, and reviewed by somebody else within three days.

    Example: assay approvals break-glass --permission decision:record --system shop --reason "payments are down"
    """
    made = break_glass(Workspace.find(), permission, system, reason=reason, hours=hours)
    if as_json:
        emit_json(asdict(made))
    else:
        show(f"{made.id}: {', '.join(made.permissions)} until {made.ends_at}; a review is due at {made.review_due}")


@app.command("review-glass")
def review_glass(
    emergency: Annotated[str, typer.Argument(help="Id of the emergency.")],
    comment: Annotated[str, typer.Option(help="What was done, and whether it had to be.")],
    as_json: AsJson = False,
) -> None:
    """Review somebody else's emergency.

    Example: assay approvals review-glass glass-1a2b --comment "one hold was placed"
    """
    review_emergency(Workspace.find(), emergency, comment=comment)
    if as_json:
        emit_json({"emergency": emergency, "reviewed": True})
    else:
        show(f"{emergency} is reviewed")


@app.command("glass")
def list_glass(as_json: AsJson = False) -> None:
    """List emergencies, newest first. Example: assay approvals glass."""
    found = list_emergencies(Workspace.find())
    if as_json:
        emit_json({"emergencies": [asdict(one) for one in found]})
        return
    rows = (
        (
            one.id,
            one.person,
            one.system or "*",
            ", ".join(one.permissions),
            one.ends_at,
            one.reviewed_at or one.review_due,
        )
        for one in found
    )
    show_table(["emergency", "person", "system", "rights", "until", "reviewed, or due"], rows)


def _tell(answer: "Answer", *, as_json: bool) -> None:
    if as_json:
        emit_json(asdict(answer))
        return
    show(f"{answer.verdict} as {answer.role}, entry {answer.seq} of the ledger: {answer.id}")
    if not answer.four_eyes:
        say(f"note: {_ALONE}")


def _label(one: "Standing") -> str:
    return _ALONE if any(not answer.four_eyes for answer in one.answers) else ""
