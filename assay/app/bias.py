"""Differences between groups in a run: the report, and its page."""

from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.comparisons import write_page
from assay.app.runs import open_run
from assay.app.workspace import Workspace

if TYPE_CHECKING:
    from evaluation.bias import BiasReport

__all__ = ["report_bias", "write_bias"]


def report_bias(workspace: Workspace, run: str, *, by: str | None = None) -> "BiasReport":
    """Report on a run by id or folder; raise `InputError` for a run without groups."""
    from evaluation.bias import bias_report  # noqa: PLC0415  lazy: it brings what the judges know of words

    return bias_report(open_run(workspace, run), by=by)


def write_bias(workspace: Workspace, report: "BiasReport", out: Path | None) -> Path:
    """Write the page to `out`, or among the reports; return where."""
    from reports import render_bias  # noqa: PLC0415  lazy: jinja2 costs start-up time
    from reports.bias import bias_view  # noqa: PLC0415  same

    path = (out or workspace.reports_dir / f"bias-{report.run}.html").absolute()
    write_page(path, render_bias(bias_view(report)))
    return path
