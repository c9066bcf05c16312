"""What is asked of a language model and what comes back; one shape for hosted, gateway, local and embedded models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal, Protocol

from assay.kernel import AssayError, JsonValue

__all__ = [
    "ChatModel",
    "ChatReply",
    "ChatRequest",
    "Message",
    "ModelError",
    "ModelFailure",
    "ModelSpec",
    "TokenAlternative",
]


@dataclass(frozen=True, kw_only=True)
class Message:
    """One turn of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, kw_only=True)
class ChatRequest:
    """One call. Everything here, with the model's spec, is the key of the response cache."""

    messages: tuple[Message, ...]
    max_tokens: int
    temperature: str = "0"  # decimal text
    schema: Mapping[str, JsonValue] | None = None  # JSON Schema that the reply must follow, where the endpoint can
    top_logprobs: int = 0  # > 0 asks for that many alternatives of every token
    repeat: int = 0  # draw number, part of the key


@dataclass(frozen=True, kw_only=True)
class TokenAlternative:
    """One candidate of one position of the reply."""

    position: int
    token: str
    logprob: float  # natural logarithm


@dataclass(frozen=True, kw_only=True)
class ChatReply:
    """What the model said and what it cost."""

    text: str
    finish_reason: str  # stop | length | content_filter | …, as reported
    model: str  # as reported by the endpoint
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal
    latency_ms: int
    cached: bool
    alternatives: tuple[TokenAlternative, ...] = ()


class ModelFailure(StrEnum):
    """Why no reply came."""

    TIMED_OUT = "timed_out"
    REFUSED = "refused"  # wrong key, no permission, content filter
    UNAVAILABLE = "unavailable"  # no connection, 5xx or 429 after all retries
    UNREADABLE = "unreadable"  # an answer that is not an OpenAI-compatible reply, HTML for instance


class ModelError(AssayError):
    """A call that gave no reply. Judges turn it into a verdict, commands into a message."""

    def __init__(self, failure: ModelFailure, message: str, *, hint: str = "") -> None:
        """Keep the kind of failure beside the words."""
        super().__init__(message, hint=hint)
        self.failure = failure


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """Which model answers."""

    endpoint: str  # name in assay.yaml, or "embedded"
    model: str  # model id sent to the endpoint
    digest: str = ""  # sha256 of local weights, tagged; "" where only the vendor knows
    options: Mapping[str, JsonValue] = field(default_factory=dict)


class ChatModel(Protocol):
    """A model that can be asked. The only door to language models."""

    @property
    def spec(self) -> ModelSpec:
        """Which model answers."""

    @property
    def supports_schema(self) -> bool:
        """Whether a JSON Schema binds the reply (probed once, or configured)."""

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Ask once; retries, limits and the cache are inside; raise `ModelError` when no reply came."""
