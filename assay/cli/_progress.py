"""Progress on stderr: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assay.cli._output import say
from evaluation.runs import RunProgress

__all__ = ["progress_on_stderr"]

_EVERY_S = 10.0

OnProgress = Callable[[RunProgress], None]


@contextmanager
def progress_on_stderr() -> Iterator[OnProgress]:
    """Yield the function that shows how far a run is."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    # Lazy: rich costs start-up time and only a terminal needs it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failed]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("rows", total=None, failed="")

        def on_progress(progress: RunProgress) -> None:
            failed = f"{progress.failed} failed" if progress.failed else ""
            bar.update(task, completed=progress.done, total=progress.expected, failed=failed)

        yield on_progress


def _lines() -> OnProgress:
    last = time.monotonic()

    def on_progress(progress: RunProgress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _EVERY_S or progress.done == progress.expected:
            last = now
            failed = f", {progress.failed} failed" if progress.failed else ""
            say(f"{progress.done} of {progress.expected} rows{failed}")

    return on_progress
