"""Run logs that are pushed: staged, checked, recorded, and only then put among the workspace's runs.

Rules of this place: nothing unsound gets a place; what is recorded gets its place, if need be when the server starts
next, because until then it lies whole in the staging folder; a run that is there is never overwritten, a partial one
that went on grows; texts that were erased do not come back with a second copy.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from assay.app.server_archive import sync_folder, unpack_run
from assay.app.workspace import Workspace
from assay.kernel import AssayError, InputError, IntegrityError, MissingError, UnavailableError
from evaluation.runs import RunLog
from governance.access import Permission

if TYPE_CHECKING:
    from governance import Actor, IngestedRun, Record, RecordedRun

__all__ = ["Intake"]

_PAYLOADS: Final = "payloads.jsonl"
# Texts before verdicts: at any moment every verdict has its texts, and what is there is a version that was recorded.
_GROWING: Final = (_PAYLOADS, "order.json", "verdicts.jsonl")


@dataclass(frozen=True)
class Intake:
    """Where pushed run logs come in."""

    workspace: Workspace
    record: "Record"
    _placing: threading.Lock = field(default_factory=threading.Lock)

    @property
    def staging(self) -> Path:
        """What has come in and has no place yet; beside the runs, so that a rename is enough."""
        return self.workspace.state / "incoming"

    @contextmanager
    def upload(self) -> Iterator[BinaryIO]:
        """Give a file for the bytes of one push; it is gone afterwards."""
        try:
            self.staging.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.staging) as stream:
                yield stream
        except OSError as error:
            raise UnavailableError(f"the server cannot keep the run log: {error.strerror}") from error

    def take(self, archive: BinaryIO, actor: "Actor", *, most: int) -> "IngestedRun":
        """Unpack, check and record a run log, and give it its place; `most` bytes may come out of the archive.

        Raise `ForbiddenError`, `InputError` for a log that is not sound, `IntegrityError` for one that is not the one
        that was recorded under its id.
        """
        archive.seek(0)
        staged = Path(tempfile.mkdtemp(dir=self.staging))
        try:
            with _told_without(staged):
                unpack_run(archive, staged, most=most)
                done = self._record(staged, actor)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise
        self._place(RunLog.open(staged), done.digest)  # what is recorded stays where it is until it has its place
        shutil.rmtree(staged, ignore_errors=True)
        return done

    def sweep(self) -> None:
        """Give their places to logs that were recorded when the server was killed; drop what was not.

        Raise `UnavailableError` where the store or the disk does not tell or let: then nothing is dropped.
        """
        for folder in self.staging.glob("*/"):
            with contextlib.suppress(InputError, IntegrityError, MissingError):
                log = RunLog.open(folder)
                digest = log.digest()
                self.record.version(log.plan.run, digest)
                self._place(log, digest)
            shutil.rmtree(folder, ignore_errors=True)

    def _record(self, staged: Path, actor: "Actor") -> "IngestedRun":
        log = self._opened(staged)
        # Before the whole log is read; the door asks again.
        self.record.people.allowed(actor, Permission.INGEST_RUN, log.plan.system)
        known = self._refuse_taken(log)
        try:
            return self.record.ingest_run(staged, actor, mirror=self.workspace.settings.mlflow.enabled)
        except IntegrityError as error:
            if known:
                raise
            raise InputError(error.message, hint=error.hint) from error

    @staticmethod
    def _opened(staged: Path) -> RunLog:
        try:
            return RunLog.open(staged)
        except IntegrityError as error:
            raise InputError(error.message, hint=error.hint) from error

    def _refuse_taken(self, log: RunLog) -> bool:
        """Return whether the run is recorded; refuse another system's id, and a folder that is not what it should."""
        run, there = log.plan.run, self.workspace.runs / log.plan.run
        known = [one for one in [self._recorded(run)] if one is not None]
        if any(one.system != log.plan.system for one in known):
            raise IntegrityError(f"the id {run!r} is taken", hint="run again: a new run gets a new id")
        digest = RunLog.open(there).digest() if (there / "run.json").is_file() else None
        if digest is not None and digest != log.digest() and not self._is_version(run, digest):
            raise IntegrityError(
                f"what this server keeps of the run {run!r} is not what was recorded",
                hint="its keeper runs: assay ledger verify --runs .assay/runs",
            )
        return bool(known)

    def _recorded(self, run: str) -> "RecordedRun | None":
        try:
            return self.record.run(run)
        except MissingError:
            return None

    def _is_version(self, run: str, digest: str) -> bool:
        try:
            return self.record.version(run, digest).digest == digest
        except MissingError:
            return False

    def _place(self, log: RunLog, digest: str) -> None:
        run = log.plan.run
        target = self.workspace.runs / run
        with self._placing:
            try:
                if not (target / "run.json").is_file():
                    self._drop_erased(log)
                    target.parent.mkdir(mode=0o700, exist_ok=True)
                    log.directory.rename(target)
                    sync_folder(target.parent)
                elif RunLog.open(target).digest() != digest:
                    self._grow(log, target)
            except OSError as error:
                raise UnavailableError(f"the run log is recorded and has no place yet: {error.strerror}") from error

    def _grow(self, log: RunLog, target: Path) -> None:
        with (target / "verdicts.jsonl").open("rb") as verdicts:
            fcntl.flock(verdicts, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody erases texts meanwhile
            if log.verdicts_file.stat().st_size < os.fstat(verdicts.fileno()).st_size:
                return  # the longer version is here already
            if any(one.erased is not None for one in RunLog.open(target).payloads()):
                (log.directory / _PAYLOADS).unlink(missing_ok=True)
            for name in _GROWING:
                if (log.directory / name).is_file():
                    (log.directory / name).replace(target / name)
            sync_folder(target)

    def _drop_erased(self, log: RunLog) -> None:
        """Leave the texts away where some of this run were erased: a second copy does not undo that."""
        run = log.plan.run
        if any(one.subject.partition("/")[0] == run for one in self.record.retention.erasures()):
            (log.directory / _PAYLOADS).unlink(missing_ok=True)


@contextmanager
def _told_without(folder: Path) -> Iterator[None]:
    """Keep the server's folders out of what is told to whoever pushed."""
    try:
        yield
    except AssayError as error:
        message = error.message.replace(f"{folder}/", "").replace(str(folder), "the archive")
        if message == error.message:
            raise
        raise type(error)(message, hint=error.hint) from error
