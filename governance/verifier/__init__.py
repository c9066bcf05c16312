"""The verifier: whether a store's ledger is what was signed, and continues what somebody else already holds.

Rules of this place: it imports nothing else of Assay and shares no code with the writer, so that one mistake cannot
hide itself; it opens the store read-only and believes nothing in it; memory stays flat at any length; every finding
names its position. It needs the standard library and `cryptography`. What proofs cannot show, it says.
"""

from governance.verifier._notes import is_key, is_note, read_note
from governance.verifier._store import trusted_notes, verify_store, witnessed_notes
from governance.verifier._trees import verify_consistency, verify_inclusion
from governance.verifier._types import BrokenError, Finding, LedgerVerdict, Verification

__all__ = [
    "BrokenError",
    "Finding",
    "LedgerVerdict",
    "Verification",
    "is_key",
    "is_note",
    "read_note",
    "trusted_notes",
    "verify_consistency",
    "verify_inclusion",
    "verify_store",
    "witnessed_notes",
]
