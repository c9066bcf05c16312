"""Compared runs: tables with what their words mean for a terminal, one document for programs."""

from dataclasses import asdict

from assay.cli._output import say, show, show_table
from reports.comparing import ChangeView, ComparedRuns, MetricChangeView

__all__ = ["comparison_document", "show_compared"]

_SLICES = 20
_QUESTION = 90  # code points
_FEW = 5


def comparison_document(view: ComparedRuns) -> list[dict[str, object]]:
    """Return one object per candidate and metric: the comparison's fields, then tests, slices, changes, regressions."""
    documents = []
    for candidate in view.candidates:
        for metric in candidate.metrics:
            known = asdict(metric)
            runs = {"candidate": candidate.facts.run, "baseline": view.baseline.run}
            documents.append({**known.pop("comparison"), **runs, **known})
    return documents


def show_compared(view: ComparedRuns) -> None:
    """Print everything but the texts of the answers, which are on the page."""
    _show_whole(view)
    for candidate in view.candidates:
        for note in candidate.notes:
            say(note)
        for name, reason in candidate.refused:
            say(f"{name} is not compared: {reason}")
        for metric in candidate.metrics:
            _show_metric(metric, candidate.facts.run if len(view.candidates) > 1 else "")
    say(
        "difference: candidate minus baseline, row by row, with a 95 % interval that counts documents, not rows. "
        f"p corrected: Holm's, for the {view.tests} comparisons shown together; below 0.05 is a difference. "
        "--format html shows both answers side by side and explains every word"
    )


def _show_whole(view: ComparedRuns) -> None:
    several = len(view.candidates) > 1
    columns = ("metric", "difference>", "95 % interval", "p corrected>", "pairs>", "better / same / worse")
    rows = []
    for candidate in view.candidates:
        for metric in candidate.metrics:
            found = metric.comparison
            row = (
                found.metric,
                _signed(found.difference),
                f"{_signed(found.lower)} to {_signed(found.upper)}",
                _chance(metric.p_adjusted),
                found.pairs,
                f"{found.wins} / {found.ties} / {found.losses}",
                len(metric.regressions),
                found.unpaired,
            )
            rows.append((candidate.facts.run, *row) if several else row)
    show_table((*(("candidate",) if several else ()), *columns, "regressions>", "unpaired>"), rows)


def _show_metric(metric: MetricChangeView, run: str) -> None:
    name = f"{metric.comparison.metric}{f', {run}' if run else ''}"
    if metric.slices:
        show(f"\n{name} by slice (p corrected for all slices, Benjamini-Hochberg)")
        rows = [
            (
                f"{part.by}: {part.value}",
                _signed(part.difference),
                f"{_signed(part.lower)} to {_signed(part.upper)}",
                _chance(part.p_adjusted),
                part.pairs,
                f"{part.wins} / {part.ties} / {part.losses}",
            )
            for part in metric.slices[:_SLICES]
        ]
        columns = ("slice", "difference>", "95 % interval", "p corrected>", "pairs>", "better / same / worse")
        show_table(columns, rows)
        if len(metric.slices) > _SLICES:
            say(f"{len(metric.slices) - _SLICES} more slices: --json or --format html")
    _show_changes(f"{name}: what got worse most", metric.biggest_losses)
    _show_changes(f"{name}: what got better most", metric.biggest_gains)


def _show_changes(title: str, rows: tuple[ChangeView, ...]) -> None:
    if not rows:
        return
    show(f"\n{title}")
    cells = [
        (row.id, f"{row.baseline.value:.3f}", f"{row.candidate.value:.3f}", _cut(row.question.text))
        for row in rows[:_FEW]
    ]
    show_table(("id", "baseline>", "candidate>", "question"), cells)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUESTION else line[: _QUESTION - 1] + "…"


def _signed(value: float | None) -> str:
    return "unknown" if value is None else f"{value:+.3f}"


def _chance(value: float | None) -> str:
    return "unknown" if value is None else "< 0.001" if value < 0.001 else f"{value:.3f}"  # noqa: PLR2004 - digits shown
