"""`assay controls`: what proves a control, and what that does not prove; attesting one, and doing without one.

Showing a control needs no workspace.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.app.frameworks import load_framework
from assay.app.register import attest_control, list_waivers, waive_control
from assay.cli._asks import ask_line, command_for
from assay.cli._frameworks import Extension, JsonOption, header, relation_document, rule_document
from assay.cli._output import emit_json, show, show_table

if TYPE_CHECKING:
    from governance.waivers import RecordedWaiver

__all__ = ["app"]

System = Annotated[str | None, typer.Option(help="Which system [default: the workspace's default system].")]

app = typer.Typer(no_args_is_help=True, help="Show what proves a control; attest or waive one.")


@app.callback()
def controls() -> None:
    """Show what proves a control; attest or waive one."""


@app.command("show")
def show_control(
    control_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a control, such as 'DASF 54'.")],
    extension: Extension = None,
    as_json: JsonOption = False,
) -> None:
    """Show one control: what proves it, what that does not prove, an example, and the risks it is mapped to.

    Example: assay controls show 'DASF 54'
    """
    known = load_framework(extension)
    control = known.control_named(control_id)
    rule, mapped = known.rule(control.id), known.risks_of(control.id)
    own = known.own_file("rules", control.id)
    if as_json:
        emit_json(
            {
                "id": control.id,
                "name": control.name,
                "since": control.since,
                **rule_document(known, control.id),
                "risks": [{"id": risk.id, "name": risk.name} for risk in mapped],
                "related": [relation_document(known, row) for row in known.relations_of(control.id)],
                "catalogue": header(known),
            }
        )
        return
    show(f"{control.id}  {control.name}\n\nProves: {rule.proves}\n\nDoes not prove: {rule.does_not_prove}\n")
    show(f"Good evidence, for example: {rule.example}\n\nAsked for, all that apply to a risk together:")
    lines = [(*ask_line(ask), ", ".join(ask.risks) or "all") for ask in rule.evidence]
    show_table(("evidence", "of", "needs", "no older than", "for risks"), lines)
    if typed := dict.fromkeys(command_for(ask, control.id) for ask in rule.evidence):
        show("\nWhat gives it:\n" + "\n".join(f"  {command}" for command in typed if command))
    if own is not None:
        instead = (
            "" if known.own_file("controls", control.id) else ", in the place of the one that comes with the product"
        )
        show(f"\nThis rule is from {own.file} ({own.id}, version {own.version}){instead}.")
    show(f"\nmapped to {len(mapped)} {'risk' if len(mapped) == 1 else 'risks'}:")
    show_table(("id", "risk"), [(risk.id, risk.name) for risk in mapped])


@app.command("attest")
def attest(
    control_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a control, such as 'DASF 1'.")],
    *,
    document: Annotated[Path, typer.Option(help="The file by which somebody attests it; kept by its digest.")],
    expires: Annotated[str, typer.Option(metavar="DATE", help="Last day (UTC) on which it counts.")],
    of: Annotated[str | None, typer.Option(help="Which evidence, where the control asks for several.")] = None,
    signed: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the signature [default: now].")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="Pseudonym of who answers for it [default: you].")] = None,
    system: System = None,
    extension: Extension = None,
    as_json: JsonOption = False,
) -> None:
    """Hand in a document by which somebody who can know attests a control; it counts once somebody else accepts it.

    Example: assay controls attest 'DASF 1' --document sign-in-policy.pdf --expires 2027-03-31
    """
    made = attest_control(
        load_framework(extension),
        control_id,
        document,
        of=of,
        expires=expires,
        signed=None if signed is None else signed.replace(tzinfo=UTC),
        owner=owner,
        system=system,
    )
    if as_json:
        emit_json(asdict(made))
        return
    show(f"{made.evidence} is handed in; next, by somebody else: assay evidence accept {made.evidence}")


@app.command("waive")
def waive(
    control_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a control, such as 'DASF 3'.")],
    reason: Annotated[str, typer.Option(help="Why the system does without it; kept where it can be erased.")],
    risk: Annotated[str | None, typer.Option(help="For one risk alone [default: for all it is mapped to].")] = None,
    compensating: Annotated[str, typer.Option(help="What is done instead.")] = "",
    days: Annotated[int, typer.Option(min=1, max=90, help="For how long.")] = 90,
    system: System = None,
    extension: Extension = None,
    as_json: JsonOption = False,
) -> None:
    """Ask to do without a control until a day; it counts once somebody else approves it, and is never shown as treated.

    Example: assay controls waive 'DASF 3' --reason "the office has no fixed network" --days 60
    """
    made = waive_control(
        load_framework(extension),
        control_id,
        risk=risk,
        reason=reason,
        compensating=compensating,
        days=days,
        system=system,
    )
    if as_json:
        emit_json(asdict(made))
        return
    show(f"{made.id} waits for approval until {made.expires_at[:10]}; digest {made.digest}")
    show(f"next, by somebody else: assay approvals approve {made.request} --seen {made.digest}")


@app.command("waivers")
def waivers(system: System = None, as_json: JsonOption = False) -> None:
    """List waivers with their states now, newest first. Example: assay controls waivers."""
    found = list_waivers(system)
    if as_json:
        emit_json({"waivers": [asdict(one) for one in found]})
        return
    rows = [
        (one.id, one.control, one.risk or "all", one.state, one.expires_at[:10], _alone(one), one.reason or "erased")
        for one in found
    ]
    show_table(("waiver", "control", "risk", "state", "until", "", "reason"), rows)


def _alone(waiver: "RecordedWaiver") -> str:
    approved = waiver.state == "approved"
    return "single user: not four eyes" if approved and not waiver.four_eyes else ""
