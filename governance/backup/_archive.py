"""The file of a backup: a ZIP whose manifest names every other file with its digest.

Rules of this place: the same files give the same bytes (order given, fixed times); files go through in portions; a
name leads nowhere but into the folder that it is extracted to; what the manifest does not name is not in the file, and
what is extracted is what the manifest says, or nothing.
"""

import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from assay.kernel import InputError, IntegrityError, JsonValue, UnavailableError, canonical_bytes, parse_strict

__all__ = [
    "KEYS_NAME",
    "MANIFEST_NAME",
    "PUBLIC_NAME",
    "STORE_NAME",
    "WITNESS_NAME",
    "Archive",
    "ArchiveWriter",
    "FileEntry",
    "Manifest",
    "open_archive",
    "read_manifest",
]

MANIFEST_NAME, STORE_NAME, KEYS_NAME = "manifest.json", "store.sqlite", "keys.sealed"
WITNESS_NAME, PUBLIC_NAME = "witness.jsonl", "log.vkey"
_VERSION: Final = 1
_PORTION: Final = 1 << 20
_MOST_MANIFEST_BYTES: Final = 1 << 28
_WHEN: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o600 << 16
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class FileEntry:
    """A file of the backup."""

    digest: str
    size: int  # bytes


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup says of itself."""

    assay: str  # version that made it
    schema: str
    origin: str  # name of the log
    size: int  # entries
    checkpoint: str  # signed note over these entries
    made_at: str
    expires_at: str | None
    files: dict[str, FileEntry]

    @property
    def has_keys(self) -> bool:
        """Whether the signing key is in it, sealed."""
        return KEYS_NAME in self.files

    def digests(self) -> dict[str, str]:
        """Return name → digest of everything but the sealed keys."""
        return {name: entry.digest for name, entry in self.files.items() if name != KEYS_NAME}

    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        files: dict[str, JsonValue] = {n: {"digest": e.digest, "size": e.size} for n, e in self.files.items()}
        return canonical_bytes({**vars(self), "files": files, "v": _VERSION})


class ArchiveWriter:
    """Writes files one after the other."""

    def __init__(self, stream: BinaryIO) -> None:
        """Begin on an open file."""
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
        self.files: dict[str, FileEntry] = {}

    def add(self, name: str, portions: Iterable[bytes]) -> None:
        """Write one file."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(_info(name), "w", force_zip64=True) as target:
            for portion in portions:
                digest.update(portion)
                size += len(portion)
                target.write(portion)
        self.files[name] = FileEntry(f"sha256:{digest.hexdigest()}", size)

    def add_file(self, name: str, path: Path) -> None:
        """Write a file as it is now."""
        with path.open("rb") as stream:
            self.add(name, iter(lambda: stream.read(_PORTION), b""))

    def close(self, manifest: Manifest) -> None:
        """Write the manifest and end the file."""
        self._zip.writestr(_info(MANIFEST_NAME), manifest.to_bytes())
        self._zip.close()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _WHEN)
    info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, _MODE, 3
    return info


@dataclass(frozen=True)
class Archive:
    """An open backup."""

    manifest: Manifest
    _zip: zipfile.ZipFile

    def portions(self, name: str) -> Iterator[bytes]:
        """Yield a file's bytes; raise `IntegrityError` at its end where they are not those of the manifest."""
        entry, digest, size = self.manifest.files[name], hashlib.sha256(), 0
        try:
            with self._zip.open(name) as stream:
                while portion := stream.read(_PORTION):
                    digest.update(portion)
                    size += len(portion)
                    if size > entry.size:
                        break
                    yield portion
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise IntegrityError(f"{name} in the backup cannot be read: {error}", hint="take another backup") from error
        if size != entry.size or f"sha256:{digest.hexdigest()}" != entry.digest:
            raise IntegrityError(f"{name} in the backup is not what its manifest says", hint="take another backup")

    def read(self, name: str) -> bytes:
        """Return a small file whole."""
        return b"".join(self.portions(name))

    def extract(self, name: str, target: Path) -> None:
        """Write a file; it appears under its name only when it is whole."""
        partial = target.with_name(f".{target.name}.partial")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            for portion in self.portions(name):
                stream.write(portion)
        partial.replace(target)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a backup and check its list of files; raise `InputError` for a file that is none, `IntegrityError`."""
    try:
        with zipfile.ZipFile(path) as file:
            manifest = _manifest(file, path)
            names = [info.filename for info in file.infolist()]
            if sorted(names) != sorted([*manifest.files, MANIFEST_NAME]):
                raise IntegrityError(f"{path} holds other files than its manifest names", hint="take another backup")
            for name in names:
                _check_name(name)
            yield Archive(manifest, file)
    except zipfile.BadZipFile as error:
        raise InputError(f"{path} is no backup: {error}", hint="name a file that `assay store backup` made") from error
    except OSError as error:
        raise UnavailableError(f"cannot read the backup {path}: {error}", hint="check the file and the disk") from error


def read_manifest(path: Path) -> Manifest:
    """Return what a backup says of itself, nothing checked but its form."""
    with open_archive(path) as archive:
        return archive.manifest


def _manifest(file: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        if file.getinfo(MANIFEST_NAME).file_size > _MOST_MANIFEST_BYTES:
            raise InputError(f"the manifest of {path} is too large")
        document = parse_strict(file.read(MANIFEST_NAME))
        if not isinstance(document, dict) or document.pop("v", None) != _VERSION:
            raise InputError(f"{path} is a backup of a form that this version does not know", hint="upgrade assay")
        files = {str(name): _entry(value) for name, value in dict(document.pop("files")).items()}
        manifest = Manifest(files=files, **{**document, "size": int(document["size"])})
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise InputError(
            f"{path} has no manifest of a backup: {error}", hint="name a file of assay store backup"
        ) from error
    if not {STORE_NAME, PUBLIC_NAME} <= set(files):
        raise InputError(f"the manifest of {path} is not whole", hint="name a file of assay store backup")
    return manifest


def _entry(value: JsonValue) -> FileEntry:
    if isinstance(value, dict):
        digest, size = value.get("digest"), value.get("size")
        if isinstance(digest, str) and _DIGEST.fullmatch(digest) and isinstance(size, int) and size >= 0:
            return FileEntry(digest, size)
    raise ValueError(f"not a file's digest and size: {value!r}")


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or str(path) != name or "\0" in name:
        raise IntegrityError(f"the backup holds a file named {name!r}, which leads elsewhere")
