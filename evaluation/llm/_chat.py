"""An OpenAI-compatible chat endpoint as a `ChatModel`.

Rules of this place: the cache key is what was asked and of which model, never where it runs, how the body had to be
put, or the secret; what an endpoint turns out not to understand (a schema, log probabilities, a seed) is left out from
then on; a reply is read strictly, and whatever is no reply is a `ModelError` that quotes what came and says what to do.
"""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias
from urllib.parse import urlsplit, urlunsplit

import orjson

from evaluation.llm._chat_failures import failure_of
from evaluation.llm._chat_reply import read_content
from evaluation.llm._client import Courier
from evaluation.llm._endpoint import EndpointOptions
from evaluation.llm._http import HttpCall, HttpReply, Keep
from evaluation.llm._types import ChatReply, ChatRequest, ModelSpec

__all__ = ["OpenAIChat", "chat_key"]

Body: TypeAlias = dict[str, object]

_KEY_DOMAIN = b"chat/v1\0"
_REFUSES_A_FIELD = frozenset({400, 422})
_OPTIONAL = ("response_format", "top_logprobs", "seed", "temperature")  # left out when the refusal names it
_GUESSED = ("response_format", "top_logprobs")  # left out, in this order, when it names nothing
_CHARACTERS_PER_TOKEN = 3  # a cautious guess for tokens_per_minute


class OpenAIChat:
    """Asks one model on one endpoint through the courier; cost is zero for a reply that was already paid for."""

    def __init__(self, options: EndpointOptions, courier: Courier) -> None:
        """Send through `courier`, within the endpoint's limits."""
        self._options = options
        self._courier = courier
        self._limited = False
        self._url = _completions_url(options.base_url)
        self._headers = _headers(options)
        self._secrets = tuple(filter(None, (options.api_key, *options.headers.values())))
        self._left_out: set[str] = set()
        if options.supports_schema is False:
            self._left_out.add("response_format")
        if options.supports_logprobs is False:
            self._left_out.add("top_logprobs")
        self._spec = ModelSpec(
            endpoint=options.name, model=options.model, digest=options.digest, options=options.options
        )

    @property
    def spec(self) -> ModelSpec:
        """Which model answers."""
        return self._spec

    @property
    def supports_schema(self) -> bool:
        """Whether a JSON Schema binds the reply: configured, or true until the endpoint refused one."""
        return "response_format" not in self._left_out

    @property
    def supports_logprobs(self) -> bool:
        """Whether alternatives of tokens come back: configured, or true until the endpoint refused them."""
        return "top_logprobs" not in self._left_out

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Ask once; raise `ModelError` when no reply came, `UnavailableError` when the courier has gone."""
        if not self._limited:
            self._courier.limit(self._options.name, self._options.limits)
            self._courier.price(self._options.name, self._options.price)
            self._limited = True
        fields = _fields(self._options, request)
        key = chat_key(self._options, request)
        left_out = set(self._left_out)
        while True:
            body = _without(fields, left_out)
            reply = await self._courier.send(self._call(key, body, request))
            refused = self._refused_field(reply, body)
            if not refused:
                break
            left_out.add(refused)
        answer = self._read(reply, request)
        self._left_out |= left_out  # only what helped: a 400 may be about something else
        return answer

    def _call(self, key: str, body: Body, request: ChatRequest) -> HttpCall:
        options = self._options
        return HttpCall(
            key=key,
            endpoint=options.name,
            method="POST",
            url=self._url,
            headers=self._headers,
            body=_json(body, ordered=False),  # the order of a schema's fields is the order in which a model writes
            timeout_s=options.timeout_s,
            keep=Keep.CHAT,
            tokens=_estimate(request) if options.tokens_per_minute else 0,
            reply_tokens=request.max_tokens,
        )

    def _refused_field(self, reply: HttpReply, body: Body) -> str:
        """Name the field to leave out and ask again, or "" when the reply stands."""
        if reply.status not in _REFUSES_A_FIELD:
            return ""
        text = reply.body[:4096].decode("utf-8", "replace").lower()
        if "max_completion_tokens" in text and "max_tokens" in body:
            return "max_tokens"
        named = [name for name in _OPTIONAL if name in body and name.removeprefix("top_") in text]
        guessed = [] if named else [name for name in _GUESSED if name in body]
        return next((name for name in (*named, *guessed) if self._is_negotiable(name)), "")

    def _is_negotiable(self, name: str) -> bool:
        said = {"response_format": self._options.supports_schema, "top_logprobs": self._options.supports_logprobs}
        return said.get(name) is None

    def _read(self, reply: HttpReply, request: ChatRequest) -> ChatReply:
        failed = failure_of(reply, self._options, self._secrets)
        if failed is not None:
            raise failed
        content = read_content(reply.body, endpoint=self._options.name, secrets=self._secrets)
        return ChatReply(
            text=content.text,
            finish_reason=content.finish_reason,
            model=content.model or self._options.model,
            prompt_tokens=content.prompt_tokens,
            completion_tokens=content.completion_tokens,
            cost=Decimal(0)
            if reply.cached
            else self._options.price.of(content.prompt_tokens, content.completion_tokens),
            latency_ms=reply.latency_ms,
            cached=reply.cached,
            alternatives=content.alternatives if request.top_logprobs else (),
        )


def _completions_url(base_url: str) -> str:
    parts = urlsplit(base_url)
    path = parts.path.rstrip("/")
    if not path.endswith("/chat/completions"):
        path += "/chat/completions"
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def _headers(options: EndpointOptions) -> tuple[tuple[str, str], ...]:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if options.api_key:
        headers["Authorization"] = f"Bearer {options.api_key}"
    return tuple((headers | dict(options.headers)).items())


def _fields(options: EndpointOptions, request: ChatRequest) -> Body:
    fields: Body = {
        **options.options,
        "model": options.model,
        "messages": [{"role": message.role, "content": message.content} for message in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": float(request.temperature),
        "seed": request.repeat,
    }
    if request.schema is not None:
        fields["response_format"] = {
            "type": "json_schema",
            "json_schema": {
                "name": "reply",
                # Hosted models refuse strictness for a schema that leaves its objects open.
                "strict": request.schema.get("additionalProperties") is False,
                "schema": request.schema,
            },
        }
    if request.top_logprobs:
        fields["top_logprobs"] = request.top_logprobs
    return fields


def _without(fields: Body, left_out: set[str]) -> Body:
    body = {name: value for name, value in fields.items() if name not in left_out}
    if "top_logprobs" in body:
        body["logprobs"] = True
    if "max_tokens" in left_out:  # newer hosted models want the other name
        body["max_completion_tokens"] = fields["max_tokens"]
    return body


def chat_key(options: EndpointOptions, request: ChatRequest) -> str:
    """Return the key of the response cache: the digest of what is asked, and of which model."""
    asked: Mapping[str, object] = {
        "endpoint": options.name,
        "model": options.model,
        "digest": options.digest,
        "options": options.options,
        "schema_bound": options.supports_schema is not False,
        "messages": [[message.role, message.content] for message in request.messages],
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "schema": None if request.schema is None else orjson.dumps(request.schema).decode(),  # with its order
        "top_logprobs": request.top_logprobs,
        "repeat": request.repeat,
    }
    return "sha256:" + hashlib.sha256(_KEY_DOMAIN + _json(asked, ordered=True)).hexdigest()


def _json(value: Mapping[str, object], *, ordered: bool) -> bytes:
    option = orjson.OPT_SORT_KEYS if ordered else None
    try:
        return orjson.dumps(value, option=option)
    except TypeError:  # a lone surrogate in a text: no UTF-8 can carry it
        return orjson.dumps(_carriable(value), option=option)


def _carriable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {str(name): _carriable(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_carriable(item) for item in value]
    return value


def _estimate(request: ChatRequest) -> int:
    return sum(len(message.content) for message in request.messages) // _CHARACTERS_PER_TOKEN + request.max_tokens
