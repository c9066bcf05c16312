"""How an OpenAI-compatible endpoint is reached, what it can do and what it costs. Secrets arrive here resolved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlsplit

from assay.kernel import ConfigurationError, JsonValue
from evaluation.llm._budget import Price
from evaluation.llm._http import EndpointLimits

__all__ = ["EndpointOptions"]


@dataclass(frozen=True, kw_only=True)
class EndpointOptions:
    """One endpoint and one model on it. Raises `ConfigurationError` for a URL or a header that cannot be sent."""

    name: str  # its name in assay.yaml, or "embedded"
    base_url: str  # up to and without /chat/completions
    model: str  # model id sent to the endpoint
    api_key: str = field(default="", repr=False)  # the secret itself; "" sends no Authorization header
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # may hold secrets
    concurrency: int = 16
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    timeout_s: float = 60  # of one attempt
    max_retries: int = 6
    price_prompt: Decimal = Decimal(0)  # per million tokens
    price_completion: Decimal = Decimal(0)  # per million tokens
    supports_schema: bool | None = None  # None: found out by the first refusal
    supports_logprobs: bool | None = None  # None: found out by the first refusal
    digest: str = ""  # sha256 of local weights, tagged
    options: Mapping[str, JsonValue] = field(default_factory=dict)  # extra fields of the request body

    def __post_init__(self) -> None:
        """Refuse what would fail at the first call."""
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise ConfigurationError(
                f"the endpoint {self.name!r} has the base_url {_without_user(self.base_url)!r}; "
                "expected http(s)://host[:port][/path] without a user name",
                hint=f"correct judges.{self.name}.base_url in assay.yaml",
            )
        for name, value in (("api_key", self.api_key), *self.headers.items()):
            if any(ord(mark) < 32 or ord(mark) == 127 for mark in name + value):  # noqa: PLR2004 (control characters)
                raise ConfigurationError(
                    f"the secret or header {name!r} of endpoint {self.name!r} holds a control character",
                    hint="look for a line feed at the end of the file or variable that it comes from",
                )

    @property
    def price(self) -> Price:
        """What it asks for tokens."""
        return Price(prompt=self.price_prompt, completion=self.price_completion)

    @property
    def limits(self) -> EndpointLimits:
        """How hard the courier may press it."""
        return EndpointLimits(
            concurrency=self.concurrency,
            requests_per_minute=self.requests_per_minute,
            tokens_per_minute=self.tokens_per_minute,
            max_retries=self.max_retries,
        )


def _without_user(url: str) -> str:
    return "…@" + url.rpartition("@")[2] if "@" in url else url
