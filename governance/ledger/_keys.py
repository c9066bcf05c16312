"""The key folder: signing key, public key and witness file, all outside the store.

Rules of this place: the key is made once, 0600 in a folder of 0700, and never replaced; the witness file only grows and
holds every checkpoint that left the store; a store that is new where an earlier log was witnessed gets a key of its
own, and the earlier log's files stay beside it.
"""

import base64
import binascii
import contextlib
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from assay.kernel import (
    IntegrityError,
    JsonValue,
    UnavailableError,
    append_durably,
    canonical_bytes,
    parse_strict,
    replace_durably,
)
from governance.ledger._notes import Signer, Verifier

__all__ = ["KeyFolder"]

KEY_NAME, PUBLIC_NAME, WITNESS_NAME = "signing.key", "log.vkey", "witness.jsonl"
_SEED_BYTES = 32
_TAIL_BYTES = 64 * 1024  # far more than one checkpoint


@dataclass(frozen=True)
class KeyFolder:
    """Where one workspace's signing key and witness file are."""

    path: Path

    @property
    def witness_file(self) -> Path:
        """JSON Lines: `{"note": checkpoint}`."""
        return self.path / WITNESS_NAME

    @property
    def public_file(self) -> Path:
        """The verifier key, one line."""
        return self.path / PUBLIC_NAME

    @property
    def lock_file(self) -> Path:
        """Held by whoever changes the store."""
        return self.path / "writer.lock"

    def prepare(self) -> None:
        """Make the folder; raise `UnavailableError` when the disk refuses."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UnavailableError(
                f"cannot create the key folder {self.path}: {error.strerror}", hint="set ASSAY_KEYS to another folder"
            ) from error

    def create(self) -> Signer:
        """Return the signer of a new log; what an earlier log left is moved into a folder of its own."""
        if self.witness_file.exists():
            self._set_aside()
        elif (self.path / KEY_NAME).exists():  # made before a crash, never used
            return self._read()
        signer = Signer(f"assay.local/{secrets.token_hex(8)}", secrets.token_bytes(_SEED_BYTES))
        self._write_key(signer)
        return signer

    def load(self, expected: Verifier) -> Signer:
        """Return the signer of the log; raise `UnavailableError` without its key, `IntegrityError` for another's."""
        signer = self._read()
        if signer.verifier != expected:
            raise IntegrityError(
                f"the store was signed as {expected.name!r}, the key in {self.path} is that of"
                f" {signer.verifier.name!r}",
                hint="restore the store or the key that belongs to it; `assay ledger verify` says what is wrong",
            )
        return signer

    def last_witnessed(self) -> str | None:
        """Return the newest checkpoint in the witness file, a torn last line left out."""
        try:
            with self.witness_file.open("rb") as stream:
                stream.seek(max(0, os.fstat(stream.fileno()).st_size - _TAIL_BYTES))
                lines = stream.read().split(b"\n")[:-1]
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UnavailableError(f"cannot read {self.witness_file}: {error.strerror}") from error
        return _note_of(lines[-1], self.witness_file) if lines else None

    def witness(self, note: str) -> None:
        """Append a checkpoint durably, cutting a line that a crash tore; the next opening heals a failure."""
        try:
            descriptor = os.open(self.witness_file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                _cut_torn_line(descriptor)
                append_durably(descriptor, [canonical_bytes({"note": note})])
            finally:
                os.close(descriptor)
        except (OSError, UnavailableError) as error:
            raise UnavailableError(
                f"the change is recorded, but its checkpoint could not be written to {self.witness_file}: {error}",
                hint="free space or mend the permissions; the next command that opens the store writes it",
            ) from error

    def _read(self) -> Signer:
        try:
            document = parse_strict((self.path / KEY_NAME).read_bytes())
        except OSError as error:
            raise UnavailableError(
                f"cannot read the key that signs this store, {self.path / KEY_NAME}: {error.strerror}",
                hint="point ASSAY_KEYS at the folder with the key; `assay ledger verify` needs none",
            ) from error
        return _signer(document, self.path / KEY_NAME)

    def _write_key(self, signer: Signer) -> None:
        document: dict[str, JsonValue] = {"name": signer.verifier.name, "seed": signer.seed_text()}
        replace_durably(self.path / KEY_NAME, canonical_bytes(document), mode=0o600)
        replace_durably(self.public_file, f"{signer.verifier}\n".encode())

    def _set_aside(self) -> None:
        former = self.path / f"former-{secrets.token_hex(4)}"
        former.mkdir(mode=0o700)
        for name in (KEY_NAME, PUBLIC_NAME, WITNESS_NAME):
            with contextlib.suppress(FileNotFoundError):
                (self.path / name).rename(former / name)


def _signer(document: JsonValue, path: Path) -> Signer:
    if isinstance(document, dict):
        name, seed = document.get("name"), document.get("seed")
        if isinstance(name, str) and isinstance(seed, str):
            with contextlib.suppress(binascii.Error, ValueError):
                return Signer(name, base64.b64decode(seed, validate=True))
    raise IntegrityError(f"{path} is not a signing key", hint="restore it from a backup")


def _note_of(line: bytes, path: Path) -> str:
    with contextlib.suppress(json.JSONDecodeError, UnicodeDecodeError, TypeError, KeyError):
        note = json.loads(line)["note"]
        if isinstance(note, str):
            return note
    raise IntegrityError(f"{path} ends in a line that is no checkpoint: {line[:80]!r}")


def _cut_torn_line(descriptor: int) -> None:
    end = os.fstat(descriptor).st_size
    start = max(0, end - _TAIL_BYTES)
    tail = os.pread(descriptor, end - start, start)
    if tail and not tail.endswith(b"\n"):
        os.ftruncate(descriptor, start + tail.rfind(b"\n") + 1)
