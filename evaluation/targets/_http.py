"""A target behind HTTP: any address, method, headers and request; JSONPath to the answer and the contexts.

A request that holds `{{history}}` or `{{conversation}}` is asked a question of several turns as a conversation, any
other as one text.

Rules of this place: values of headers and of the query may be secrets and are never recorded; a reply that was paid
for in this run is found again when the run is resumed, and is never taken for another run.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from assay.kernel import JsonValue, content_id, digest_json
from evaluation.answers import Answer
from evaluation.llm import Courier, EndpointLimits, HttpCall, Keep
from evaluation.questions import Question
from evaluation.targets._conversation import Said, as_json, converse
from evaluation.targets._protocol import TargetSpec
from evaluation.targets._reading import ReplyPaths, read_reply
from evaluation.targets._sighting import Sighting
from evaluation.targets._template import check_templates, fill, fill_url, holds_conversation

__all__ = ["HttpOptions", "HttpTarget"]


@dataclass(frozen=True, kw_only=True)
class HttpOptions:
    """How to ask an HTTP endpoint. Raises `ConfigurationError` for a template that never sends the question."""

    name: str
    url: str  # may hold {{question}} and {{id}}
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # secrets resolved; only names are recorded
    query: Mapping[str, str] = field(default_factory=dict, repr=False)  # as headers
    request: JsonValue = None  # the JSON body; None sends none
    answer: str = "$.answer"
    contexts: str | None = "$.contexts[*]"
    model: str | None = None
    timeout_s: float = 60.0
    concurrency: int = 8
    max_retries: int = 3
    version: str = ""  # as the user declares it

    def __post_init__(self) -> None:
        """Refuse what could never ask."""
        check_templates(self.name, self.request, self.url, dict(self.query))


class HttpTarget:
    """Asks through the courier."""

    def __init__(self, options: HttpOptions, courier: Courier, *, scope: str) -> None:
        """Keep replies within `scope`, the run's id."""
        self._options = options
        self._courier = courier
        self._scope = scope
        self._paths = ReplyPaths(answer=options.answer, contexts=options.contexts, model=options.model)
        self._endpoint = f"target:{options.name}"
        self._limited = False
        self._converses = holds_conversation(options.request, options.url, dict(options.query))
        self.spec = _spec(options)

    async def ask(self, question: Question, *, repeat: int) -> Answer:
        """Ask once; whatever the endpoint does comes back as an answer."""
        return (await self.look(question, repeat=repeat)).answer

    async def look(self, question: Question, *, repeat: int) -> Sighting:
        """Ask once, turn after turn where the request can say so, and say what was seen at the end."""
        if not self._limited:
            limits = EndpointLimits(concurrency=self._options.concurrency, max_retries=self._options.max_retries)
            self._courier.limit(self._endpoint, limits)
            self._limited = True
        if self._converses:
            return await converse(question, lambda text, said: self._say(replace(question, text=text), repeat, said))
        return await self._say(question, repeat, ())

    async def close(self) -> None:
        """Nothing to let go of: the connections are the courier's."""

    async def _say(self, turn: Question, repeat: int, said: Said) -> Sighting:
        return read_reply(await self._courier.send(self._call(turn, repeat, said)), self._paths)

    def _call(self, turn: Question, repeat: int, said: Said = ()) -> HttpCall:
        options = self._options
        conversation = content_id("conversation", self._scope, turn.id, str(repeat))
        values = {"question": turn.text, "id": turn.id, "repeat": str(repeat), "conversation": conversation}
        filled = fill(options.request, values, as_json(said))
        body = b"" if options.request is None else json.dumps(filled).encode("ascii")
        headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if body else {})
        headers |= options.headers
        asked: list[JsonValue] = [
            self._scope,
            self.spec.name,
            self.spec.version,
            turn.id,
            json.dumps(turn.text),
            repeat,
            *([digest_json(json.dumps(as_json(said)))] if said else []),
        ]
        return HttpCall(
            key=digest_json(["target/1", self._scope, self.spec.name, self.spec.version, *asked]),
            endpoint=self._endpoint,
            method=options.method,
            url=fill_url(options.url, options.query, values),
            headers=tuple(headers.items()),
            body=body,
            timeout_s=options.timeout_s,
            keep=Keep.JSON,
        )


def _without_secrets(url: str) -> str:
    """Leave out what people put keys into: the query and the user before the host."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _spec(options: HttpOptions) -> TargetSpec:
    recorded: dict[str, JsonValue] = {
        "url": _without_secrets(options.url),
        "url_digest": digest_json(options.url),
        "method": options.method,
        "headers": sorted(options.headers),
        "query": sorted(options.query),
        "request_digest": digest_json(json.dumps(options.request, sort_keys=True)),
        "answer": options.answer,
        "contexts": options.contexts,
        "model": options.model,
        "timeout_s": str(options.timeout_s),
    }
    return TargetSpec(
        name=options.name, kind="http", version=options.version or digest_json(recorded), options=recorded
    )
