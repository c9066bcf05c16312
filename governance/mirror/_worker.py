"""Working off the outbox.

Rules of this place: the store is the record and the mirror only shows it, so nothing here fails a run: an error is
counted, the run stays on the queue and the next synchronisation tries again; the oldest run goes first,
what failed goes last; when the mirror does not answer, the rest waits too.
"""

from collections.abc import Callable
from pathlib import Path

from assay.kernel import AssayError
from evaluation.runs import RunLog
from governance._types import MirrorTask
from governance.mirror._failing import failure_text
from governance.mirror._types import Mirror, MirroredRun, MirrorResult
from governance.record import Record

__all__ = ["sync"]


def sync(record: Record, connect: Callable[[], Mirror], runs: Path) -> MirrorResult:
    """Mirror what waits; `runs` is the folder with the run logs. Connects only where something waits."""
    tasks = record.mirror_tasks()
    mirrored: list[str] = []
    failed: list[tuple[str, str]] = []
    mirror: Mirror | None = None
    for task in tasks:
        try:
            mirror = mirror or connect()
            record.note_mirrored(task.digest, mirror.put(_described(record, task, runs)))
            mirrored.append(task.run)
        except Exception as error:  # noqa: BLE001  the border to a foreign program: its failure becomes a counted value
            text = failure_text(error)
            record.note_mirror_failure(task.digest, text)
            failed.append((task.run, text))
            if not isinstance(error, AssayError):
                break
    return MirrorResult(mirrored=tuple(mirrored), failed=tuple(failed), pending=len(tasks) - len(mirrored))


def _described(record: Record, task: MirrorTask, runs: Path) -> MirroredRun:
    found = record.version(task.run, task.digest)
    folder = runs / task.run
    log = RunLog.open(folder) if (folder / "run.json").is_file() else None
    if log is not None and log.digest() != task.digest:
        log = None  # it grew since: these are not the rows of this version
    return MirroredRun(recorded=found, checkpoint=record.checkpoint().note, log=log)
