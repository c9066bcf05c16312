"""Runs of the workspace compared: find the logs, compare, write the page and the questions to ask again.

Rules of this place: what is written never takes the place of a run log; a file is written whole or not at all.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app.runs import open_run
from assay.app.workspace import Workspace
from assay.kernel import FOR_OTHERS, InputError, UnavailableError, replace_durably
from evaluation.comparison import CompareOptions, RunComparison, compare_all, regression_questions
from evaluation.runs import RunLog

if TYPE_CHECKING:
    from reports.comparing import ComparedRuns

__all__ = ["Compared", "compare_named", "write_comparison", "write_document", "write_page", "write_regressions"]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Comparisons, with the log that all of them are against."""

    found: tuple[RunComparison, ...]
    baseline: RunLog
    view: "ComparedRuns"


def compare_named(workspace: Workspace, runs: Sequence[str], baseline: str | None, options: CompareOptions) -> Compared:
    """Compare runs by id or folder; without `baseline` the last one is it. Raise `InputError` for fewer than two."""
    from reports import compared_view  # noqa: PLC0415  lazy: the words of reports cost start-up time

    names = [*runs, *([] if baseline is None else [baseline])]
    if len(names) < 2:  # noqa: PLR2004 - one run has nothing to be compared with
        raise InputError(f"got one run, {names[0]!r}, expected two or more", hint="name the baseline last")
    *candidates, last = [open_run(workspace, name) for name in names]
    found = compare_all(candidates, last, options)
    return Compared(found=found, baseline=last, view=compared_view(found))


def write_comparison(workspace: Workspace, compared: Compared, out: Path | None) -> Path:
    """Write the page to `out`, or among the reports; return where."""
    from reports import render_comparison  # noqa: PLC0415  lazy: jinja2 costs start-up time

    names = "-".join(one.candidate.run for one in compared.found[:2])
    path = (out or workspace.reports_dir / f"comparison-{names}-{compared.baseline.plan.run}.html").absolute()
    write_page(path, render_comparison(compared.view))
    return path


def write_page(path: Path, text: str) -> None:
    """Write a page whole or not at all; raise `InputError` for a path in a run log, `UnavailableError`."""
    _write(path, text.encode("utf-8", "backslashreplace"))


def write_document(text: str, out: Path) -> Path:
    """Write a comparison's JSON document; return where."""
    _write(out.absolute(), f"{text}\n".encode("ascii"))
    return out.absolute()


def write_regressions(compared: Compared, out: Path) -> tuple[int, int]:
    """Write the rows that got worse as a question file; return (questions written, rows whose texts are gone)."""
    lines = list(regression_questions(compared.found, compared.baseline))
    questions = [line for line in lines if not isinstance(line, str)]
    text = "".join(json.dumps(line, ensure_ascii=True) + "\n" for line in questions)
    _write(out.absolute(), text.encode("ascii"), mode=0o600)
    return len(questions), len(lines) - len(questions)


def _write(path: Path, data: bytes, *, mode: int = FOR_OTHERS) -> None:
    if any((folder / "run.json").is_file() for folder in path.parents):
        raise InputError(f"{path} lies in a run log: nothing is written there", hint="name another file with --out")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(
            f"cannot make the folder {path.parent}: {error.strerror}", hint="name another"
        ) from error
    replace_durably(path, data, mode=mode)
