"""A run log as one stream: a tar, plain or gzipped, with the files of the contract and nothing else.

Rules of this place: names in the archive are compared, never used as paths; only regular files count; what comes out is
counted as it comes, so that a small archive cannot fill the disk or the memory; anything unexpected refuses it whole.
"""

import os
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, ClassVar, Final

from assay.kernel import InputError, UnavailableError

__all__ = ["MUST", "NAMES", "TooLargeError", "sync_folder", "unpack_run"]

MUST: Final = ("run.json", "verdicts.jsonl")
NAMES: Final = (*MUST, "payloads.jsonl", "order.json", "sources.json")
_BLOCK: Final = tarfile.BLOCKSIZE
_CHUNK: Final = 1 << 16
_GZIP: Final = b"\x1f\x8b"
_MOST_MEMBERS: Final = 64  # headers about headers included
_LARGEST_NOTE: Final = 1 << 16  # bytes of a header that goes on
_NOTES: Final = (tarfile.XHDTYPE, tarfile.XGLTYPE)
_HOW: Final = "tar -C .assay/runs/RUN -cz run.json verdicts.jsonl payloads.jsonl"


class TooLargeError(InputError):
    """What was sent is, or becomes, larger than the server takes."""

    status: ClassVar[int] = 413


def unpack_run(archive: BinaryIO, folder: Path, *, most: int) -> None:
    """Write the files of a run log into a folder, durably; `most` bytes may come out of the archive.

    Raise `InputError` for what is no such archive, `TooLargeError`, `UnavailableError` where the disk refuses.
    """
    stream = _Stream(_expanded(archive), most)
    found: set[str] = set()
    for _ in range(_MOST_MEMBERS):
        header = stream.read(_BLOCK)
        if not header or not header.strip(b"\0"):
            break
        _take(stream, _parsed(header), folder, found)
    else:
        raise InputError(f"the archive holds more than a run log: {', '.join(NAMES)}", hint=_HOW)
    if missing := [name for name in MUST if name not in found]:
        raise InputError(f"the archive holds no {' and no '.join(missing)}", hint=_HOW)
    sync_folder(folder)


def _take(stream: "_Stream", member: tarfile.TarInfo, folder: Path, found: set[str]) -> None:
    if member.type in _NOTES and member.size <= _LARGEST_NOTE:
        stream.skip(_padded(member.size))  # times and owners, which are of no use here
        return
    name = member.name.removeprefix("./")
    if member.isdir() and name in {"", "."}:
        return
    if name not in NAMES or not member.isreg() or name in found:
        raise InputError(
            f"the archive holds {member.name[:100]!r}, expected {', '.join(NAMES)}, each once, as plain files",
            hint=_HOW,
        )
    found.add(name)
    stream.check(member.size)
    try:
        descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            for chunk in stream.pieces(member.size):
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        raise UnavailableError(f"the server cannot keep the run log: {error.strerror}") from error
    stream.skip(_padded(member.size) - member.size)


def _parsed(header: bytes) -> tarfile.TarInfo:
    try:
        return tarfile.TarInfo.frombuf(header, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError) as error:
        raise InputError("the body is no tar archive, plain or gzipped", hint=_HOW) from error


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _expanded(archive: BinaryIO) -> Iterator[bytes]:
    first = archive.read(_CHUNK)
    if not first.startswith(_GZIP):
        while first:
            yield first
            first = archive.read(_CHUNK)
        return
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        while first and not unzip.eof:
            yield unzip.decompress(first, _CHUNK)
            first = unzip.unconsumed_tail or archive.read(_CHUNK)
    except zlib.error as error:
        raise InputError("the body is no gzip file", hint=_HOW) from error
    if not unzip.eof:
        raise InputError("the gzip file is cut off", hint="send it again")


class _Stream:
    """Bytes that are read exactly, and counted."""

    def __init__(self, chunks: Iterator[bytes], most: int) -> None:
        self._chunks = chunks
        self._left = most
        self._most = most
        self._held = b""

    def check(self, size: int) -> None:
        """Raise where so many bytes more would be too many."""
        if size > self._left + len(self._held):
            raise TooLargeError(
                f"the run log is larger than {self._most} bytes", hint="split the questions over several runs"
            )

    def read(self, size: int) -> bytes:
        """Return so many bytes, or none at the end."""
        return b"".join(self.pieces(size, may_end=True))

    def skip(self, size: int) -> None:
        """Pass over so many bytes."""
        for _ in self.pieces(size):
            pass

    def pieces(self, size: int, *, may_end: bool = False) -> Iterator[bytes]:
        """Yield so many bytes, piece by piece; raise `InputError` where they end before."""
        begun = size
        while size:
            if not self._held and not self._more():
                if may_end and size == begun:
                    return
                raise InputError("the archive is cut off", hint="send it again")
            piece, self._held = self._held[:size], self._held[size:]
            size -= len(piece)
            yield piece

    def _more(self) -> bool:
        for chunk in self._chunks:
            self._left -= len(chunk)
            if self._left < 0:
                self.check(1)
            if chunk:
                self._held = chunk
                return True
        return False


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
