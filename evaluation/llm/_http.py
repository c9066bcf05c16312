"""One HTTP call as a value, and what came back: the words that the run's process and the courier share."""

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["EndpointLimits", "HttpCall", "HttpFailure", "HttpReply", "Keep"]


class Keep(StrEnum):
    """Which 2xx replies are worth keeping; what is not 2xx is never kept."""

    ANY = "any"
    JSON = "json"  # the body parses as JSON
    CHAT = "chat"  # the body parses as an OpenAI-compatible chat completion


class HttpFailure(StrEnum):
    """Why there is no HTTP reply."""

    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"  # refused, unknown host, TLS, broken connection, after all retries
    TOO_LARGE = "too_large"  # the body is longer than 8 MiB
    REDIRECTED = "redirected"  # to another origin, or too often
    INVALID = "invalid"  # the URL or a header cannot be sent
    STORAGE = "storage"  # the reply came and could not be kept; the client raises
    BUDGET = "budget"  # it did not fit into the budget and was not sent; the client raises


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointLimits:
    """How hard an endpoint may be pressed; shared by everything that names it."""

    concurrency: int = 16  # calls in flight at most
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None  # counted by `HttpCall.tokens`, an estimate
    max_retries: int = 6  # after the first attempt; only for lost connections, 408, 429 and 5xx


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpCall:
    """One call. With a key, its reply is kept, and the same key is never sent twice."""

    key: str | None  # digest of everything that shapes the reply; never of a secret or a port
    endpoint: str  # whose limits apply
    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # may hold secrets
    body: bytes = field(default=b"", repr=False)
    timeout_s: float = 60  # of one attempt, from connecting to the last byte; waiting for a slot is not counted
    keep: Keep = Keep.ANY
    tokens: int = 0  # estimate for tokens_per_minute
    reply_tokens: int = 0  # the most that a chat's reply may have


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpReply:
    """What came back: an HTTP reply of whatever status, or a failure with its reason."""

    status: int  # 0 where there is a failure
    content_type: str
    body: bytes
    attempts: int
    latency_ms: int  # of the last attempt
    cached: bool  # paid for before, or by a call with the same key
    failure: HttpFailure | None = None
    detail: str = ""  # words for a failure; no secret in them
