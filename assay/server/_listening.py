"""Listening: one process, threads for what blocks, an end that lets requests finish.

Rules of this place: a connection that says nothing, or half a request, is closed after a while; the listener names no
version of itself; as many requests work at once as the store has connections for.
"""

import asyncio
import signal
import socket
from typing import Final

import uvicorn
from anyio.to_thread import current_default_thread_limiter
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from assay.app.server import Exposure
from assay.kernel import UnavailableError
from assay.server._logs import LOGGER

__all__ = ["bind", "listen"]

_AT_ONCE: Final = 12  # blocking calls; a store's pool has 15 connections
_MOST_CONNECTIONS: Final = 512
_LARGEST_HEAD: Final = 32 << 10  # bytes of the request line and the headers
_FINISH_S: Final = 30
_KEEP_ALIVE_S: Final = 20
_HEAD_WITHIN_S: Final = 15


def bind(exposure: Exposure) -> socket.socket:
    """Take the address; raise `UnavailableError` where it cannot be had."""
    family = socket.AF_INET6 if ":" in exposure.host else socket.AF_INET
    taken = socket.socket(family)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((exposure.host, exposure.port))
        taken.listen(_MOST_CONNECTIONS)
    except OSError as error:
        taken.close()
        raise UnavailableError(
            f"cannot listen on {exposure.host} port {exposure.port}: {error.strerror}", hint="--port NUMBER"
        ) from error
    return taken


def listen(app: ASGIApp, taken: socket.socket, exposure: Exposure) -> None:
    """Answer requests until the process is told to end; those that were begun are finished."""
    config = uvicorn.Config(
        _Bounded(app),
        http=_PatientProtocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=_LARGEST_HEAD,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_FINISH_S,
        ssl_certfile=exposure.certificate,
        ssl_keyfile=exposure.key,
    )
    for number in (signal.SIGTERM, signal.SIGINT):  # what the listener hands back when it is done
        signal.signal(number, lambda *_: None)
    LOGGER.info("listening", extra={"host": exposure.host, "port": taken.getsockname()[1]})
    uvicorn.Server(config).run(sockets=[taken])
    LOGGER.info("ended")


class _Bounded:
    """Lets so many blocking calls work at once; the rest wait for their turn."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._is_set = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._is_set:
            current_default_thread_limiter().total_tokens = _AT_ONCE
            self._is_set = True
        await self._app(scope, receive, send)


class _PatientProtocol(H11Protocol):
    """HTTP/1.1 with an end to waiting for a request's head, and for a body that nobody reads any more."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base class
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        """Give the client so long, from now on or from when it began to be late, while nothing of its is in work."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and not cycle.response_complete:
            self._stop_waiting()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(_HEAD_WITHIN_S, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            self.transport.close()
