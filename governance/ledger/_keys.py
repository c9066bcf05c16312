"""The key folder: signing key, public key and witness file, all outside the store.

Rules of this place: a key is 0600 in a folder of 0700, and is replaced by a rotation alone, which the store records
first; the public key is written last and says that the log is in use; the witness file only grows, holds every
checkpoint that left the store, and covers the log only where it begins with the first entry; a store that is new where
an earlier log was in use gets a key of its own, and the earlier log's files stay beside it until its store is back.
"""

import contextlib
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from assay.kernel import IntegrityError, UnavailableError, replace_durably
from governance.ledger._key_files import (
    KEY_NAME,
    NEXT_NAME,
    PUBLIC_NAME,
    RETIRED_NAME,
    forget_leftovers,
    holds,
    read_key,
    succeed,
    write_key,
)
from governance.ledger._notes import Signer, Verifier
from governance.ledger._witness_file import append_note, first_size, last_note, last_size

__all__ = ["FormerLog", "KeyFolder"]

WITNESS_NAME = "witness.jsonl"
_NAMES = (WITNESS_NAME, RETIRED_NAME, PUBLIC_NAME, NEXT_NAME, KEY_NAME)
_SEED_BYTES = 32
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
            return read_key(self.path / KEY_NAME)
        signer = Signer(f"assay.local/{secrets.token_hex(8)}", secrets.token_bytes(_SEED_BYTES))
        write_key(self.path / KEY_NAME, signer)
        return signer

    def create_next(self, name: str, *, post_quantum: bool) -> Signer:
        """Return the signer that is to take over, written beside the one in use; nothing depends on it yet."""
        second = secrets.token_bytes(_SEED_BYTES) if post_quantum else None
        signer = Signer(name, secrets.token_bytes(_SEED_BYTES), second)
        write_key(self.path / NEXT_NAME, signer)
        return signer

    def succeed(self) -> None:
        """Put the key that was written by `create_next` into its place: the store says that it signs."""
        succeed(self.path)

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
        if holds(self.path / NEXT_NAME, expected):  # a crash between a rotation and the key's move to its place
            succeed(self.path)
        elif not holds(self.path / KEY_NAME, expected):
            self._bring_back(expected)
        signer = read_key(self.path / KEY_NAME)
        if signer.verifier != expected:
            raise IntegrityError(
                f"the store was signed as {expected.name!r}, the key in {self.path} is that of"
                f" {signer.verifier.name!r}",
                hint="restore the store or the key that belongs to it; `assay ledger verify` says what is wrong",
            )
        forget_leftovers(self.path)
        return signer

    def holds(self, expected: Verifier) -> bool:
        """Whether the key in use, or the one that takes over, is that of the log."""
        return holds(self.path / KEY_NAME, expected) or holds(self.path / NEXT_NAME, expected)

    def last_witnessed(self) -> str | None:
        """Return the newest checkpoint in the witness file, a torn last line left out."""
        return last_note(self.witness_file)

    def former_logs(self) -> tuple[FormerLog, ...]:
        """Return the logs that were in use here before, but for those in which nothing was recorded."""
        found = (
            FormerLog(folder=path, entries=last_size(path / WITNESS_NAME))
            for path in sorted(self.path.glob("former-*"))
            if any(path.iterdir())
        )
        return tuple(one for one in found if one.entries != _FIRST_SIZE)

    def witness_doubt(self) -> str:
        """Say why the witness file cannot exclude a rollback; empty where it covers the log from its first entry."""
        try:
            first = first_size(self.witness_file)
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
            append_note(self.witness_file, note)
        except UnavailableError as error:
            raise UnavailableError(
                f"the change is recorded, but its checkpoint could not be witnessed: {error.message}",
                hint="free space or mend the permissions; the next command that opens the store writes it",
            ) from error

    def _set_aside(self) -> None:
        former = self.path / f"former-{_short_name(self.path)}"
        former.mkdir(mode=0o700, exist_ok=True)
        _move(self.path, former)

    def _bring_back(self, expected: Verifier) -> None:
        for former in sorted(self.path.glob("former-*")):
            if any(holds(former / name, expected) for name in (KEY_NAME, NEXT_NAME)):
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


def _short_name(folder: Path) -> str:
    with contextlib.suppress(UnavailableError, IntegrityError):
        match = _LOG_NAME.fullmatch(read_key(folder / KEY_NAME).verifier.name)
        if match is not None:
            return match[1]
    return secrets.token_hex(8)
