"""A registration without its store: the entry, proved to be in a log whose key the reader holds.

Rules of this place: a receipt is the proof of one entry, as `assay ledger prove` writes it; it is checked by the
verifier, under a key that came from elsewhere; a receipt that proves nothing is absent evidence, not a crash. What it
cannot show is said: a withdrawal that came after it.
"""

import json
from typing import Any

from governance.gate import PolicyFacts, RegisteredPolicy
from governance.verifier import BrokenError, LedgerVerdict, ProofResult, verify_proof

__all__ = ["facts_of_receipt"]

_REGISTERED = "policy.registered"


def facts_of_receipt(receipt: bytes, vkey: str) -> PolicyFacts:
    """Return what a receipt proves under a public key, or why it proves nothing."""
    try:
        # Its own checkpoint may stand as the known one: what is asked here is who signed it, not when it was seen.
        found = verify_proof(receipt, vkey=vkey, trusted=_checkpoint(receipt))
        if found.verdict is not LedgerVerdict.OK:
            return PolicyFacts(source=f"the receipt of its registration proves nothing: {_why(found)}")
        one = _registration(_proved_entry(receipt))
    except (BrokenError, ValueError, TypeError, KeyError, RecursionError) as error:
        return PolicyFacts(source=f"the receipt of its registration cannot be read: {_short(error)}")
    if one is None:
        return PolicyFacts(source="the receipt is about another entry than the registration of a policy")
    reach = f"as the receipt shows at size {found.size} of {found.origin}; a later withdrawal only the store would know"
    return PolicyFacts(registered=(one,), source=reach)


def _checkpoint(receipt: bytes) -> tuple[str, ...]:
    document = json.loads(receipt.decode("utf-8"))
    note = document.get("checkpoint") if isinstance(document, dict) else None
    return (note,) if isinstance(note, str) else ()


def _proved_entry(receipt: bytes) -> dict[str, Any]:
    """Return the entry of a proof that holds; one without a number proves its checkpoint alone, whatever its body."""
    document = json.loads(receipt.decode("utf-8"))
    entry = json.loads(document["body"])
    if document["seq"] != entry["seq"]:
        raise ValueError("it proves no entry")
    return dict(entry)


def _registration(entry: dict[str, Any]) -> RegisteredPolicy | None:
    """Read an entry whose form the verifier has checked."""
    subject, actor, details = entry["subject"], entry["actor"], entry["details"]
    if entry["action"] != _REGISTERED or subject["digest"] is None:
        return None
    return RegisteredPolicy(
        id=str(subject["id"]),
        digest=str(subject["digest"]),
        name="",
        system=str(details["system"]),
        document="",
        registered_by=str(actor["id"]),
        role=str(actor["role"]),
        author=str(details["author"]),
        registered_at=str(entry["ts"]),
        seq=int(str(entry["seq"])),
    )


def _why(found: ProofResult) -> str:
    return "; ".join([*(f"{one.position}: {one.message}" for one in found.findings), *found.notes])


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
