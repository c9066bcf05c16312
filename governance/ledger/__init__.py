"""The ledger: an RFC 6962 Merkle log with C2SP tiles and signed checkpoints, and, apart from it, its verifier."""

from governance.ledger._entry import Action, Actor, EntryDraft, Subject, entry_body
from governance.ledger._hashing import EMPTY_ROOT, leaf_hash, node_hash
from governance.ledger._keys import FormerLog, KeyFolder
from governance.ledger._log import LedgerAppender, entry_bodies, last_checkpoint, log_identity, stored_tree
from governance.ledger._notes import Checkpoint, Signer, Verifier, parse_checkpoint
from governance.ledger._tree import Tiles, Tree

__all__ = [
    "EMPTY_ROOT",
    "Action",
    "Actor",
    "Checkpoint",
    "EntryDraft",
    "FormerLog",
    "KeyFolder",
    "LedgerAppender",
    "Signer",
    "Subject",
    "Tiles",
    "Tree",
    "Verifier",
    "entry_bodies",
    "entry_body",
    "last_checkpoint",
    "leaf_hash",
    "log_identity",
    "node_hash",
    "parse_checkpoint",
    "stored_tree",
]
