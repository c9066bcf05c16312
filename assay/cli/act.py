"""`assay act`: the EU AI Act as data, and what it asks of a system. Is not legal advice.

Dates, questions, classes and duties in general need no workspace; recording and confirming a classification, and the
duties of a system with their evidence, take one.
"""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from assay.app.act import classify_answers, classify_description, propose_answers
from assay.app.act_forms import load_form, read_form, submit_form
from assay.app.act_record import (
    assign_duty,
    confirm_classification,
    duties_of_system,
    list_classifications,
    record_classification,
    unclassified_systems,
)
from assay.app.workspace import Workspace
from assay.cli._act_classes import (
    classification_document,
    question_document,
    show_classification,
)
from assay.cli._act_duties import duty_document, duty_status_document, show_duties, show_duty_statuses
from assay.cli._act_forms import filled_document, form_document, tell_filled
from assay.cli._act_proposal import proposal_document, show_proposal
from assay.cli._act_recorded import one_of, recorded_document, show_recorded, show_whole, tell_recorded
from assay.cli._output import emit_json, say, show, show_table
from assay.kernel import InputError, SystemClock
from risks.act import ActClass, Event, Header, Role, Route, duties, duties_of, forms, on_day, template, timeline, tree

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Show dates, classes and duties of the EU AI Act. Not legal advice.")

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_System = Annotated[str | None, typer.Option(help="Which system of the record.")]
_On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="A day, such as 2026-11-21. Default: today.")]


@app.command("timeline")
def show_timeline(on: _On = None, as_json: _Json = False) -> None:
    """Show what applies on a day and what comes next; with --json and without --on, every date as it stands.

    Example: assay act timeline --on 2026-11-21
    """
    dates = timeline()
    if as_json and on is None:
        emit_json({"timeline": [asdict(event) for event in dates.events], **_provenance(dates.header)})
        return
    seen = on_day(dates, _day(on))
    if as_json:
        groups = {"past": seen.past, "applies": seen.applies, "next": seen.ahead}
        lists = {name: [asdict(event) for event in events] for name, events in groups.items()}
        rows = [asdict(event) for event in dates.events]
        emit_json({"on": seen.day.isoformat(), "timeline": rows, **lists, **_provenance(dates.header)})
        return
    for title, events in (("Past", seen.past), ("Applies", seen.applies), ("Next", seen.ahead)):
        show(f"{title}, seen from {seen.day.isoformat()}:" if events else f"{title}: nothing")
        if events:
            show_table(("date", "event", "basis", "ground"), [_row(event) for event in events])
        show("")
    _show_provenance(dates.header)


@app.command("questions")
def show_questions(as_json: _Json = False) -> None:
    """Print an answers file with every question and its options, ready to be filled in for `assay act classify`.

    Example: assay act questions > answers.yaml
    """
    if as_json:
        questions = [question_document(question) for question in tree().questions]
        emit_json({"questions": questions, **_provenance(tree().header)})
    else:
        show(template(tree()).rstrip("\n"))


@app.command("classify")
def classify_system(
    answers: Annotated[Path | None, typer.Option(help="An answers file, as `assay act questions` prints it.")] = None,
    description: Annotated[Path | None, typer.Option(help="A text about the system: lists what is to answer.")] = None,
    prefill: Annotated[bool, typer.Option("--prefill", help="Let a model propose answers to the description.")] = False,
    judge: Annotated[str | None, typer.Option(help="Whose model proposes. Default: that of assay.yaml.")] = None,
    record: Annotated[bool, typer.Option("--record", help="Record what follows; a second person confirms it.")] = False,
    system: _System = None,
    as_json: _Json = False,
) -> None:
    """Say which classes of the Act follow from answers, on which ground, and what is still open.

    An open question leaves the result inconclusive. Exits 0 in both cases, 2 where answers are wrong or contradict each
    other. What a model proposes decides nothing. Example: assay act classify --answers answers.yaml
    """
    if (answers is None) == (description is None):
        raise InputError("give either --answers or --description", hint="assay act questions > answers.yaml")
    if prefill and description is None:
        raise InputError("--prefill needs --description: a proposal cites it", hint="add --description FILE")
    if record and answers is None:
        raise InputError("--record needs --answers: a description alone decides nothing", hint="assay act questions")
    found = classify_answers(answers) if answers is not None else classify_description(Path(str(description)))
    proposal = None
    if prefill:
        proposal = propose_answers(Path(str(description)), judge=judge, on_question=say, on_message=say)
    recorded = record_classification(found, system) if record else None
    if as_json:
        document = classification_document(found, tree().header, proposal_document(proposal))
        emit_json(document if recorded is None else {**document, "recorded": recorded_document(recorded)})
        return
    show_classification(found, tree().header)
    if recorded is not None:
        tell_recorded(recorded, None if system else Workspace.find().settings.default_system)
    if proposal is not None:
        show_proposal(proposal)


@app.command("confirm")
def confirm(
    classification: Annotated[str, typer.Argument(help="Id of a recorded classification.")],
    seen: Annotated[str, typer.Option(help="The digest of what you looked at, as `assay act status` shows it.")],
    as_json: _Json = False,
) -> None:
    """Confirm a classification that somebody else recorded; nothing that is open or outdated can be confirmed.

    Example: assay act confirm classification-1a2b --seen sha256:…
    """
    found = confirm_classification(classification, seen=seen)
    if as_json:
        emit_json(recorded_document(found))
        return
    show(f"{found.id} of {found.system} is {found.state}: {', '.join(found.classes)}")
    if found.four_eyes is False:
        show("single user: not four eyes")


@app.command("status")
def show_status(
    classification: Annotated[str | None, typer.Argument(help="Id of one, to show it whole.")] = None,
    system: _System = None,
    as_json: _Json = False,
) -> None:
    """List recorded classifications as they stand now, newest first, and what to do next. Example: assay act status."""
    found = list_classifications(system)
    if classification is not None:
        one = one_of(found, classification)
        if as_json:
            emit_json(recorded_document(one))
        else:
            show_whole(one)
        return
    missing = unclassified_systems() if system is None else () if found else (system,)
    if as_json:
        emit_json({"classifications": [recorded_document(one) for one in found], "not_classified": list(missing)})
        return
    show_recorded(found, missing)


@app.command("duties")
def list_duties(
    *,
    act_class: Annotated[ActClass | None, typer.Option("--class", help="As `assay act classify` names it.")] = None,
    role: Annotated[Role | None, typer.Option(help="Who you are to the system or model.")] = None,
    route: Annotated[Route, typer.Option(help="By which annex a system is high-risk.")] = Route.ALL,
    market_date: Annotated[str | None, typer.Option(metavar="DATE", help="When it was, or will be, marketed.")] = None,
    on: _On = None,
    system: _System = None,
    as_json: _Json = False,
) -> None:
    """List what somebody in a role owes for a class; or, without --class, what a classified system owes and has shown.

    Example: assay act duties --class high_risk --role provider --route annex_iii
    """
    day, marketed = _day(on), _day(market_date, "--market-date") if market_date is not None else None
    if act_class is None or role is None:
        _refuse_half(act_class, role)
        _duties_of_system(system, day, as_json=as_json)
        return
    found = list(duties_of(duties(), act_class, role, on=day, marketed=marketed, route=route))
    if as_json:
        asked = {"class": act_class, "role": role, "market_date": market_date, "on": day.isoformat()}
        rows = [duty_document(one, duties().evidence) for one in found]
        emit_json({"duties": rows, **asked, **_provenance(duties().header)})
        return
    show_duties(found, f"{act_class}, {role}, on {day.isoformat()}")
    _show_provenance(duties().header)


@app.command("assign")
def assign(
    duty: Annotated[str, typer.Argument(help="A provision such as 27(1)(a), or an article with all its points.")],
    due: Annotated[str, typer.Option(metavar="DATE", help="Day by which its evidence is complete.")],
    owner: Annotated[str | None, typer.Option(metavar="PERSON", help="Pseudonym of who sees to it [you].")] = None,
    system: _System = None,
    as_json: _Json = False,
) -> None:
    """Say who sees to a duty, and until when; the newest word counts. What is overdue, a gate is told.

    Example: assay act assign "Article 27" --owner person-1a2b --due 2027-10-31
    """
    made = assign_duty(duty, owner=owner, due=due, system=system)
    if as_json:
        emit_json(asdict(made))
        return
    show(f"{made.duty} of {made.system}: {made.owner} sees to it by {made.due}")


@app.command("form")
def print_form(
    name: Annotated[str, typer.Argument(help="fria, literacy, monitoring or retention.")],
    system: _System = None,
    as_json: _Json = False,
) -> None:
    """Print a form to be filled in, each field with its provision, and with what the record knows of a system.

    Example: assay act form fria > fria.yaml
    """
    printed = load_form(name, system)
    if as_json:
        emit_json({**form_document(printed.form), **_provenance(forms().header)})
        return
    show(printed.text.rstrip("\n"))


@app.command("submit")
def submit(
    file: Annotated[Path, typer.Argument(help="A form, as `assay act form` printed it, filled in.")],
    check: Annotated[bool, typer.Option("--check", help="Say what is wrong with it, and hand nothing in.")] = False,
    owner: Annotated[str | None, typer.Option(metavar="PERSON", help="Pseudonym of who answers for it [you].")] = None,
    system: _System = None,
    as_json: _Json = False,
) -> None:
    """Hand in a form that was filled in as evidence of its duty; refused whole, with every mistake.

    Example: assay act submit fria.yaml
    """
    filled = read_form(file)
    made = None if check else submit_form(filled, file, owner=owner, system=system)
    if as_json:
        emit_json(filled_document(filled, made))
        return
    tell_filled(filled, made)


def _refuse_half(act_class: ActClass | None, role: Role | None) -> None:
    if (act_class is None) != (role is None):
        raise InputError(
            "--class and --role belong together", hint="assay act duties --class high_risk --role provider"
        )


def _duties_of_system(system: str | None, day: date, *, as_json: bool) -> None:
    of, found = duties_of_system(system, on=day)
    if as_json:
        rows = [duty_status_document(one, duties().evidence) for one in found.duties]
        about = {"system": of, "on": day.isoformat(), "remarks": list(found.remarks)}
        emit_json({"duties": rows, **about, **_provenance(duties().header)})
        return
    show_duty_statuses(found.duties, f"{of}, on {day.isoformat()}")
    for remark in found.remarks:
        show(f"{remark}.")
    _show_provenance(duties().header)


def _row(event: Event) -> tuple[str, str, str, str]:
    return event.date, event.event, event.basis, event.ground


def _day(text: str | None, option: str = "--on") -> date:
    if text is None:
        return SystemClock().now().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"expected a day such as 2026-11-21, got {text!r}", hint=f"write {option} 2026-11-21"
        ) from error


def _provenance(header: Header) -> dict[str, object]:
    return {"text_version": header.text, "catalogue": asdict(header)}


def _show_provenance(header: Header) -> None:
    show(f"{header.text}. {header.title}, version {header.version} ({header.digest}). Not legal advice.")
