"""What came of a verification, in words and as one document, alike for every program that prints it."""

from dataclasses import asdict
from typing import Any

from governance.verifier._proofs import ProofResult
from governance.verifier._types import LedgerVerdict, Verification

__all__ = ["EXIT_CODES", "as_document", "findings_in_words", "notes_in_words", "proof_in_words"]

EXIT_CODES = {LedgerVerdict.OK: 0, LedgerVerdict.TAMPERED: 1, LedgerVerdict.CANNOT_DECIDE: 3}
_LEDGER = {
    LedgerVerdict.OK: "the ledger is what was signed, and continues what was witnessed",
    LedgerVerdict.TAMPERED: "the ledger is NOT what was signed or witnessed",
    LedgerVerdict.CANNOT_DECIDE: "nothing wrong was found, and that is not enough to decide",
}
_PROOF = {
    LedgerVerdict.OK: "the proof holds, under your key and a checkpoint that you trust",
    LedgerVerdict.TAMPERED: "the proof does NOT hold",
    LedgerVerdict.CANNOT_DECIDE: "the proof holds in itself, and that is not enough to decide",
}


def findings_in_words(result: Verification) -> list[str]:
    """Return the verdict, what was restored, and the findings, a line each."""
    counted = f"{result.size} entries, {result.checkpoints} checkpoints of {result.origin}"
    lines = [f"{_LEDGER[result.verdict]}: {counted}", *(f"  {restore}" for restore in result.restores)]
    lines += [f"  {finding.position}: {finding.message}" for finding in result.findings]
    if result.findings_total > len(result.findings):
        lines.append(f"  … and {result.findings_total - len(result.findings)} more")
    return [*map(_harmless, lines)]


def notes_in_words(notes: tuple[str, ...]) -> list[str]:
    """Return what was not or could not be shown, a line each."""
    return [_harmless(f"note: {note}") for note in notes]


def proof_in_words(result: ProofResult) -> list[str]:
    """Return what a proof shows, a line each."""
    lines = [f"{_PROOF[result.verdict]}: the first {result.size} entries of {result.origin or 'no log'}"]
    lines += [f"  {one}" for one in result.shown]
    lines += [f"  {one.position}: {one.message}" for one in result.findings]
    return [*map(_harmless, lines)]


def as_document(result: Verification | ProofResult) -> dict[str, Any]:
    """Return the result for `--json`."""
    return {**asdict(result), "verdict": result.verdict.value}


def _harmless(line: str) -> str:
    """Show what a terminal would act on, or has no form for it, as its escape: the store's text is a stranger's."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)
