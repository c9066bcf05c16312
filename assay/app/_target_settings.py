"""The application under test, and endpoints, as `assay.yaml` describes them.

Rules of this place: a secret is a reference (`env:NAME` or `file:PATH`); one that is written into the file is refused
and not repeated in the message.
"""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from assay.app._secrecy import address_holds_secret, looks_secret
from assay.app._strict import Strict

__all__ = [
    "CallableTargetSettings",
    "CommandTargetSettings",
    "EndpointSettings",
    "HttpTargetSettings",
    "OpenAITargetSettings",
    "SecretValue",
    "TargetSettings",
]

_SECRET_REFERENCE = re.compile(r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$")


class SecretValue(Strict):
    """A header or variable whose value is a secret: `{secret: env:APP_TOKEN, prefix: "Bearer "}`."""

    secret: str
    prefix: str = ""

    @field_validator("secret")
    @classmethod
    def _is_reference(cls, value: str) -> str:
        return _secret_reference(value)


class EndpointSettings(Strict):
    """An OpenAI-compatible endpoint: where it is, which model, what it costs and how hard it may be pressed."""

    base_url: str
    model: str
    api_key: str = ""
    headers: dict[str, str | SecretValue] = Field(default_factory=dict)
    concurrency: int = Field(default=16, ge=1, le=1024)
    requests_per_minute: int | None = Field(default=None, ge=1)
    tokens_per_minute: int | None = Field(default=None, ge=1)
    timeout_s: float = Field(default=60, gt=0)
    max_retries: int = Field(default=6, ge=0)
    price_prompt: Decimal = Field(default=Decimal(0), ge=0)  # per million tokens
    price_completion: Decimal = Field(default=Decimal(0), ge=0)  # per million tokens
    supports_schema: bool | None = None
    supports_logprobs: bool | None = None

    @field_validator("api_key")
    @classmethod
    def _key_is_reference(cls, value: str) -> str:
        return _secret_reference(value) if value else value

    @field_validator("headers")
    @classmethod
    def _no_secret_in_headers(cls, value: dict[str, str | SecretValue]) -> dict[str, str | SecretValue]:
        return _without_secrets(value, "header")

    @field_validator("base_url")
    @classmethod
    def _no_secret_in_address(cls, value: str) -> str:
        return _without_secret(value, "write it as `api_key: env:NAME` or under `headers:`")


class HttpTargetSettings(Strict):
    """Any HTTP endpoint: a request template, and JSONPaths to the answer and the contexts."""

    kind: Literal["http"]
    url: str
    method: Literal["GET", "POST", "PUT"] = "POST"
    headers: dict[str, str | SecretValue] = Field(default_factory=dict)
    query: dict[str, str | SecretValue] = Field(default_factory=dict)
    request: Any = Field(default_factory=lambda: {"question": "{{question}}"})
    answer: str = "$.answer"
    contexts: str | None = "$.contexts[*]"
    model: str | None = None
    timeout_s: float = Field(default=60, gt=0)
    concurrency: int = Field(default=8, ge=1, le=1024)
    max_retries: int = Field(default=3, ge=0)
    version: str = ""
    canary: str = ""  # a text that stands in its instructions and nowhere else; for `--suite leak`
    prompt_file: str = ""  # where its instructions stand, under the workspace; for `--suite leak`

    @field_validator("headers")
    @classmethod
    def _no_secret_in_headers(cls, value: dict[str, str | SecretValue]) -> dict[str, str | SecretValue]:
        return _without_secrets(value, "header")

    @field_validator("query")
    @classmethod
    def _no_secret_in_query(cls, value: dict[str, str | SecretValue]) -> dict[str, str | SecretValue]:
        return _without_secrets(value, "parameter")

    @field_validator("url")
    @classmethod
    def _no_secret_in_address(cls, value: str) -> str:
        return _without_secret(value, "write it under `query:` or `headers:` as {secret: env:NAME}")


class OpenAITargetSettings(EndpointSettings):
    """A chat endpoint as the application under test; it shows no contexts."""

    kind: Literal["openai"]
    system: str = ""
    max_tokens: int = Field(default=512, ge=1)
    temperature: Decimal = Field(default=Decimal(0), ge=0, le=2)
    version: str = ""
    canary: str = ""  # as for an HTTP target
    prompt_file: str = ""  # where `system` is empty


class _Process(Strict):
    folder: str = "."
    environment: dict[str, str | SecretValue] = Field(default_factory=dict)
    timeout_s: float = Field(default=120, gt=0)
    start_timeout_s: float = Field(default=120, gt=0)
    concurrency: int = Field(default=1, ge=1, le=64)
    history: bool = False  # it reads what was said before; without it, several turns are asked as one text
    version: str = ""
    canary: str = ""  # as for an HTTP target
    prompt_file: str = ""  # as for an HTTP target

    @field_validator("environment")
    @classmethod
    def _no_secret_in_environment(cls, value: dict[str, str | SecretValue]) -> dict[str, str | SecretValue]:
        return _without_secrets(value, "variable")


class CommandTargetSettings(_Process):
    """A program of the user's in its own process, JSON lines on stdin and stdout."""

    kind: Literal["command"]
    command: list[str] = Field(min_length=1)


class CallableTargetSettings(_Process):
    """A Python function `module:function` of the user's, run in a process of its own."""

    kind: Literal["callable"]
    callable: str = Field(pattern=r"^[\w.]+:[\w.]+$")
    python: str = ""


TargetSettings = Annotated[
    HttpTargetSettings | OpenAITargetSettings | CommandTargetSettings | CallableTargetSettings,
    Field(discriminator="kind"),
]


def _secret_reference(value: str) -> str:
    if not _SECRET_REFERENCE.match(value):
        raise ValueError("expected a reference such as env:NAME or file:PATH, never the secret itself")
    return value


def _without_secrets(values: dict[str, str | SecretValue], what: str) -> dict[str, str | SecretValue]:
    for name, value in values.items():
        if isinstance(value, str) and looks_secret(name, value):
            raise ValueError(f"{what} {name!r} looks like a secret: write {{secret: env:NAME}} instead of its value")
    return values


def _without_secret(address: str, way: str) -> str:
    if address_holds_secret(address):
        raise ValueError(f"the address holds a secret: {way}")
    return address
