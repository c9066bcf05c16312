"""What is asked of a restore, what stands before it, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from governance.backup import CopyThatExists
from governance.ledger import Actor

__all__ = ["Present", "RestorePlan", "Restored"]


@dataclass(frozen=True, kw_only=True)
class RestorePlan:
    """What is put back, and where."""

    backup: Path
    url: str = field(repr=False)  # of the store; it may hold a password
    keys: Path  # the key folder
    state: Path  # where the old store is kept aside and the new one prepared: on the disk of a SQLite store
    folders: Mapping[str, Path] = field(default_factory=dict)  # name in the backup → folder
    files: Mapping[str, Path] = field(default_factory=dict)  # name in the backup → file
    passphrase: str | None = field(default=None, repr=False)
    accept_loss: bool = False  # entries after the backup are known to be lost
    known: str | None = None  # a checkpoint from elsewhere, newer than what is here
    reason: str = ""
    approval: str | None = None  # the request that two people approved


@dataclass(frozen=True, kw_only=True)
class Present:
    """The store that is in place."""

    is_there: bool = False
    problem: str = ""  # why it cannot be read
    origin: str = ""
    size: int = 0
    note: str | None = None  # its newest checkpoint
    is_current: bool = False  # its schema is that of this version: what it says of people can be read
    actor: Actor | None = None  # who restores, in the role that the store gives them; None: it gives no answer
    has_team: bool = False
    erasures: tuple[str, ...] = ()  # performed after the backup: they must be repeated
    copies: tuple[CopyThatExists, ...] = ()  # backups made after the one that is put back
    restored_from: str = ""  # digest of the backup of a restore after which nothing was recorded


@dataclass(frozen=True, kw_only=True)
class Restored:
    """A store that was put back."""

    origin: str
    restored_size: int
    lost_until: int
    seq: int  # of the declaration
    approvers: tuple[str, ...]
    four_eyes: bool
    aside: str  # where the old store is: a folder, or a schema of the server; empty where there was none
    files: int  # put back
    kept: tuple[str, ...]  # files that were there and differ from the backup's
    erasures: tuple[str, ...]
