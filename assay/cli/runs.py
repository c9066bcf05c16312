"""`assay runs`: run logs listed, shown, exported, compared and handed to the record."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from assay.app.exports import export_run
from assay.app.findings import diagnosed_rows, findings_of
from assay.app.runs import RunSummary, list_runs, open_run, record_run, summarise_run
from assay.app.workspace import Workspace
from assay.cli._bias import bias
from assay.cli._comparisons import compare
from assay.cli._estimates import estimate_document, show_estimates
from assay.cli._findings import findings_document, show_diagnosis, show_hallucinations
from assay.cli._output import emit_json, say, show, show_table
from assay.cli._plan import plan as plan_questions
from assay.cli._repeats import order_document, show_order, show_repeats
from assay.cli._suites import show_attacks, suites_document
from assay.kernel import parse_strict
from evaluation.runs import ExportFormat, RunPlan, plan_bytes

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Plan, list, show, export, compare and ingest runs.")

app.command("compare")(compare)
app.command("bias")(bias)
app.command("plan")(plan_questions)

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_Run = Annotated[str, typer.Argument(help="Id of a run, as `assay runs list` shows it, or the folder of a run log.")]


@app.command("list")
def list_all(as_json: _Json = False) -> None:
    """List the runs of this workspace, the newest first.

    Example: assay runs list
    """
    listed = []
    for plan, outcome in list_runs(Workspace.find()):
        if isinstance(plan, RunPlan):
            listed.append(_line(plan, str(outcome)))
        else:
            listed.append({"run": plan, "outcome": "unreadable", "reason": str(outcome)})
            say(f"{plan} cannot be read: {outcome}")
    if as_json:
        emit_json({"runs": listed})
        return
    columns = ("run", "outcome", "target", "rows", "metrics")
    show_table(columns, [[one.get(column, "") for column in columns] for one in listed])


@app.command("show")
def show_one(
    run: _Run,
    diagnosis: Annotated[
        bool, typer.Option("--diagnosis", help="Show who is at fault, retriever or generator, for every row.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Show what shaped a run and what it measured.

    Example: assay runs show run-20260101t120000z-abc123
    """
    workspace = Workspace.find()
    log = open_run(workspace, run)
    summary, findings = summarise_run(log, workspace), findings_of(log)
    plan, complete = summary.plan, summary.completeness
    if as_json:
        rows = diagnosed_rows(log) if diagnosis else None
        emit_json(_summary_document(summary) | suites_document(log) | findings_document(findings, rows))
        return
    show(f"{plan.run}: {complete.outcome}, {complete.found} of {complete.expected} rows {complete.reason}".rstrip())
    for name, value in _line(plan, str(complete.outcome)).items():
        show(f"  {name}: {value}")
    show(f"  digest: {summary.digest}")
    show(f"  run log: {summary.directory}")
    show_estimates(summary.estimates)
    show_attacks(log)
    show_repeats(summary.repeats)
    show_order(summary.order)
    show_hallucinations(findings)
    if diagnosis:
        show_diagnosis(findings, diagnosed_rows(log))


@app.command("export")
def export(
    run: _Run,
    kind: Annotated[ExportFormat, typer.Option("--format", help="What to write.")] = ExportFormat.JSONL,
    out: Annotated[Path | None, typer.Option(help="File to write; stdout without it.")] = None,
    as_json: _Json = False,
) -> None:
    """Write one line per row and metric; where the record holds the run, it notes who exported it.

    Example: assay runs export run-20260101t120000z-abc123 --format csv --out rows.csv
    """
    workspace = Workspace.find()
    lines = export_run(workspace, open_run(workspace, run), kind, out, sys.stdout.buffer)
    sys.stdout.flush()
    if as_json and out is not None:
        emit_json({"file": str(out), "format": kind, "lines": lines})
    elif out is not None:
        say(f"{lines} lines in {out}")


@app.command("ingest")
def ingest(
    folder: Annotated[Path, typer.Argument(help="Folder of a run log, from here or from another machine.")],
    as_json: _Json = False,
) -> None:
    """Hand a run log to the record as evidence; the same log again changes nothing.

    Example: assay runs ingest .assay/runs/run-20260101t120000z-abc123
    """
    found = record_run(Workspace.find(), folder)
    if as_json:
        emit_json(
            {"run": found.run, "outcome": found.outcome, "digest": found.digest, "seq": found.seq, "new": found.is_new}
        )
    else:
        what = "recorded" if found.is_new else "was recorded before"
        show(f"{found.run} ({found.outcome}) {what} as entry {found.seq}; digest {found.digest}")


def _summary_document(summary: RunSummary) -> dict[str, object]:
    plan, complete = summary.plan, summary.completeness
    return {
        "run": plan.run,
        "outcome": complete.outcome,
        "expected": complete.expected,
        "found": complete.found,
        "reason": complete.reason,
        "digest": summary.digest,
        "directory": str(summary.directory),
        "plan": parse_strict(plan_bytes(plan)),
        "estimates": [estimate_document(one, summary.repeats.get(one.metric)) for one in summary.estimates],
        "order": order_document(summary.order),
    }


def _line(plan: RunPlan, outcome: str) -> dict[str, object]:
    target = "answers file" if plan.target is None else f"{plan.target['name']}"
    return {
        "run": plan.run,
        "outcome": outcome,
        "created_at": plan.created_at,
        "system": plan.system,
        "target": target,
        "rows": plan.questions.count * plan.repeats,
        "metrics": ", ".join(plan.metrics),
        "judges": ", ".join(f"{judge['name']}" for judge in plan.judges),
    }
