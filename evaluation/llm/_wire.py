"""Frames between the run's process and its courier.

Rules of this place: a frame is two big-endian 32-bit lengths, a JSON header and a raw body; both sides belong to us,
so a frame that does not parse is a defect and ends the connection. Frames of one turn of the event loop leave
together: a send wakes the other process, and that costs more than all else that a frame costs.
"""

import asyncio
import struct
from collections.abc import Callable
from typing import Any, TypeAlias

import orjson

__all__ = ["FrameHandler", "Header", "Wire", "frame"]

# The header's fields are checked where they are used; orjson gives plain JSON values.
Header: TypeAlias = dict[str, Any]
FrameHandler: TypeAlias = Callable[[Header, bytes], None]

_LENGTHS = struct.Struct(">II")


def frame(header: Header, body: bytes = b"") -> bytes:
    """Return the bytes of one frame."""
    head = orjson.dumps(header)
    return b"".join((_LENGTHS.pack(len(head), len(body)), head, body))


class Wire(asyncio.Protocol):
    """One end of the socket pair: cuts the stream into frames and says when the other end has gone."""

    def __init__(self, on_frame: FrameHandler, on_end: Callable[[], None]) -> None:
        """Call `on_frame` for every frame, and `on_end` once when the other end stops sending."""
        self._on_frame = on_frame
        self._on_end = on_end
        self._buffer = bytearray()
        self._outgoing: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._ended = False

    def send(self, data: bytes) -> None:
        """Send whole frames; nothing happens when the other end has gone."""
        if not self._outgoing:
            asyncio.get_running_loop().call_soon(self._flush)
        self._outgoing.append(data)

    def finish(self) -> None:
        """Say that no more calls will come; replies can still arrive."""
        self._flush()
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write_eof()

    def close(self) -> None:
        """Let go of the socket once what was sent has left."""
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 (asyncio's contract for a stream socket)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand over every frame that is whole."""
        buffer = self._buffer
        buffer += data
        start = 0
        while len(buffer) - start >= _LENGTHS.size:
            head_length, body_length = _LENGTHS.unpack_from(buffer, start)
            head = start + _LENGTHS.size
            body = head + head_length
            end = body + body_length
            if len(buffer) < end:
                break
            self._on_frame(orjson.loads(bytes(buffer[head:body])), bytes(buffer[body:end]))
            start = end
        del buffer[:start]

    def eof_received(self) -> bool:
        """Stay open for what is still to be sent."""
        self._end()
        return True

    def connection_lost(self, _reason: Exception | None) -> None:
        """Treat a broken connection like an end."""
        self._end()

    def _flush(self) -> None:
        outgoing, self._outgoing = self._outgoing, []
        if outgoing and self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(outgoing))

    def _end(self) -> None:
        if not self._ended:
            self._ended = True
            self._on_end()
