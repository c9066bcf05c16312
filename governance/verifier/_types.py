"""What verification finds."""

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["BrokenError", "Finding", "Findings", "LedgerVerdict", "Verification"]

_MOST_FINDINGS = 100


class LedgerVerdict(StrEnum):
    """How verification ended."""

    OK = "ok"
    TAMPERED = "tampered"
    CANNOT_DECIDE = "cannot_decide"


@dataclass(frozen=True)
class Finding:
    """What does not hold, and where."""

    position: str  # entry 12 | checkpoint 40 | tile 0/3 | table run, entry 12 | …
    message: str


@dataclass(frozen=True)
class Verification:
    """What was checked and what came of it."""

    verdict: LedgerVerdict
    origin: str
    size: int  # entries
    root: str  # base64
    checkpoints: int
    trusted_size: int | None  # of the newest trusted checkpoint that was compared
    erased: int  # entries whose payload is gone
    findings: tuple[Finding, ...]  # the first hundred
    findings_total: int
    notes: tuple[str, ...]  # what was not or could not be shown


@dataclass
class Findings:
    found: list[Finding] = field(default_factory=list)
    total: int = 0

    def add(self, position: str, message: str) -> None:
        self.total += 1
        if self.total <= _MOST_FINDINGS:
            self.found.append(Finding(position, message))


class BrokenError(ValueError):
    """Something does not have its form; the text says what."""
