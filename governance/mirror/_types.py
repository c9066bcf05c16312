"""What the mirror is given, and what it says back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from evaluation.runs import RunLog
from governance._types import RecordedRun

__all__ = ["Mirror", "MirrorOptions", "MirrorResult", "MirroredRun"]


@dataclass(frozen=True, kw_only=True)
class MirrorOptions:
    """Where results go."""

    tracking_uri: str
    experiment: str
    artifacts: Path | None  # folder for a tracking store that is a local file; None where a server has its own


@dataclass(frozen=True, kw_only=True)
class MirroredRun:
    """A run as a mirror shows it: numbers and digests, no texts."""

    recorded: RecordedRun
    checkpoint: str  # signed note over the ledger that holds the run
    log: RunLog | None  # where the run log is not at hand, the rows are left out

    def rows(self) -> Iterator[Mapping[str, str | int | float | None]]:
        """Yield one row per item, repeat and metric."""
        for row in self.log.rows() if self.log is not None else ():
            for verdict in row.verdicts:
                yield {
                    "id": row.id,
                    "repeat": row.repeat,
                    "metric": verdict.metric,
                    "outcome": verdict.outcome.value,
                    "value": verdict.value,
                    "probability": verdict.probability,
                    "latency_ms": verdict.usage.latency_ms,
                }


@dataclass(frozen=True, kw_only=True)
class MirrorResult:
    """What one synchronisation came to."""

    mirrored: tuple[str, ...]  # run ids
    failed: tuple[tuple[str, str], ...]  # (run id, error): they stay on the queue
    pending: int  # runs still on the queue


class Mirror(Protocol):
    """A place that shows results."""

    def put(self, run: MirroredRun) -> str:
        """Show the run once, however often it is put; return its id there; raise whatever goes wrong."""
