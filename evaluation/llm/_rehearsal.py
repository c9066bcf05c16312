"""A model that is rehearsed with: it sends nothing, counts what would be sent, and replies like a model could.

Rules of this place: what is kept in the response cache is replied as it is kept and costs nothing. Everything else is
replied by a stance: the first, middle or last choice of the schema, yes or no; which of them costs more depends on the
judge, so all are rehearsed. How many characters make a token is learnt from kept replies, and assumed without them.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Final

from assay.kernel import JsonValue
from evaluation.llm._cache import KeptReply, find_kept
from evaluation.llm._chat import chat_key
from evaluation.llm._chat_reply import read_content
from evaluation.llm._endpoint import EndpointOptions
from evaluation.llm._types import ChatReply, ChatRequest, ModelSpec, TokenAlternative

__all__ = ["Characters", "KeptReplies", "RehearsalChat", "Stance", "Tally"]

_SURE: Final = -0.05  # natural logarithm of the probability of the word that a stance says
_UNSURE: Final = -3.0


class Stance(StrEnum):
    """How a rehearsed model replies."""

    FIRST = "first"  # the first choice, the least number, yes
    MIDDLE = "middle"
    LAST = "last"


@dataclass(frozen=True, kw_only=True, slots=True)
class Characters:
    """How long texts are, in code points; tokenizers make more tokens of what is not ASCII."""

    ascii: int = 0
    other: int = 0

    def __add__(self, more: "Characters") -> "Characters":
        """Add field by field."""
        return Characters(ascii=self.ascii + more.ascii, other=self.other + more.other)

    @classmethod
    def of(cls, text: str) -> "Characters":
        """Count the code points of a text."""
        plain = sum(mark.isascii() for mark in text)
        return cls(ascii=plain, other=len(text) - plain)


@dataclass(kw_only=True, slots=True)
class Tally:
    """What was asked in a rehearsal."""

    calls: int = 0  # that would be sent
    kept: int = 0  # that are in the cache
    characters: Characters = field(default_factory=Characters)  # of the prompts that would be sent
    reply_characters: int = 0  # of the shortest replies that are readable
    most_reply_tokens: int = 0  # that the calls allow
    kept_characters: Characters = field(default_factory=Characters)
    kept_tokens: int = 0  # of the prompts of kept replies, as their endpoint counted them


class KeptReplies:
    """The response cache, read only; a file that is not there holds nothing."""

    def __init__(self, path: Path) -> None:
        """Open the file if it is there and can be read."""
        self._database: sqlite3.Connection | None = None
        if path.is_file():
            try:
                self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            except sqlite3.Error:
                self._database = None

    def find(self, key: str) -> KeptReply | None:
        """Return the reply kept under the key."""
        try:
            return None if self._database is None else find_kept(self._database, key)
        except sqlite3.Error:
            return None

    def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            self._database.close()


class RehearsalChat:
    """Counts calls in `tally`; change `stance` between rehearsals."""

    supports_schema = True
    supports_logprobs = True

    def __init__(self, options: EndpointOptions, kept: KeptReplies) -> None:
        """Rehearse with the endpoint that `options` describes."""
        self._options = options
        self._kept = kept
        self.stance = Stance.FIRST
        self.tally = Tally()
        self.spec = ModelSpec(
            endpoint=options.name, model=options.model, digest=options.digest, options=options.options
        )

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Reply from the cache or by the stance; raise `ModelError` where the kept reply is no completion."""
        length = _length(request)
        kept = self._kept.find(chat_key(self._options, request))
        if kept is not None:
            return self._as_kept(kept, length, request)
        text = _text(request, self.stance)
        self.tally.calls += 1
        self.tally.characters += length
        self.tally.reply_characters += len(text)
        self.tally.most_reply_tokens += request.max_tokens
        return ChatReply(
            text=text,
            finish_reason="stop",
            model=self._options.model,
            prompt_tokens=0,
            completion_tokens=0,
            cost=Decimal(0),
            latency_ms=0,
            cached=False,
            alternatives=_alternatives(text) if request.top_logprobs else (),
        )

    def _as_kept(self, kept: KeptReply, length: Characters, request: ChatRequest) -> ChatReply:
        self.tally.kept += 1
        content = read_content(kept.body, endpoint=self._options.name)
        if content.prompt_tokens:
            self.tally.kept_characters += length
            self.tally.kept_tokens += content.prompt_tokens
        return ChatReply(
            text=content.text,
            finish_reason=content.finish_reason,
            model=content.model,
            prompt_tokens=content.prompt_tokens,
            completion_tokens=content.completion_tokens,
            cost=Decimal(0),
            latency_ms=kept.latency_ms,
            cached=True,
            alternatives=content.alternatives if request.top_logprobs else (),
        )


def _length(request: ChatRequest) -> Characters:
    schema = "" if request.schema is None else json.dumps(dict(request.schema))
    return sum((Characters.of(message.content) for message in request.messages), Characters.of(schema))


def _text(request: ChatRequest, stance: Stance) -> str:
    if request.schema is not None:
        return json.dumps(_instance(request.schema, stance))
    return "No" if stance is Stance.LAST else "Yes"


def _alternatives(text: str) -> tuple[TokenAlternative, ...]:
    other = "No" if text == "Yes" else "Yes"
    return (
        TokenAlternative(position=0, token=text, logprob=_SURE),
        TokenAlternative(position=0, token=other, logprob=_UNSURE),
    )


def _instance(schema: JsonValue, stance: Stance, place: int = 0) -> JsonValue:
    """Return a short value that follows a JSON Schema; numbers of a list's entries are told apart by their place."""
    if not isinstance(schema, Mapping):
        return None
    if "const" in schema:
        return schema["const"]
    if isinstance(choices := schema.get("enum"), list) and choices:
        places = {Stance.FIRST: 0, Stance.MIDDLE: len(choices) // 2, Stance.LAST: -1}
        chosen: JsonValue = choices[places[stance]]
        return chosen
    return _of_kind(str(schema.get("type", "object")), schema, stance, place)


def _of_kind(kind: str, schema: Mapping[str, JsonValue], stance: Stance, place: int) -> JsonValue:
    if kind == "object":
        properties = schema.get("properties")
        parts = properties.items() if isinstance(properties, Mapping) else ()
        return {name: _instance(part, stance, place) for name, part in parts}
    if kind == "array":
        least = schema.get("minItems", 0)
        count = least if isinstance(least, int) else 0
        return [_instance(schema.get("items"), stance, number) for number in range(count)]
    if kind in {"integer", "number"}:
        return _number(schema, stance, place)
    return {"boolean": stance is not Stance.LAST, "null": None}.get(kind, "")


def _number(schema: Mapping[str, JsonValue], stance: Stance, place: int) -> int:
    low, high = (bound if isinstance(bound := schema.get(name), int) else None for name in ("minimum", "maximum"))
    if stance is not Stance.LAST or high is None:
        return (low or 0) + place
    return high - place
