"""`assay scan`: what comes in and what goes out, row by row."""

from pathlib import Path
from typing import Annotated

import typer

from assay.app.run_budget import parse_budget
from assay.app.scan import ScanRequest, ScanResult, scan
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table
from assay.cli._progress import progress_on_stderr
from evaluation.scans import FilterSummary, ScanOutcome

__all__ = ["command"]

_PARTIAL_EXIT = 3
_TYPES_SHOWN = 4

_Source = Annotated[
    str,
    typer.Argument(
        metavar="IN", help="A JSONL, CSV (both also .gz) or Parquet file; with --table or --query a database."
    ),
]
_Out = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Where the results go, JSON Lines [default: the scan's folder].")
]
_TextField = Annotated[
    str | None, typer.Option(metavar="F", help="Field of the texts [default: text, answer, question, prompt, …].")
]
_IdField = Annotated[str | None, typer.Option(metavar="F", help="Field of the ids [default: id, else row numbers].")]
_Filters = Annotated[str, typer.Option(metavar="A,B", help="Filters, separated by commas [default: assay.yaml].")]
_Timeout = Annotated[
    float | None, typer.Option(metavar="S", help="Seconds for one filter on one row [default: assay.yaml].")
]

_Second = Annotated[
    str | None,
    typer.Option(
        metavar="M",
        help="Ask embedded, or an endpoint of assay.yaml, about texts in doubt; none: nobody [default: assay.yaml].",
    ),
]
_Budget = Annotated[
    list[str] | None,
    typer.Option(metavar="B", help="What asking may cost: 2.50, 5000calls, 2Mtokens; repeatable."),
]


def command(
    source: _Source,
    *,
    out: _Out = None,
    text_field: _TextField = None,
    id_field: _IdField = None,
    filters: _Filters = "",
    table: Annotated[str | None, typer.Option(metavar="T", help="Table to read; IN is a database URL.")] = None,
    query: Annotated[str | None, typer.Option(metavar="SQL", help="Query to read; IN is a database URL.")] = None,
    row_timeout: _Timeout = None,
    second_opinion: _Second = None,
    budget: _Budget = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes [default: one a core].")] = None,
    new: Annotated[bool, typer.Option("--new", help="Begin anew, even if a scan was cut short.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that --out names.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Read every row with filters: toxicity, pii, injection, keywords, output. A scan cut short is gone on with.

    A database with a password is env:NAME or file:PATH. Exit 0 when every row is there, whatever was found; 3 when
    the scan is partial.

    Example: assay scan prompts.jsonl --filters injection --second-opinion embedded

    Example: assay scan answers.jsonl --text-field answer --filters pii,toxicity --out findings.jsonl
    """
    chosen = tuple(name.strip() for name in filters.split(",") if name.strip())
    request = ScanRequest(
        origin=source, out=out, table=table, query=query, text_field=text_field, id_field=id_field, filters=chosen,
        row_timeout_s=row_timeout, workers=workers, second_opinion=second_opinion, budget=parse_budget(budget or []),
        fresh=new, overwrite=overwrite,
    )  # fmt: skip
    _perform(request, as_json=as_json)


def _perform(request: ScanRequest, *, as_json: bool) -> None:
    with progress_on_stderr() as on_progress:
        result = scan(Workspace.find(), request, on_message=say, on_progress=on_progress)
    if as_json:
        emit_json(_document(result))
    else:
        _show(result)
    if result.record.outcome is ScanOutcome.PARTIAL:
        raise typer.Exit(_PARTIAL_EXIT)


def _document(result: ScanResult) -> dict[str, object]:
    record = result.record
    return {
        "scan": record.scan,
        "outcome": record.outcome,
        "rows": record.rows,
        "reason": record.reason,
        "resumed": result.resumed,
        "recorded": result.recorded,
        "output": str(result.output),
        "output_digest": record.output["digest"],
        "report": None if result.report is None else str(result.report),
        "directory": str(result.directory),
        "source": {**record.source, "digest": record.source_digest},
        "filters": [_filter_document(one) for one in result.summaries],
    }


def _filter_document(one: FilterSummary) -> dict[str, object]:
    return {
        "filter": one.filter,
        "rows": one.rows,
        "scored": one.scored,
        "failures": dict(one.failures),
        "reasons": dict(one.reasons),
        "flagged": one.flagged,
        "second_opinion": {"asked": one.asked, "turned": one.turned},
        "rate": one.rate,
        "lower": one.lower,
        "upper": one.upper,
        "worst": one.worst,
        "best": one.best,
        "types": {kind.type: {"findings": kind.findings, "rows": kind.rows} for kind in one.kinds},
    }


def _show(result: ScanResult) -> None:
    record = result.record
    show(f"{record.scan}: {record.outcome}, {_rows(record.rows)}" + (f" ({record.reason})" if record.reason else ""))
    columns = ("filter", "read>", "failed>", "flagged>", "share>", "95 % interval", "found")
    show_table(columns, (_row(one) for one in result.summaries))
    show(f"results: {result.output}")
    if result.report is not None:
        show(f"report: {result.report}")
    for one in result.summaries:
        if one.asked:
            say(f"{one.filter}: {_rows(one.asked)} put to a second opinion, which turned {one.turned}")
        for reason, count in one.reasons.items():
            say(f"{one.filter}: {_rows(count)} could not be read: {reason}")
    if record.outcome is ScanOutcome.PARTIAL:
        larger = " with a larger --budget" if record.reason.startswith("budget: ") else ""
        say(f"next: the same command{larger} goes on where it stopped")


def _rows(count: int) -> str:
    return f"{count} {'row' if count == 1 else 'rows'}"


def _row(one: FilterSummary) -> tuple[object, ...]:
    failed = ", ".join(f"{count} {outcome}" for outcome, count in one.failures.items()) or "0"
    kinds = ", ".join(f"{kind.type} {kind.rows}" for kind in one.kinds[:_TYPES_SHOWN])
    more = len(one.kinds) - _TYPES_SHOWN
    interval = "unknown" if one.lower is None or one.upper is None else f"{one.lower:.2%} to {one.upper:.2%}"
    share = "unknown" if one.rate is None else f"{one.rate:.2%}"
    return one.filter, one.scored, failed, one.flagged, share, interval, kinds + (f" +{more}" if more > 0 else "")
