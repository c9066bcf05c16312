"""From a run log to the rows that record it.

Rules of this place: nothing in the log is believed unread (bytes, canonical form, completeness and texts are checked);
a log that is being written is refused; a run id stands for one log for ever, which may only grow while it is partial.
"""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assay.kernel import (
    InputError,
    IntegrityError,
    JsonValue,
    UnavailableError,
    content_id,
)
from evaluation.runs import Completeness, RunLog, read_sources, survey_run
from evaluation.statistics import Estimate
from governance._estimate_rows import Cell, estimate_cells
from governance.gate import EvidenceOrigin
from governance.lineage import RunParts

__all__ = ["Cell", "CheckedRun", "check_run", "held_still", "refuse_other_log"]

_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class CheckedRun:
    """A run log that was read and found sound."""

    log: RunLog
    digest: str
    plan_text: str
    completeness: Completeness
    verdicts_size: int
    verdicts_digest: str
    estimates: tuple[Estimate, ...]
    parts: RunParts

    def run_cells(self, seq: int, at: str) -> dict[str, Cell]:
        """Return the row of table `run`."""
        plan, complete = self.log.plan, self.completeness
        return {
            "run": plan.run,
            "seq": seq,
            "system": plan.system,
            "digest": self.digest,
            "outcome": complete.outcome.value,
            "expected": complete.expected,
            "found": complete.found,
            "reason": complete.reason,
            "created_at": plan.created_at,
            "ingested_at": at,
            "plan_digest": self.log.plan_digest,
            "plan": self.plan_text,
            "verdicts_size": self.verdicts_size,
            "verdicts_digest": self.verdicts_digest,
        }

    def estimate_cells(self, seq: int) -> list[dict[str, Cell]]:
        """Return the rows of table `estimate`."""
        return [estimate_cells(one, self.log.plan.run, seq) for one in self.estimates]

    def evidence_cells(self, seq: int, *, origin: EvidenceOrigin) -> dict[str, Cell]:
        """Return the row of table `evidence`; `origin` is who handed the log in, whatever the log says of itself."""
        plan = self.log.plan
        return {
            "evidence": content_id("evidence", self.digest),
            "seq": seq,
            "kind": "run",
            "system": plan.system,
            "subject": plan.run,
            "digest": self.digest,
            "origin_kind": origin.value,
            "origin_actor": plan.origin.actor,
            "origin_job": plan.origin.job,
            "origin_commit": plan.origin.commit,
            "issued_at": plan.created_at,
        }


def check_run(directory: Path) -> CheckedRun:
    """Read a whole run log; raise for whatever in it is not as it should be."""
    log = RunLog.open(directory)
    size, verdicts_digest, ends_whole = _measure(log.verdicts_file)
    if not ends_whole:
        raise InputError(
            f"{log.verdicts_file} ends in a torn line: the run was killed while it wrote",
            hint=f"assay run --resume {log.plan.run}",
        )
    survey = survey_run(log, with_texts=True)
    parts = RunParts(
        plan=log.plan,
        digest=log.digest(),
        models=survey.models,
        clusters=survey.clusters,
        sources=read_sources(directory, log.plan),
    )
    return CheckedRun(
        log=log,
        digest=parts.digest,
        parts=parts,
        plan_text=(directory / "run.json").read_text(encoding="utf-8"),
        completeness=survey.completeness,
        verdicts_size=size,
        verdicts_digest=verdicts_digest,
        estimates=survey.estimates,
    )


@contextmanager
def held_still(directory: Path) -> Iterator[None]:
    """Keep writers out while the log is read; raise `UnavailableError` where one is at work."""
    with contextlib.ExitStack() as stack:
        for name in ("lock", "verdicts.jsonl"):
            with contextlib.suppress(FileNotFoundError):
                descriptor = os.open(directory / name, os.O_RDONLY | os.O_CLOEXEC)
                stack.callback(os.close, descriptor)
                _share(descriptor, directory)
        yield


def refuse_other_log(known: Mapping[str, JsonValue], found: CheckedRun) -> None:
    """Return if the log continues the partial one that is recorded; else raise `IntegrityError`."""
    size = known["verdicts_size"]
    grows = (
        known["outcome"] == "partial"
        and known["plan_digest"] == found.log.plan_digest
        and isinstance(size, int)
        and size < found.verdicts_size
        and _measure(found.log.verdicts_file, size)[1] == known["verdicts_digest"]
    )
    if not grows:
        raise IntegrityError(
            f"the run {found.log.plan.run!r} is recorded as {known['digest']}, this log is {found.digest}:"
            " it was changed after it was recorded",
            hint="restore the log from a copy, or run again: a new run gets a new id",
        )


def _share(descriptor: int, directory: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UnavailableError(
            f"the run {directory.name!r} is still being written", hint="wait until it ends, then ingest it"
        ) from error


def _measure(path: Path, size: int | None = None) -> tuple[int, str, bool]:
    """Return (bytes, digest, whether they end with a line) of the file or of its first `size` bytes."""
    digest, count, last = hashlib.sha256(), 0, b"\n"
    with contextlib.suppress(FileNotFoundError), path.open("rb") as stream:
        while chunk := stream.read(_CHUNK if size is None else min(_CHUNK, size - count)):
            digest.update(chunk)
            count, last = count + len(chunk), chunk[-1:]
    return count, "sha256:" + digest.hexdigest(), last == b"\n"
