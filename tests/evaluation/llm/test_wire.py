"""The wire between a run and its courier: frames of one turn leave together, and what was sent precedes the end."""

import asyncio

from evaluation.llm._wire import Header, Wire, frame


class _RememberingTransport(asyncio.Transport):
    """Keeps what was written, one entry for each write, and the end as an entry of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []

    def is_closing(self) -> bool:
        return False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.writes.append(bytes(data))

    def write_eof(self) -> None:
        self.writes.append(b"end")


def test_frames_of_one_turn_leave_together_before_the_end() -> None:
    """Ten frames are one write, and so one wake of the other process; a frame sent just before the end precedes it."""
    frames = [({"call": number}, b"x" * number) for number in range(11)]
    received: list[tuple[Header, bytes]] = []
    transport = _RememberingTransport()

    asyncio.run(_send(transport, [frame(header, body) for header, body in frames]))

    together, last, end = transport.writes
    reader = Wire(lambda header, body: received.append((header, body)), lambda: None)
    reader.data_received(together)
    assert received == frames[:10]
    reader.data_received(last)
    assert (received, end) == (frames, b"end")


async def _send(transport: asyncio.Transport, frames: list[bytes]) -> None:
    wire = Wire(lambda _header, _body: None, lambda: None)
    wire.connection_made(transport)
    for data in frames[:10]:
        wire.send(data)
    await asyncio.sleep(0)
    wire.send(frames[10])
    wire.finish()
