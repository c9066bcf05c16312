"""Progress on stderr: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from assay.cli._output import say

__all__ = ["progress_on_stderr"]

_EVERY_S = 10.0


class _Progress(Protocol):
    """How far a run or a scan is."""

    @property
    def done(self) -> int:
        """Rows that are there."""

    @property
    def expected(self) -> int | None:
        """Rows that there will be, None where only the end tells."""

    @property
    def failed(self) -> int:
        """Rows that could not be judged or read."""


OnProgress = Callable[[_Progress], None]


@contextmanager
def progress_on_stderr() -> Iterator[OnProgress]:
    """Yield the function that shows how far a run or a scan is."""
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

        def on_progress(progress: _Progress) -> None:
            failed = f"{progress.failed} failed" if progress.failed else ""
            bar.update(task, completed=progress.done, total=progress.expected, failed=failed)

        yield on_progress


def _lines() -> OnProgress:
    last = time.monotonic()

    def on_progress(progress: _Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _EVERY_S or progress.done == progress.expected:
            last = now
            failed = f", {progress.failed} failed" if progress.failed else ""
            total = "" if progress.expected is None else f" of {progress.expected}"
            say(f"{progress.done}{total} rows{failed}")

    return on_progress
