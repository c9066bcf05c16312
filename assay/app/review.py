"""`assay review`: rows of a run handed to people, and their labels taken back.

Rules of this place: a file for people is written whole or not at all, and never over one that may hold labels; what
comes back is checked whole before the record hears of it; the record computes the corrected estimate, and stores it.
"""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.rubric import read_rubric
from assay.app.runs import open_run
from assay.app.workspace import Workspace
from assay.kernel import InputError, MissingError, replace_durably
from evaluation.calibration import Sampling, SamplingStrategy
from evaluation.runs import RunLog
from evaluation.statistics import Measured

if TYPE_CHECKING:
    from governance import ImportedLabels

__all__ = ["Exported", "Imported", "export_rows_for_review", "import_review"]


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A file for people."""

    path: Path
    run: str
    sampling: Sampling
    rows: int  # in the file
    erased: int  # drawn rows whose texts are gone


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of the labels."""

    labels: "ImportedLabels"
    taken: int  # labels of this file
    unlabelled: int  # its rows without one
    people_alpha: Measured | None  # Krippendorff's alpha among people, over all imports of this run and metric


def export_rows_for_review(
    workspace: Workspace,
    run: str,
    out: Path,
    *,
    rows: int,
    metric: str | None = None,
    strategy: SamplingStrategy = SamplingStrategy.UNIFORM,
    seed: int = 0,
    rubric: Path | None = None,
    force: bool = False,
) -> Exported:
    """Write a sample of a run's rows; raise for a run, metric or file that will not do."""
    # Lazy: the readers of files come with it.
    from evaluation.calibration import ReviewFormat, draw_rows, frame, review_rows, write_review  # noqa: PLC0415

    form = next((one for one in ReviewFormat if out.suffix.lower() == f".{one.value}"), None)
    if form is None:
        raise InputError(f"--out is {str(out)!r}, expected a name that ends in .jsonl or .csv", hint="--out review.csv")
    if out.exists() and not force:
        raise InputError(f"{out} exists and may hold labels", hint="name another --out, or add --force to replace it")
    if rows < 1 or seed < 0:
        raise InputError(f"--rows is {rows!r} and --seed is {seed!r}, expected 1 or more and 0 or more")
    log = open_run(workspace, run)
    sampling = Sampling(strategy=strategy, metric=_metric(log, metric), rows=rows, seed=seed)
    drawn = draw_rows(frame(log.rows(), sampling.metric), sampling)
    found = list(review_rows(log, sampling, read_rubric(rubric)))
    replace_durably(out, write_review(found, form), mode=0o600)
    return Exported(path=out, run=log.plan.run, sampling=sampling, rows=len(found), erased=len(drawn) - len(found))


def import_review(workspace: Workspace, file: Path, run: str, *, annotator: str = "") -> Imported:
    """Take labels back; raise `InputError` for a file of another run or a wrong line, and then nothing is recorded."""
    from evaluation.calibration import people_alpha, read_review  # noqa: PLC0415  lazy: as above

    log = open_run(workspace, run)
    labels = read_review(file, log, annotator=annotator)
    with closing(open_record(workspace)) as record:
        recorded = record.import_labels(labels, log.directory, current_actor(record))
    by_row: dict[tuple[str, int], list[bool]] = {}
    for one in (label for found in recorded.sets for label in found.labels):
        by_row.setdefault((one.row, one.repeat), []).append(one.good)
    return Imported(
        labels=recorded,
        taken=len(labels.labels),
        unlabelled=labels.skipped,
        people_alpha=people_alpha(by_row.values()),
    )


def _metric(log: RunLog, wanted: str | None) -> str:
    metric = wanted or log.plan.metrics[0]
    if metric not in log.plan.metrics:
        raise MissingError(
            f"the run did not measure {metric!r}; it measured {list(log.plan.metrics)!r}", hint="assay runs show RUN"
        )
    return metric
