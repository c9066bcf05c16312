"""Reads the body of a 200 reply of /chat/completions, strictly; reasoning that a model shows apart is left aside."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import orjson

from evaluation.llm._types import ModelError, ModelFailure, TokenAlternative

__all__ = ["ChatContent", "quoted", "read_content"]

_QUOTED = 160  # characters of a foreign text that a message repeats
_THINKING = re.compile(r"\A\s*<think>.*?</think>\s*", re.DOTALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatContent:
    """What the body says."""

    text: str
    finish_reason: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    alternatives: tuple[TokenAlternative, ...]


def read_content(body: bytes, *, endpoint: str, secrets: Sequence[str] = ()) -> ChatContent:
    """Return what the body says; raise `ModelError`: unreadable (HTML, other JSON, no text) or refused."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _unreadable(endpoint, "is not JSON", body, secrets) from error
    choices = _member(document, "choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = _member(choice, "message")
    if not isinstance(message, dict):
        raise _unreadable(endpoint, "has no choices[0].message", body, secrets)
    finish_reason = _text(_member(choice, "finish_reason"))
    text = _spoken(message.get("content"))
    if finish_reason == "content_filter" or (text is None and message.get("refusal")):
        reason = _text(message.get("refusal")) or "its content filter"
        raise ModelError(
            ModelFailure.REFUSED,
            f"the model of {endpoint!r} refused to answer: {quoted(reason.encode(), secrets)}",
            hint="read the question: the endpoint's own filter stands before the model",
        )
    if text is None:
        raise _unreadable(endpoint, "has no text in choices[0].message.content", body, secrets)
    usage = _member(document, "usage")
    return ChatContent(
        text=_THINKING.sub("", text),
        finish_reason=finish_reason,
        model=_text(_member(document, "model")),
        prompt_tokens=_count(_member(usage, "prompt_tokens")),
        completion_tokens=_count(_member(usage, "completion_tokens")),
        alternatives=tuple(_alternatives(_member(choice, "logprobs"))),
    )


def quoted(body: bytes, secrets: Sequence[str] = ()) -> str:
    """Return the first characters of a foreign text as an ASCII literal, secrets blotted out."""
    text = body[: 16 * _QUOTED].decode("utf-8", "replace")
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    text = " ".join(text.split())
    return ascii(text[:_QUOTED]) + ("…" if len(text) > _QUOTED else "")


def _unreadable(endpoint: str, what: str, body: bytes, secrets: Sequence[str]) -> ModelError:
    looks_like_a_page = body.lstrip()[:1] == b"<"
    return ModelError(
        ModelFailure.UNREADABLE,
        f"the reply of {endpoint!r} {what}, got {quoted(body, secrets)}; expected an OpenAI-compatible chat completion",
        hint=f"check judges.{endpoint}.base_url: it often ends in /v1"
        + (" (this looks like a web page)" if looks_like_a_page else ""),
    )


def _member(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _spoken(content: object) -> str | None:
    """Return the text, of a plain string or of a list of parts; None where there is none."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [_member(part, "text") for part in content if _member(part, "type") == "text"]
        return "".join(part for part in parts if isinstance(part, str)) if parts else None
    return None


def _alternatives(logprobs: object) -> Iterator[TokenAlternative]:
    positions = _member(logprobs, "content")
    for position, entry in enumerate(positions if isinstance(positions, list) else ()):
        candidates = _member(entry, "top_logprobs")
        for candidate in candidates if isinstance(candidates, list) else ():
            token, logprob = _member(candidate, "token"), _member(candidate, "logprob")
            if isinstance(token, str) and isinstance(logprob, (int, float)) and not isinstance(logprob, bool):
                yield TokenAlternative(position=position, token=token, logprob=float(logprob))
