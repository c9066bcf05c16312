"""What every request passes before a route sees it: id, rates, who asks, size and patience; and what every answer gets.

Rules of this place: nothing of a request is believed but its form; nobody gets further without a good token, whatever
they ask for; what is too much is refused while it comes; whatever happens inside, one line is logged and one answer is
given.
"""

import asyncio
import hashlib
import re
import secrets
import time
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assay.app.server import ServedRecord
from assay.kernel import AssayError, ForbiddenError
from assay.server._limits import RateLimit
from assay.server._logs import LOGGER, defect_fields
from assay.server._problems import RefusedError, problem

__all__ = ["Gatekeeper"]

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_LARGEST_BODY: Final = 1 << 16  # bytes; of a pushed run log the settings' limit holds
_SLOWEST: Final = 4096  # bytes a second, once the patience is over
_FEW_DIGITS: Final = 6  # of the length of a body that is not worth a new connection
_PRIVATE: Final = "/v1/"
_PUSH: Final = ("POST", "/v1/runs")
_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"})
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_NO_TOKEN: Final = "a valid token is needed"  # noqa: S105  words, not a secret
_HOW: Final = "Authorization: Bearer assay_…; an admin issues one: assay tokens issue PERSON --scope run:ingest"


class Gatekeeper:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, served: ServedRecord, *, behind_proxy: bool, is_tls: bool) -> None:
        """Take what is inside, and what stands before us."""
        self._app = app
        self._served = served
        self._behind_proxy = behind_proxy
        self._headers = {**_HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if is_tls else {})}
        self._by_address = RateLimit(served.settings.requests_per_minute_from_address)
        self._by_token = RateLimit(served.settings.requests_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        visit = _Visit(scope, receive, send, self._headers)
        try:
            await self._admit(visit)
            await self._app(scope, visit.receive, visit.send)
        except RefusedError as refused:
            await visit.answer(refused)
        except Exception as error:  # noqa: BLE001  the outermost border: a defect is an answer and a line
            LOGGER.error("defect", extra={"request_id": visit.request_id, **defect_fields(error)})
            await visit.answer(RefusedError(500, "this is a defect of the server", "tell its keeper the request id"))
        finally:
            visit.log()

    async def _admit(self, visit: "_Visit") -> None:
        self._count(self._by_address, self._address(visit))
        visit.set_limit(self._largest(visit.scope), self._served.settings.patience_s)
        if not visit.scope["path"].startswith(_PRIVATE):
            return
        kind, _, secret = visit.headers.get("authorization", "").partition(" ")
        secret = secret.strip() if kind.lower() == "bearer" else ""
        if not secret:
            raise RefusedError(401, _NO_TOKEN, _HOW, {"WWW-Authenticate": "Bearer"})
        self._count(self._by_token, hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest())
        try:
            actor = await run_in_threadpool(self._served.access.actor_of, secret, visit.request_id)
        except ForbiddenError as error:
            raise RefusedError(401, _NO_TOKEN, _HOW, {"WWW-Authenticate": "Bearer"}) from error
        except AssayError as error:
            visit.scope["state"]["error"] = type(error).__name__
            raise RefusedError(503, "the server cannot do this now", headers={"Retry-After": "5"}) from error
        visit.scope["state"]["actor"] = actor

    def _largest(self, scope: Scope) -> int:
        is_push = (scope["method"], scope["path"]) == _PUSH
        return self._served.settings.upload_mib << 20 if is_push else _LARGEST_BODY

    @staticmethod
    def _count(limit: RateLimit, key: str) -> None:
        if wait := limit.wait_s(key):
            raise RefusedError(429, "too many requests", "ask again later", {"Retry-After": str(wait)})

    def _address(self, visit: "_Visit") -> str:
        """Return the caller's address; behind a proxy what that one saw, which is the last entry, as it wrote it."""
        client = visit.scope.get("client")
        address = client[0] if client else ""
        if self._behind_proxy:
            address = ",".join([address, *visit.headers.getlist("x-forwarded-for")]).rpartition(",")[2].strip()
        return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()


class _Visit:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, added: dict[str, str]) -> None:
        self.scope = scope
        self.headers = Headers(scope=scope)
        given = self.headers.get("x-request-id", "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else f"req-{secrets.token_hex(12)}"
        scope.setdefault("state", {})["request_id"] = self.request_id
        self._receive, self._send = receive, send
        self._added = added
        self._most, self._patience_s = 0, 0.0
        self._bytes = 0
        self._status = 0
        self._begun = time.monotonic()

    def set_limit(self, most: int, patience_s: float) -> None:
        """Say how many bytes may come, and how long to wait for the next ones; refuse what says it is larger."""
        self._most, self._patience_s = most, patience_s
        length = self.headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            raise RefusedError(400, "the length of the body is no number")
        if len(length) > len(str(most)) + 1 or int(length) > most:
            raise self._too_large()

    async def receive(self) -> Message:
        """Hand on the next part of the body."""
        if self._status:  # answered: what is waited for now is the caller's leaving
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._patience_s)
        except TimeoutError as error:
            raise self._too_slow() from error
        self._bytes += len(message.get("body", b""))
        if self._bytes > self._most:
            raise self._too_large()
        if time.monotonic() - self._begun > self._patience_s + self._bytes / _SLOWEST:
            raise self._too_slow()
        return message

    async def send(self, message: Message) -> None:
        """Hand on the answer with what every answer has."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self.request_id
            for name, value in self._added.items():
                headers.setdefault(name, value)
        await self._send(message)

    async def answer(self, refused: RefusedError) -> None:
        """Give an answer of our own, where none was begun."""
        if self._status:
            return
        headers = {**(refused.headers or {}), **({} if self._is_small else {"Connection": "close"})}
        response = problem(self.request_id, refused.status_code, refused.detail, hint=refused.hint, headers=headers)
        await response(self.scope, self._receive, self.send)

    def log(self) -> None:
        """Write the one line."""
        state, route = self.scope["state"], self.scope.get("route")
        fields = {
            "request_id": self.request_id,
            "method": self.scope["method"] if self.scope["method"] in _METHODS else "other",
            "route": getattr(route, "path", "none"),
            "status": self._status,
            "duration_ms": round((time.monotonic() - self._begun) * 1000),
            "bytes_in": self._bytes,
        }
        fields |= {"actor": state["actor"].id} if "actor" in state else {}
        fields |= {"error": state["error"]} if "error" in state else {}
        LOGGER.info("request", extra=fields)

    @property
    def _is_small(self) -> bool:
        """Whether what is still to come is soon read and thrown away."""
        length = self.headers.get("content-length", "0")
        is_told = "transfer-encoding" not in self.headers and length.isascii() and length.isdigit()
        return is_told and len(length) <= _FEW_DIGITS

    def _too_large(self) -> RefusedError:
        return RefusedError(413, f"the body is larger than {self._most} bytes", headers={"Connection": "close"})

    def _too_slow(self) -> RefusedError:
        return RefusedError(408, "the request came too slowly", headers={"Connection": "close"})
