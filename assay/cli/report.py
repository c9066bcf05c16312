"""`assay report`: documents for people, built from the record."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from assay.app.report import ReportFormat, build_report
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Build documents for people.")


class ReportKind(StrEnum):
    """Which document."""

    EVALUATION = "evaluation"


@app.callback()
def _group() -> None:
    """Build documents for people."""


@app.command("build")
def build(
    kind: Annotated[ReportKind, typer.Argument(help="Which document.")],
    run: Annotated[str | None, typer.Option(metavar="RUN", help="Run to report; else the newest recorded.")] = None,
    baseline: Annotated[str | None, typer.Option(metavar="RUN", help="Run to compare it with.")] = None,
    report_format: Annotated[ReportFormat, typer.Option("--format", help="How to write it.")] = ReportFormat.HTML,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to; else assay-reports/.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Write the report of a run to a file that opens without a network, and record its digest.

    Example: assay report build evaluation --format html
    """
    built = build_report(Workspace.find(), run=run, baseline=baseline, kind=report_format, out=out)
    if as_json:
        decision = built.view.decision
        emit_json(
            {
                "report": str(built.path),
                "kind": kind.value,
                "format": report_format.value,
                "run": built.run,
                "decision": decision.outcome,
                "digest": built.digest,
                "seq": built.sequence,
            }
        )
        return
    say(f"{built.view.decision.headline}: {built.view.decision.sentence}")
    show(str(built.path))
