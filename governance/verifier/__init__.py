"""The verifier: whether a store's ledger is what was signed, and continues what somebody else already holds.

Rules of this place: it imports nothing else of Assay and shares no code with the writer, so that one mistake cannot
hide itself; it opens the store read-only and believes nothing in it; memory stays flat at any length; every finding
names its position. It needs the standard library and, for signatures, `cryptography`. What proofs cannot show, it says.
"""

from governance.verifier._notes import is_key, is_note, read_note
from governance.verifier._proofs import ProofResult, verify_proof
from governance.verifier._store import verify_store
from governance.verifier._trees import verify_consistency, verify_inclusion
from governance.verifier._types import BrokenError, DeclaredRestore, Finding, LedgerVerdict, Verification
from governance.verifier._witness import trusted_notes, witnessed_notes
from governance.verifier._words import EXIT_CODES, as_document, findings_in_words, notes_in_words, proof_in_words

__all__ = [
    "EXIT_CODES",
    "BrokenError",
    "DeclaredRestore",
    "Finding",
    "LedgerVerdict",
    "ProofResult",
    "Verification",
    "as_document",
    "findings_in_words",
    "is_key",
    "is_note",
    "notes_in_words",
    "proof_in_words",
    "read_note",
    "trusted_notes",
    "verify_consistency",
    "verify_inclusion",
    "verify_proof",
    "verify_store",
    "witnessed_notes",
]
