"""The ledger: an RFC 6962 Merkle log with C2SP tiles and signed checkpoints, and, apart from it, its verifier."""

from governance.ledger._entry import Action, Actor, EntryDraft, Subject, entry_body
from governance.ledger._hashing import EMPTY_ROOT, leaf_hash, node_hash
from governance.ledger._keys import FormerLog, KeyFolder
from governance.ledger._log import (
    CheckedTree,
    LedgerAppender,
    LogEnd,
    entry_bodies,
    key_is_overdue,
    last_checkpoint,
    log_identity,
    log_keys,
    newest_key,
    stored_tree,
)
from governance.ledger._notes import Checkpoint, Signer, Verifier, parse_checkpoint
from governance.ledger._tree import Tiles, Tree
from governance.ledger._witness_file import append_note, last_note

__all__ = [
    "EMPTY_ROOT",
    "Action",
    "Actor",
    "CheckedTree",
    "Checkpoint",
    "EntryDraft",
    "FormerLog",
    "KeyFolder",
    "LedgerAppender",
    "LogEnd",
    "Signer",
    "Subject",
    "Tiles",
    "Tree",
    "Verifier",
    "append_note",
    "entry_bodies",
    "entry_body",
    "key_is_overdue",
    "last_checkpoint",
    "last_note",
    "leaf_hash",
    "log_identity",
    "log_keys",
    "newest_key",
    "node_hash",
    "parse_checkpoint",
    "stored_tree",
]
