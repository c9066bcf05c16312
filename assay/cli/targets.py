"""`assay targets`: try the application under test."""

import asyncio
from typing import Annotated

import typer

from assay.app.targets import check
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Try the application under test.")

_NO_ANSWER_EXIT = 2


@app.callback()
def _group() -> None:
    pass


@app.command("check")
def check_one(
    target: Annotated[str | None, typer.Option(help="Which target of assay.yaml to ask.")] = None,
    question: Annotated[str, typer.Option(help="What to ask.")] = "What can you help me with?",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Ask one question and say what was seen. Exit 0 when an answer came, else 2.

    Example: assay targets check --question "Who approves a release?"
    """
    report = asyncio.run(check(Workspace.find(), target, question))
    if as_json:
        emit_json(
            {
                "target": report.target,
                "kind": report.kind,
                "outcome": report.answer.outcome,
                "answer": report.answer.text,
                "contexts": None if report.answer.contexts is None else list(report.answer.contexts),
                "reason": report.answer.reason,
                "latency_ms": report.answer.latency_ms,
                "saw": list(report.saw),
                "next_step": report.next_step,
            }
        )
    else:
        show(f"{report.target} ({report.kind}): {report.answer.outcome}")
        for fact in report.saw:
            show(f"  {fact}")
        if report.next_step:
            say(f"next: {report.next_step}")
    if not report.answered:
        raise typer.Exit(_NO_ANSWER_EXIT)
