"""The key folder: signing key, public key and witness file, all outside the store.

Rules of this place: the key is made once, 0600 in a folder of 0700, and never replaced; the public key is written last
and says that the log is in use; the witness file only grows, holds every checkpoint that left the store, and covers the
log only where it begins with the first entry; a store that is new where an earlier log was in use gets a key of its
own, and the earlier log's files stay beside it until its store is back.
"""

import base64
import binascii
import contextlib
import json
import os
import re
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

__all__ = ["FormerLog", "KeyFolder"]

KEY_NAME, PUBLIC_NAME, WITNESS_NAME = "signing.key", "log.vkey", "witness.jsonl"
_NAMES = (WITNESS_NAME, PUBLIC_NAME, KEY_NAME)
_SEED_BYTES = 32
_TAIL_BYTES = 64 * 1024  # far more than one checkpoint
_FIRST_SIZE = 1  # a log's first checkpoint covers the entry that begins it
_LOG_NAME = re.compile(r"assay\.local/([0-9a-f]{16})")


@dataclass(frozen=True, kw_only=True)
class FormerLog:
    """A log that was in use here and whose store is not the one in use now."""

    folder: Path  # its key and witness file
    entries: int | None  # that were witnessed; None where its witness file does not tell

    def __str__(self) -> str:
        """Say what is not in the store."""
        count = "an unknown number of" if self.entries is None else str(self.entries)
        return f"an earlier log of this workspace with {count} entries is not in this store: {self.folder}"


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
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise UnavailableError(
                f"cannot create the key folder {self.path}: {error.strerror}", hint="set ASSAY_KEYS to another folder"
            ) from error

    def create(self) -> Signer:
        """Return the signer of a new log; what an earlier log left is moved into a folder of its own."""
        if self.witness_file.exists() or self.is_in_use:
            self._set_aside()
        elif (self.path / KEY_NAME).exists():  # made before a crash, never used
            return _read_key(self.path)
        signer = Signer(f"assay.local/{secrets.token_hex(8)}", secrets.token_bytes(_SEED_BYTES))
        document: dict[str, JsonValue] = {"name": signer.verifier.name, "seed": signer.seed_text()}
        replace_durably(self.path / KEY_NAME, canonical_bytes(document), mode=0o600)
        return signer

    @property
    def is_in_use(self) -> bool:
        """Whether a log was begun with this key, and its first checkpoint written to the witness file."""
        return self.public_file.exists()

    def publish(self, signer: Signer) -> None:
        """Write the public key where there is none: from now on a witness file that is not there was lost."""
        if not self.is_in_use:
            replace_durably(self.public_file, f"{signer.verifier}\n".encode())

    def load(self, expected: Verifier) -> Signer:
        """Return the signer of the log, from a former one's files where its store is back.

        Raise `UnavailableError` without its key, `IntegrityError` for another's.
        """
        if not _holds(self.path, expected):
            self._bring_back(expected)
        signer = _read_key(self.path)
        if signer.verifier != expected:
            raise IntegrityError(
                f"the store was signed as {expected.name!r}, the key in {self.path} is that of"
                f" {signer.verifier.name!r}",
                hint="restore the store or the key that belongs to it; `assay ledger verify` says what is wrong",
            )
        return signer

    def holds(self, expected: Verifier) -> bool:
        """Whether the key in use is that of the log."""
        return _holds(self.path, expected)

    def last_witnessed(self) -> str | None:
        """Return the newest checkpoint in the witness file, a torn last line left out."""
        return _last_note(self.witness_file)

    def former_logs(self) -> tuple[FormerLog, ...]:
        """Return the logs that were in use here before, but for those in which nothing was recorded."""
        found = (
            FormerLog(folder=path, entries=_size_at_end(path / WITNESS_NAME))
            for path in sorted(self.path.glob("former-*"))
            if any(path.iterdir())
        )
        return tuple(one for one in found if one.entries != _FIRST_SIZE)

    def witness_doubt(self) -> str:
        """Say why the witness file cannot exclude a rollback; empty where it covers the log from its first entry."""
        try:
            with self.witness_file.open("rb") as stream:
                first = _size_of(stream.readline(_TAIL_BYTES))
        except FileNotFoundError:
            return f"the witness file {self.witness_file} is missing: cannot exclude rollback to an older copy"
        except OSError as error:
            raise UnavailableError(f"cannot read {self.witness_file}: {error.strerror}") from error
        if first == _FIRST_SIZE:
            return ""
        begins = "with no checkpoint" if first is None else f"at entry {first}"
        return (
            f"the witness file {self.witness_file} begins {begins}: an earlier one was lost, and it cannot exclude"
            " that an older copy was put back before; restore the lines of the earlier one"
        )

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

    def _set_aside(self) -> None:
        former = self.path / f"former-{_short_name(self.path)}"
        former.mkdir(mode=0o700, exist_ok=True)
        _move(self.path, former)

    def _bring_back(self, expected: Verifier) -> None:
        for former in sorted(self.path.glob("former-*")):
            if _holds(former, expected):
                if any((self.path / name).exists() and (former / name).exists() for name in _NAMES):
                    self._set_aside()
                _move(former, self.path)
                with contextlib.suppress(OSError):
                    former.rmdir()
                return


def _move(source: Path, target: Path) -> None:
    """Move a log's files; the key goes last, so that a crash in between leaves what names the log."""
    try:
        for name in _NAMES:
            with contextlib.suppress(FileNotFoundError):
                (source / name).rename(target / name)
    except OSError as error:
        raise UnavailableError(f"cannot move {source} to {target}: {error.strerror}", hint="mend the folder") from error


def _holds(folder: Path, expected: Verifier) -> bool:
    try:
        return _read_key(folder).verifier == expected
    except (UnavailableError, IntegrityError):
        return False


def _short_name(folder: Path) -> str:
    with contextlib.suppress(UnavailableError, IntegrityError):
        match = _LOG_NAME.fullmatch(_read_key(folder).verifier.name)
        if match is not None:
            return match[1]
    return secrets.token_hex(8)


def _read_key(folder: Path) -> Signer:
    path = folder / KEY_NAME
    try:
        document = parse_strict(path.read_bytes())
    except OSError as error:
        raise UnavailableError(
            f"cannot read the key that signs this store, {path}: {error.strerror}",
            hint="point ASSAY_KEYS at the folder with the key; `assay ledger verify` needs none",
        ) from error
    return _signer(document, path)


def _signer(document: JsonValue, path: Path) -> Signer:
    if isinstance(document, dict):
        name, seed = document.get("name"), document.get("seed")
        if isinstance(name, str) and isinstance(seed, str):
            with contextlib.suppress(binascii.Error, ValueError):
                return Signer(name, base64.b64decode(seed, validate=True))
    raise IntegrityError(f"{path} is not a signing key", hint="restore it from a backup")


def _last_note(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - _TAIL_BYTES))
            lines = stream.read().split(b"\n")[:-1]
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnavailableError(f"cannot read {path}: {error.strerror}") from error
    return _note_of(lines[-1], path) if lines else None


def _size_at_end(path: Path) -> int | None:
    try:
        note = _last_note(path)
    except (IntegrityError, UnavailableError):
        return None
    return None if note is None else _size_in(note)


def _size_of(line: bytes) -> int | None:
    try:
        return _size_in(_note_of(line, Path(WITNESS_NAME)))
    except IntegrityError:
        return None


def _size_in(note: str) -> int | None:
    size = note.split("\n")[1:2]
    return int(size[0]) if size and re.fullmatch(r"[0-9]{1,19}", size[0]) else None


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
