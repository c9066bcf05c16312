"""What was pulled: where it lies, and whether it still is what the catalogue says."""

from dataclasses import dataclass
from pathlib import Path

from assay.kernel import IntegrityError, MissingError
from evaluation.weights._catalogue import WeightsEntry, entry_of
from evaluation.weights._digest import forget_digest, read_digest
from evaluation.weights._folder import cache_folder, stored_path

__all__ = ["Verified", "path_of", "verify"]


@dataclass(frozen=True, kw_only=True)
class Verified:
    """A file that was read from end to end and has the digest of its entry."""

    name: str
    path: Path
    sha256: str
    size: int  # bytes


def path_of(name: str, *, cache: Path | None = None, entries: tuple[WeightsEntry, ...] | None = None) -> Path:
    """Return where the weights lie; raise `MissingError` when they were not pulled or are cut short."""
    entry = entry_of(name, entries)
    path = stored_path(entry.stored_name, cache)
    if not path.is_file() or path.stat().st_size != entry.size:
        raise MissingError(
            f"the weights {name!r} ({entry.model}, {entry.size >> 20} MiB) are not on this machine",
            hint=f"assay models pull {name}",
        )
    return path


def verify(name: str, *, cache: Path | None = None, entries: tuple[WeightsEntry, ...] | None = None) -> Verified:
    """Read the file and compare; raise `IntegrityError` when it differs, `MissingError` when it is not there."""
    entry = entry_of(name, entries)
    path = path_of(name, cache=cache, entries=entries)
    digest = read_digest(path)
    if digest != entry.sha256:
        forget_digest(path, cache=cache_folder() if cache is None else cache)
        raise IntegrityError(
            f"the weights {name!r} at {path} have the digest {digest!r}, expected {entry.sha256!r}",
            hint=f"delete that file, then: assay models pull {name}",
        )
    return Verified(name=name, path=path, sha256=digest, size=entry.size)
