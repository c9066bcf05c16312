"""`assay runs bias`: differences between groups of people."""

from pathlib import Path
from typing import Annotated

import typer

from assay.app.bias import report_bias, write_bias
from assay.app.workspace import Workspace
from assay.cli._comparisons import Form
from assay.cli._output import emit_json, say, show, show_table
from assay.kernel import InputError
from reports.bias import DOES_NOT_SHOW, BiasView, bias_document, bias_view

__all__ = ["bias"]


def bias(
    run: Annotated[str, typer.Argument(help="Id of a run, as `assay runs list` shows it, or the folder of a run log.")],
    by: Annotated[
        str | None,
        typer.Option(help="What precedes the colon of the tags that make the groups; else the twins' groups."),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="A table, JSON, or a page.")] = Form.TABLE,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where the page goes; else assay-reports/.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show differences between groups: within twins of questions, or between rows with different tags.

    Example: assay runs bias run-20260101t120000z-abc123 --format html
    """
    if out is not None and form is not Form.HTML:
        raise InputError(f"only a page is written to {out}", hint="--format html")
    workspace = Workspace.find()
    report = report_bias(workspace, run, by=by)
    document = bias_document(report)
    if form is Form.HTML:
        document["file"] = str(write_bias(workspace, report, out))
    if as_json or form is Form.JSON:
        emit_json(document)
    elif form is Form.HTML:
        show(str(document["file"]))
    else:
        _show(bias_view(report))


def _show(view: BiasView) -> None:
    for attribute in view.report.attributes:
        contrasts, _ = view.of(attribute)
        rows = [
            (
                one.measure,
                one.group,
                one.against[0] if len(one.against) == 1 else "the others",
                _signed(one.difference),
                f"{_signed(one.lower)} to {_signed(one.upper)}",
                "unknown" if one.p_adjusted is None else f"{one.p_adjusted:.3f}",
                one.pairs,
            )
            for one in contrasts
        ]
        show(f"{attribute}")
        show_table(("measure", "group", "against", "difference>", "95 % interval", "p corrected>", "compared>"), rows)
    for line in (*view.findings, *view.report.notes):
        show(line)
    say(f"{DOES_NOT_SHOW[0]} --format html explains every word")


def _signed(value: float | None) -> str:
    return "unknown" if value is None else f"{value:+.3f}"
