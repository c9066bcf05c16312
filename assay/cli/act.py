"""`assay act`: the EU AI Act as data. Needs no workspace, and is not legal advice."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from assay.app.act import classify_answers, classify_description
from assay.cli._act_classes import classification_document, question_document, show_classification
from assay.cli._output import emit_json, show, show_table
from assay.kernel import InputError, SystemClock
from risks.act import Event, Header, on_day, template, timeline, tree

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Show dates, classes and duties of the EU AI Act. Not legal advice.")

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
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
    as_json: _Json = False,
) -> None:
    """Say which classes of the Act follow from answers, on which ground, and what is still open.

    An open question leaves the result inconclusive. Exits 0 in both cases, 2 where answers are wrong or contradict each
    other. Example: assay act classify --answers answers.yaml
    """
    if (answers is None) == (description is None):
        raise InputError("give either --answers or --description", hint="assay act questions > answers.yaml")
    found = classify_answers(answers) if answers is not None else classify_description(Path(str(description)))
    header = tree().header
    if as_json:
        emit_json(classification_document(found, header, {}))
    else:
        show_classification(found, header)


def _row(event: Event) -> tuple[str, str, str, str]:
    return event.date, event.event, event.basis, event.ground


def _day(text: str | None) -> date:
    if text is None:
        return SystemClock().now().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"expected a day such as 2026-11-21, got {text!r}", hint="assay act timeline --help"
        ) from error


def _provenance(header: Header) -> dict[str, object]:
    return {"text_version": header.text, "catalogue": asdict(header)}


def _show_provenance(header: Header) -> None:
    show(f"{header.text}. {header.title}, version {header.version} ({header.digest}). Not legal advice.")
