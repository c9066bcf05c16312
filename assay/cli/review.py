"""`assay review`: rows for people to label, and their labels taken back."""

from pathlib import Path
from typing import Annotated

import typer

from assay.app.review import Imported, export_rows_for_review, import_review
from assay.app.workspace import Workspace
from assay.cli._estimates import estimate_document, show_estimates
from assay.cli._output import emit_json, say, show
from evaluation.calibration import SamplingStrategy

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Hand rows of a run to people, and take their labels back.")

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_Run = Annotated[str, typer.Argument(help="Id of a run, as `assay runs list` shows it, or latest.")]


@app.command("export")
def export(
    run: _Run,
    *,
    rows: Annotated[int, typer.Option(help="How many rows people shall label.")],
    out: Annotated[Path, typer.Option(help="File to write: .jsonl or .csv.")],
    metric: Annotated[str | None, typer.Option(help="What they shall label [default: the run's first].")] = None,
    strategy: Annotated[
        SamplingStrategy, typer.Option(help="Every row alike, or more of those on which the judge is unsure.")
    ] = SamplingStrategy.UNIFORM,
    seed: Annotated[int, typer.Option(help="Another seed draws other rows.")] = 0,
    rubric: Annotated[
        Path | None, typer.Option(help="What people are told: a text file, written into each row.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    as_json: _Json = False,
) -> None:
    """Write a sample of a run's rows for people, each with the probability with which it was drawn.

    Example: assay review export latest --rows 60 --out review.csv
    """
    found = export_rows_for_review(
        Workspace.find(), run, out, rows=rows, metric=metric, strategy=strategy, seed=seed, rubric=rubric, force=force
    )
    if as_json:
        emit_json(
            {
                "file": str(found.path),
                "run": found.run,
                "metric": found.sampling.metric,
                "strategy": found.sampling.strategy,
                "seed": found.sampling.seed,
                "rows": found.rows,
                "erased": found.erased,
            }
        )
        return
    erased = f"; {found.erased} more were drawn, and their texts are erased" if found.erased else ""
    show(f"{found.rows} rows of {found.run} in {found.path}{erased}")
    say(f"write 1 (good) or 0 (not) into `label`, then: assay review import {found.path} --run {found.run}")


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="What `assay review export` wrote, with labels filled in.")],
    run: Annotated[str, typer.Option(help="The run that the rows are of.")],
    annotator: Annotated[str, typer.Option(help="Who labelled; kept as a pseudonym.")] = "",
    as_json: _Json = False,
) -> None:
    """Take labels back, whole or not at all. From 50 labelled rows on, the run's estimate is corrected by them.

    Example: assay review import review.csv --run latest --annotator alex
    """
    found = import_review(Workspace.find(), file, run, annotator=annotator)
    if as_json:
        emit_json(_document(found))
    else:
        _show(found)


def _document(found: Imported) -> dict[str, object]:
    labels, alpha = found.labels, found.people_alpha
    return {
        "run": labels.run,
        "metric": labels.metric,
        "label_set": labels.label_set,
        "ledger_entry": labels.seq,
        "new": labels.seq is not None,
        "taken": found.taken,
        "unlabelled": found.unlabelled,
        "labelled": labels.labelled,
        "missing": labels.missing,
        "people_alpha": None if alpha is None else alpha._asdict(),
        "estimate": None if labels.estimate is None else estimate_document(labels.estimate),
    }


def _show(found: Imported) -> None:
    labels = found.labels
    where = "were recorded before" if labels.seq is None else f"are recorded as entry {labels.seq}"
    show(f"{found.taken} labels {where}; {found.unlabelled} rows of the file have none")
    if found.people_alpha is not None:
        alpha = found.people_alpha
        show(f"people among themselves: alpha {alpha.value:.2f} ({alpha.lower:.2f} to {alpha.upper:.2f})")
    if labels.missing:
        show(f"{labels.missing} more rows to label until {labels.metric} of {labels.run} can be corrected")
    elif labels.estimate is not None:
        show_estimates([labels.estimate])
