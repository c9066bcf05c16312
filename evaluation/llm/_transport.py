"""One attempt of one call over aiohttp.

Rules of this place: proxies of the environment are not used; cookies are not kept; a redirect is followed only within
the same origin; a body has a limit; what can go wrong on the way is a value with words in it, and no secret.
"""

import asyncio
import time
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import aiohttp

from evaluation.llm._http import HttpCall, HttpFailure

__all__ = ["MAX_BODY", "Attempt", "attempt", "open_session", "retry_after_seconds"]

MAX_BODY = 8 * 1024 * 1024  # bytes
_MAX_HOPS = 3
_CONNECT_S = 10.0
_KEEPS_METHOD = frozenset({307, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """What one attempt gave."""

    status: int = 0
    content_type: str = ""
    body: bytes = b""
    latency_ms: int = 0
    retry_after: str = ""
    failure: HttpFailure | None = None
    detail: str = ""
    unsent: bool = False  # no connection came about: nobody can have charged for it


def open_session() -> aiohttp.ClientSession:
    """Return the one session of the courier; its limits are the limiters', not the connector's."""
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=30)
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        headers={"User-Agent": "assay"},
    )


async def attempt(session: aiohttp.ClientSession, call: HttpCall) -> Attempt:
    """Send the call once and read its reply; never raises for what the network or the endpoint does."""
    started = time.monotonic()
    try:
        return await _follow(session, call, started)
    except aiohttp.ConnectionTimeoutError:
        found = Attempt(failure=HttpFailure.UNREACHABLE, detail=f"no connection within {_CONNECT_S:g} s", unsent=True)
    except TimeoutError:
        found = Attempt(failure=HttpFailure.TIMED_OUT, detail=f"no complete reply within {call.timeout_s:g} s")
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, ValueError) as error:
        words = f"the call cannot be sent: {type(error).__name__}"
        found = Attempt(failure=HttpFailure.INVALID, detail=words, unsent=True)
    except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
        unsent = isinstance(error, aiohttp.ClientConnectorError)
        found = Attempt(failure=HttpFailure.UNREACHABLE, detail=_words(error), unsent=unsent)
    return replace(found, latency_ms=_since(started))


def retry_after_seconds(text: str, now: float) -> float:
    """Read a Retry-After header, seconds or an HTTP date (RFC 9110 §10.2.3); 0 where it says nothing usable."""
    if not text:
        return 0.0
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except ValueError:
        return 0.0


async def _follow(session: aiohttp.ClientSession, call: HttpCall, started: float) -> Attempt:
    url, method = call.url, call.method
    timeout = _timeout(call.timeout_s)
    for _ in range(_MAX_HOPS + 1):
        async with session.request(
            method, url, headers=call.headers, data=call.body or None, timeout=timeout, allow_redirects=False
        ) as response:
            if response.status not in _REDIRECTS or "Location" not in response.headers:
                return await _read(response, started)
            target = urljoin(url, response.headers["Location"])
            same_method = response.status in _KEEPS_METHOD or method in {"GET", "HEAD"}
        if _origin(target) != _origin(url) or not same_method:
            return Attempt(
                failure=HttpFailure.REDIRECTED, detail=f"it redirects to {_origin(target)}, which is not followed"
            )
        url = target
    return Attempt(failure=HttpFailure.REDIRECTED, detail=f"more than {_MAX_HOPS} redirects")


async def _read(response: aiohttp.ClientResponse, started: float) -> Attempt:
    chunks, size = [], 0
    async for chunk in response.content.iter_any():
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_BODY:
            response.close()
            return Attempt(failure=HttpFailure.TOO_LARGE, detail=f"the reply is longer than {MAX_BODY >> 20} MiB")
    return Attempt(
        status=response.status,
        content_type=response.headers.get("Content-Type", ""),
        body=b"".join(chunks),
        latency_ms=_since(started),
        retry_after=response.headers.get("Retry-After", ""),
    )


@lru_cache(maxsize=64)
def _timeout(total_s: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=total_s, sock_connect=_CONNECT_S)


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _words(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"{error.os_error.strerror or 'no connection'} ({error.host}:{error.port})"
    if isinstance(error, aiohttp.ClientResponseError):  # its own words end with the address and its query
        return f"{type(error).__name__}: {error.status}, {error.message}"[:200]
    return f"{type(error).__name__}: {error}"[:200]
