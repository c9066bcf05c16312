"""Whether the product's own ledger verifies, looked at whole; what has not changed since is not looked at again.

Rules of this place: a verification that held is remembered by the digest of all that it looked at (every byte of the
store, the public key, the witness file, the verifier's own code), so that a memory holds for exactly that and for
nothing that came or was changed since; only `ok` is remembered; the memory lies beside the signing key, where whoever
can write the store alone cannot; one that cannot be read or written is none. `assay ledger verify` never asks it.
"""

import hashlib
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

import governance.verifier
from assay.kernel import AssayError, UnavailableError, canonical_bytes, parse_strict, replace_durably
from governance._door import Door
from governance.snapshot import copy_store
from governance.verifier import LedgerVerdict, verify_store, witnessed_notes

__all__ = ["MEMORY_NAME", "OwnLog", "look_at_own_log"]

MEMORY_NAME: Final = "verified.json"


@dataclass(frozen=True, kw_only=True)
class OwnLog:
    """What a verification of the whole store came to."""

    verdict: LedgerVerdict
    origin: str
    root: str  # base64


def look_at_own_log(door: Door) -> OwnLog | None:
    """Verify a copy in one state against the key and the witness file; `None` where it cannot be looked at.

    What is trusted is read first: a writer that goes on may witness more.
    """
    try:
        trusted = list(witnessed_notes(door.keys.witness_file))
        vkey = door.keys.public_file.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory(prefix="assay-check-") as folder:
            copy = Path(folder) / "store.sqlite"
            copy_store(door.engine, copy)
            return _looked_at(copy, vkey, trusted, door.keys.path / MEMORY_NAME)
    except (AssayError, OSError, ValueError):
        return None


def _looked_at(copy: Path, vkey: str, trusted: list[str], memory: Path) -> OwnLog:
    seen = _digest(copy, [vkey, *trusted])
    remembered = _recalled(memory, seen)
    if remembered is not None:
        return remembered
    verified = verify_store(copy, vkey=vkey, trusted=trusted)
    found = OwnLog(verdict=verified.verdict, origin=verified.origin, root=verified.root)
    if found.verdict is LedgerVerdict.OK:
        with suppress(UnavailableError):
            replace_durably(memory, canonical_bytes({"seen": seen, **asdict(found)}))
    return found


def _recalled(memory: Path, seen: str) -> OwnLog | None:
    try:
        known = parse_strict(memory.read_bytes())
    except (OSError, AssayError):
        return None
    if not isinstance(known, dict) or known.get("seen") != seen or known.get("verdict") != LedgerVerdict.OK.value:
        return None
    return OwnLog(verdict=LedgerVerdict.OK, origin=str(known.get("origin")), root=str(known.get("root")))


def _digest(copy: Path, texts: Iterable[str]) -> str:
    """Return one digest of all that a verification looks at, each part with its own."""
    with copy.open("rb") as stream:
        parts = [_verifier(), hashlib.file_digest(stream, "sha256").digest()]
    parts += [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
    return f"sha256:{hashlib.sha256(b''.join(parts)).hexdigest()}"


@cache
def _verifier() -> bytes:
    """Return a digest of the verifier's code: another version may look at more."""
    folder = Path(governance.verifier.__file__).parent
    code = [hashlib.sha256(path.read_bytes()).digest() for path in sorted(folder.glob("*.py"))]
    return hashlib.sha256(b"".join(code)).digest()
