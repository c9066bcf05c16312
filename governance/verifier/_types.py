"""What verification finds."""

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["BrokenError", "DeclaredRestore", "Finding", "Findings", "LedgerVerdict", "Verification"]

_MOST_FINDINGS = 100
_LONGEST = 500  # characters of what a finding says: it may quote what a stranger wrote


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
class DeclaredRestore:
    """A backup that was put back, as the ledger tells it; signed, and therefore said by whoever holds the key."""

    seq: int  # of the entry that declares it
    restored_size: int  # entries that the backup held
    lost_until: int  # entries that were there before
    declared_by: str
    approved_by: tuple[str, ...]
    lost_checkpoint: str  # the note over what was lost; empty where the entry does not carry it

    def __str__(self) -> str:
        """Say what was lost, and who says so."""
        lost = self.lost_until - self.restored_size
        what = f"entries {self.restored_size}..{self.lost_until - 1} were lost" if lost > 0 else "no entry was lost"
        approved = ", ".join(self.approved_by) or "nobody"
        return f"restored at entry {self.seq}: {what}, declared by {self.declared_by}, approved by {approved}"


@dataclass(frozen=True)
class Verification:
    """What was checked and what came of it."""

    verdict: LedgerVerdict
    origin: str
    size: int  # entries
    root: str  # base64
    checkpoints: int
    trusted_size: int | None  # of the newest trusted checkpoint that fits
    erased: int  # entries whose payload is gone
    findings: tuple[Finding, ...]  # the first hundred
    findings_total: int
    notes: tuple[str, ...]  # what was not or could not be shown
    keys: tuple[str, ...] = ()  # public keys that signed, oldest first
    restores: tuple[DeclaredRestore, ...] = ()
    is_fast: bool = False  # hashes, tree and checkpoints alone


@dataclass
class Findings:
    """What was found so far; the first hundred are kept, all are counted."""

    found: list[Finding] = field(default_factory=list)
    total: int = 0

    def add(self, position: str, message: str) -> None:
        """Take one more."""
        self.total += 1
        if self.total <= _MOST_FINDINGS:
            self.found.append(Finding(position[:_LONGEST], message[:_LONGEST]))


class BrokenError(ValueError):
    """Something does not have its form; the text says what."""
