"""What the rows of a run say beyond its estimates: kinds of hallucination, and who is at fault."""

from collections.abc import Iterator
from dataclasses import dataclass

from evaluation.runs import Diagnosis, Hallucinations, RunDiagnosis, RunLog, diagnose, diagnose_rows, hallucinations_of

__all__ = ["RunFindings", "diagnosed_rows", "findings_of"]


@dataclass(frozen=True, kw_only=True)
class RunFindings:
    """Two passes over the run log; both pure."""

    hallucinations: Hallucinations | None  # None where no faithfulness verdict shows its sentences
    diagnosis: RunDiagnosis | None  # None without rows


def findings_of(log: RunLog) -> RunFindings:
    """Read the rows; raise where they cannot be read."""
    return RunFindings(hallucinations=hallucinations_of(log.rows()), diagnosis=diagnose_rows(log.rows()))


def diagnosed_rows(log: RunLog) -> Iterator[tuple[str, int, Diagnosis]]:
    """Yield id, repeat and finding of every row, in the order of the log."""
    for row in log.rows():
        yield row.id, row.repeat, diagnose(row.verdicts)
