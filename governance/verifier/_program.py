"""The verifier as a program: a store or a proof, a key, checkpoints; a verdict as text or JSON and as an exit code."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from governance.verifier._notes import is_key, is_note
from governance.verifier._proofs import ProofResult, verify_proof
from governance.verifier._store import verify_store
from governance.verifier._types import BrokenError, Verification
from governance.verifier._witness import trusted_notes
from governance.verifier._words import EXIT_CODES, as_document, findings_in_words, notes_in_words, proof_in_words

__all__ = ["main"]

_DESCRIPTION = (
    "Verify a ledger of Assay, or a proof out of one, against a public key and checkpoints that you kept."
    " Exit code 0: sound. 1: tampered, or the proof does not hold. 2: wrong usage. 3: cannot decide."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify what is named; return the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if (options.store is None) == (options.proof is None):
        parser.error("name a SQLite store or, with --proof, a proof")
    try:
        result = _answer(options)
    except BrokenError as error:
        parser.error(str(error))
    except OSError as error:
        parser.error(f"cannot read {error.filename or error}: {error.strerror or 'no such file'}")
    if options.json:
        sys.stdout.write(json.dumps(as_document(result), sort_keys=True) + "\n")
    else:
        lines = findings_in_words(result) if isinstance(result, Verification) else proof_in_words(result)
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stderr.write("".join(f"{line}\n" for line in notes_in_words(result.notes)))
    return EXIT_CODES[result.verdict]


def _answer(options: argparse.Namespace) -> Verification | ProofResult:
    vkey = None if options.key is None else options.key.read_text(encoding="utf-8", errors="replace")
    if vkey is not None and not is_key(vkey):
        raise BrokenError(f"{options.key} holds no public key")
    trusted: Path | None = options.trusted
    if trusted is not None and not any(map(is_note, trusted_notes(trusted))):
        raise BrokenError(f"{trusted} holds no checkpoint")
    notes = iter(()) if trusted is None else trusted_notes(trusted)
    if options.proof is not None:
        return verify_proof(options.proof.read_bytes(), vkey=vkey, trusted=notes)
    certificate = None if options.tsa_cert is None else options.tsa_cert.read_bytes()
    return verify_store(
        options.store, vkey=vkey, trusted=notes, is_fast=options.fast, runs=options.runs, stamp_certificate=certificate
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=_DESCRIPTION)
    parser.add_argument("store", type=Path, nargs="?", help="the SQLite file")
    parser.add_argument("--proof", type=Path, help="a proof, as `assay ledger prove` wrote it, in place of a store")
    parser.add_argument("--key", type=Path, help="public key of the log, log.vkey, from a source that you trust")
    parser.add_argument("--trusted", type=Path, help="a checkpoint that you kept, or a witness file")
    parser.add_argument("--runs", type=Path, help="folder of run logs, to be held against the record")
    parser.add_argument("--tsa-cert", type=Path, help="certificate of the time-stamping authority (PEM or DER)")
    parser.add_argument("--fast", action="store_true", help="hashes, tree and checkpoints alone")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser
