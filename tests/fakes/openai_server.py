"""A fake OpenAI-compatible judge with a memory, in-process or as a program.

In a test: `async with FakeOpenAI(latency_ms=50) as fake: …; fake.url; fake.calls`. In another process:
`python -m tests.fakes.openai_server --port 0 --latency-ms 50 --log FILE`, which prints its URL as its first line and
appends one JSON line for every call it received, before it answers (the page cache keeps it through any kill).
Without a reply function it answers a schema with its smallest instance, and anything else with fixed words.
"""

import argparse
import asyncio
import hashlib
import json
import os
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import orjson
from aiohttp import web

__all__ = ["Behaviour", "FakeOpenAI", "ReceivedCall", "call_digest", "smallest_instance"]

HANG_S = 3600.0
HTML = "<!DOCTYPE html><html><title>Sign in</title><body>Please sign in</body></html>"
ReplyFunction = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, kw_only=True)
class ReceivedCall:
    """What one call was: the digest of its messages, its draw number, and when it came (seconds, monotonic)."""

    digest: str
    seed: object
    at: float
    body: Mapping[str, Any]
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """How one call is answered; build it with the functions below or by hand."""

    status: int = 200
    text: str | None = None  # what the model says; None asks the reply function
    raw: str | None = None  # the whole body instead of a completion
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0
    close: bool = False  # drop the connection without an answer
    finish: str = "stop"  # why the model ended

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `plain`, `html`, `prose`, `filtered`, `429:<s>`, `<status>`, `hang`, `close` or `slow:<s>`."""
        kind, _, value = text.partition(":")
        if kind == "429":
            return cls(status=429, raw='{"error":{"message":"slow down"}}', headers={"Retry-After": value or "1"})
        if kind.isdigit():
            return cls(status=int(kind), raw=json.dumps({"error": {"message": value or f"status {kind}"}}))
        known = {
            "plain": cls(),
            "html": cls(raw=HTML, content_type="text/html"),
            "prose": cls(text="Well, that is a difficult question, and no; yesterday I would have said yes."),
            "filtered": cls(finish="content_filter"),
            "hang": cls(delay_s=HANG_S),
            "close": cls(close=True),
            "slow": cls(delay_s=float(value or 5)),
        }
        return known[kind]


class FakeOpenAI:
    """Answers /v1/chat/completions; every call it received is in `calls`, in order."""

    def __init__(
        self,
        reply: ReplyFunction | None = None,
        *,
        latency_ms: float = 0,
        behaviour: Behaviour | None = None,
        refused_fields: Sequence[str] = (),
        when: Mapping[str, Behaviour] | None = None,
        log: Path | None = None,
        port: int = 0,
    ) -> None:
        """Answer with `reply(body)`; `behaviour` holds for every call that no `enqueue` and no word of `when` meets."""
        self.calls: list[ReceivedCall] = []
        self.most_at_once = 0
        self._arrived = asyncio.Event()
        self._at_once = 0
        self._reply = reply or _fixed_words
        self._latency_s = latency_ms / 1000
        self._behaviour = behaviour or Behaviour()
        self._script: deque[Behaviour] = deque()
        self._refused_fields = refused_fields
        self._when = dict(when or {})
        self._log = None if log is None else os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self._port = port
        self._runner: web.AppRunner | None = None

    def enqueue(self, *behaviours: Behaviour) -> None:
        """Answer the next calls like this, one each."""
        self._script.extend(behaviours)

    async def received(self, count: int) -> None:
        """Wait until so many calls have come."""
        while len(self.calls) < count:
            self._arrived.clear()
            await self._arrived.wait()

    @property
    def url(self) -> str:
        """Base URL, with /v1."""
        return f"http://127.0.0.1:{self._port}/v1"

    async def __aenter__(self) -> Self:
        """Listen on a free loopback port."""
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, backlog=1024)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._log is not None:
            os.close(self._log)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        body = orjson.loads(raw) if raw else {}
        self._remember(request, body)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            behaviour = self._script.popleft() if self._script else self._behaviour_for(body)
            if delay := behaviour.delay_s or self._latency_s:
                await asyncio.sleep(delay)
            return self._response(request, body, behaviour)
        finally:
            self._at_once -= 1

    def _remember(self, request: web.Request, body: Mapping[str, Any]) -> None:
        digest = call_digest(body.get("messages", []))
        now = asyncio.get_running_loop().time()
        self.calls.append(
            ReceivedCall(digest=digest, seed=body.get("seed"), at=now, body=body, headers=dict(request.headers))
        )
        self._arrived.set()
        if self._log is not None:
            line = {"digest": digest, "seed": body.get("seed"), "model": body.get("model"), "path": request.path}
            os.write(self._log, orjson.dumps(line) + b"\n")

    def _behaviour_for(self, body: Mapping[str, Any]) -> Behaviour:
        words = " ".join(str(message.get("content")) for message in body.get("messages", []))
        return next((behaviour for word, behaviour in self._when.items() if word in words), self._behaviour)

    def _response(self, request: web.Request, body: Mapping[str, Any], behaviour: Behaviour) -> web.StreamResponse:
        if behaviour.close:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        refused = [name for name in self._refused_fields if name in body]
        if refused:
            return web.json_response({"error": {"message": f"unknown field {refused[0]}"}}, status=400)
        if behaviour.raw is not None:
            return web.Response(
                status=behaviour.status,
                text=behaviour.raw,
                content_type=behaviour.content_type,
                headers=behaviour.headers,
            )
        text = behaviour.text if behaviour.text is not None else self._reply(body)
        return web.Response(
            status=behaviour.status,
            body=orjson.dumps(_completion(body, text, behaviour.finish)),
            content_type="application/json",
            headers=behaviour.headers,
        )


def call_digest(messages: object) -> str:
    """Return the digest by which two calls with the same messages are told."""
    return hashlib.sha256(orjson.dumps(messages, option=orjson.OPT_SORT_KEYS)).hexdigest()


def smallest_instance(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 (any JSON value)
    """Return a value that follows the JSON Schema: first choices, smallest numbers, shortest texts."""
    for name in ("const", "default"):
        if name in schema:
            return schema[name]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "object":
        return {name: smallest_instance(part) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [smallest_instance(schema.get("items", {}))] * int(schema.get("minItems", 0))
    simple = {"integer": schema.get("minimum", 0), "number": schema.get("minimum", 0), "boolean": True, "null": None}
    return simple.get(kind, "" if not schema.get("minLength") else "x" * int(schema["minLength"]))


def _fixed_words(body: Mapping[str, Any]) -> str:
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    return json.dumps(smallest_instance(schema)) if schema else "supported"


def _completion(body: Mapping[str, Any], text: str, finish: str) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}
    if body.get("logprobs"):
        top = [{"token": text[:1] or " ", "logprob": -0.25}, {"token": "?", "logprob": -1.5}]
        choice["logprobs"] = {"content": [{"token": top[0]["token"], "logprob": -0.25, "top_logprobs": top}]}
    return {
        "id": "fake",
        "object": "chat.completion",
        "model": body.get("model", ""),
        "choices": [choice],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }


async def _serve(options: argparse.Namespace) -> None:
    fake = FakeOpenAI(
        None if options.reply is None else lambda _body: str(options.reply),
        latency_ms=options.latency_ms,
        behaviour=Behaviour.parse(options.behaviour),
        when={word: Behaviour.parse(kind) for word, _, kind in (one.partition("=") for one in options.when)},
        log=options.log,
        port=options.port,
    )
    async with fake:
        sys.stdout.write(fake.url + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.openai_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--log", type=Path, default=None)
    parser.add_argument("--behaviour", default="plain")
    parser.add_argument("--when", action="append", default=[], help="WORD=BEHAVIOUR for prompts that hold the word")
    parser.add_argument("--reply", default=None, help="what the model always says")
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    main()
