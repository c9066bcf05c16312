"""`assay questions`: generate from the corpus, import, list, export."""

import asyncio
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assay.app.questions import (
    DEFAULT_SET,
    export_set,
    generate_questions,
    import_into,
    list_sets,
    load_set,
    make_twins,
)
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table
from evaluation.questions import Attribute, GeneratedQuestion, Question, QuestionSet, Rejection

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Generate, import, list and export questions.")

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_Into = Annotated[str, typer.Option("--into", help="Name of the question set; made if missing.")]


class _Form(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"


@app.command("generate")
def generate_command(
    count: Annotated[int, typer.Option(min=1, help="How many questions to add.")] = 10,
    into: _Into = DEFAULT_SET,
    judge: Annotated[str | None, typer.Option(help="Model that writes and checks: embedded, or an endpoint.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed chooses other passages.")] = 0,
    as_json: _Json = False,
) -> None:
    """Write questions with reference answers about passages of the corpus, each checked against its passage.

    Example: assay questions generate --count 12
    """
    job = generate_questions(
        Workspace.find(), count=count, into=into, judge=judge, seed=seed, on_result=_say_result, on_message=say
    )
    report = asyncio.run(job)
    rejected = sum(report.rejected.values())
    if as_json:
        accepted = [_document(question) for question in report.accepted]
        emit_json({**_summary(report.questions), "questions": accepted, "rejected": report.rejected})
        return
    reasons = ", ".join(f"{number} {kind}" for kind, number in report.rejected.items())
    show(
        f"{len(report.accepted)} questions added to {report.name!r} ({len(report.questions.questions)} in all), "
        f"{rejected} passages rejected" + (f": {reasons}" if reasons else "")
    )
    if len(report.accepted) < count:
        say(f"asked for {count}; another --seed, or more documents, may give the rest")
    say("next: assay run --questions " + report.name)


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="JSON Lines, CSV or Parquet with a field `question`.")],
    into: _Into = DEFAULT_SET,
    as_json: _Json = False,
) -> None:
    """Merge a file of questions into a set; a wrong line stops it before anything is written.

    Example: assay questions import questions.csv --into regression
    """
    questions, change = import_into(Workspace.find(), file, into)
    if as_json:
        emit_json({**_summary(questions), **asdict(change)})
        return
    show(
        f"{len(change.added)} questions added to {into!r}, {len(change.replaced)} replaced, "
        f"{len(change.unchanged)} unchanged; {len(questions.questions)} in all"
    )


@app.command("list")
def list_command(
    name: Annotated[str | None, typer.Argument(help="A set whose questions to show.")] = None, as_json: _Json = False
) -> None:
    """List the question sets, or the questions of one.

    Example: assay questions list
    """
    workspace = Workspace.find()
    if name is not None:
        _list_one(load_set(workspace, name), as_json=as_json)
        return
    sets = list_sets(workspace)
    if as_json:
        emit_json({"question_sets": [_summary(questions) for questions in sets]})
        return
    show_table(
        ("set", "questions>", "with reference>", "digest"),
        [
            (item.name, len(item.questions), sum(q.reference is not None for q in item.questions), item.digest)
            for item in sets
        ],
    )
    if not sets:
        say("there is no question set yet; next: assay questions generate")


@app.command("export")
def export_command(
    name: Annotated[str, typer.Argument(help="The set to export.")] = DEFAULT_SET,
    form: Annotated[_Form, typer.Option("--format", help="jsonl or csv.")] = _Form.JSONL,
    out: Annotated[Path | None, typer.Option(help="File to write; without it, standard output.")] = None,
    as_json: _Json = False,
) -> None:
    """Export a set; cells that a spreadsheet would run are guarded in CSV, and importing undoes that.

    Example: assay questions export default --format csv --out questions.csv
    """
    workspace = Workspace.find()
    if out is None:
        for piece in load_set(workspace, name).export(form.value):
            sys.stdout.buffer.write(piece.encode("utf-8"))
        sys.stdout.buffer.flush()
        return
    questions = export_set(workspace, name, form.value, out)
    if as_json:
        emit_json({**_summary(questions), "file": str(out)})
        return
    show(f"{len(questions.questions)} questions written to {out}")


@app.command("counterfactual")
def counterfactual_command(
    *,
    name: Annotated[str, typer.Argument(metavar="SET", help="The set whose questions get twins.")],
    attribute: Annotated[Attribute, typer.Option(help="What the twins differ in.")],
    into: Annotated[str, typer.Option("--into", help="Name of the set that takes the twins; made if missing.")],
    group: Annotated[list[str] | None, typer.Option(help="A group to make; again for more. All, without it.")] = None,
    introduce: Annotated[
        bool, typer.Option("--introduce", help="Put a sentence such as 'I am a woman.' in front instead.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Make twins of questions that differ in the sex, name, age or origin of the person in them (English words).

    Example: assay questions counterfactual default --attribute sex --into twins --introduce
    """
    workspace = Workspace.find()
    questions, twins = make_twins(workspace, name, attribute, into=into, groups=tuple(group or ()), introduce=introduce)
    if as_json:
        made = [_document(question) for question in twins.questions]
        emit_json({**_summary(questions), "questions": made, "untouched": twins.untouched, "mixed": twins.mixed})
        return
    show(f"{len(twins.questions)} questions in {into!r} ({len(questions.questions)} in all)")
    if twins.untouched or twins.mixed:
        say(f"{len(twins.untouched)} questions name no group and {len(twins.mixed)} name several: they have no twins")
    say(
        "read them first: a swap can change what is asked. Then: assay run --questions "
        + into
        + ", assay runs bias RUN"
    )


def _list_one(questions: QuestionSet, *, as_json: bool) -> None:
    if as_json:
        listed = [_document(question) for question in questions.questions]
        emit_json({**_summary(questions), "questions": listed})
        return
    rows = [(item.id, item.origin, item.text, item.reference or "") for item in questions.questions]
    show_table(("id", "origin", "question", "reference"), rows)


def _summary(questions: QuestionSet) -> dict[str, object]:
    return {"name": questions.name, "count": len(questions.questions), "digest": questions.digest}


def _document(question: Question) -> dict[str, object]:
    document = asdict(question)
    return {"id": document.pop("id"), "question": document.pop("text"), **document}


def _say_result(result: GeneratedQuestion | Rejection) -> None:
    if isinstance(result, Rejection):
        say(f"rejected {result.passage}: {result.kind}, {result.reason}")
    else:
        say(f"accepted {result.question.text}")
