"""Files of evidence against what their entries say of them.

Rules of this place: a file's name is the digest of its bytes; each belongs to evidence that was handed in; one that is
gone was erased, and an entry says so. What the entries say was checked before.
"""

import json
import sqlite3

from governance.verifier._entries import digest_of
from governance.verifier._types import Findings

__all__ = ["check_originals"]

_MOST_MISSED = 20


def check_originals(database: sqlite3.Connection, findings: Findings) -> None:
    """Find files that are altered, missing or nobody's; nothing where the store keeps none."""
    there = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"evidence_submission", "evidence_original"} <= there:
        return
    known = {str(digest) for (digest,) in database.execute("SELECT digest FROM evidence_submission")}
    kept = set[str]()
    for digest, data in database.execute("SELECT digest, data FROM evidence_original"):
        kept.add(str(digest))
        if not isinstance(data, bytes) or digest_of(data) != digest:
            findings.add(f"file {digest}", "its bytes are not those that were handed in")
        elif digest not in known:
            findings.add(f"file {digest}", "it belongs to no evidence")
    missing = sorted(known - kept - _erased_originals(database)) if known - kept else []
    for digest in missing[:_MOST_MISSED]:
        findings.add(f"file {digest}", "it is gone, and no entry says that it was erased")


def _erased_originals(database: sqlite3.Connection) -> set[str]:
    wanted = "SELECT e.body FROM ledger_entry e JOIN erasure r ON r.seq = e.seq"
    found = set[str]()
    for (body,) in database.execute(wanted):
        try:
            named = json.loads(body)["details"].get("originals", [])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue  # a body that is none was found before
        found.update(str(one) for one in named if isinstance(named, list))
    return found
