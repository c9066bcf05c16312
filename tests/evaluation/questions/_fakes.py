"""A model with memory and a judge with opinions."""

import json
from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal

from evaluation.documents import Passage
from evaluation.llm import ChatReply, ChatRequest, ModelError, ModelSpec
from evaluation.questions import Question, SupportFinding


@dataclass
class FakeModel:
    """Says what was enqueued, in order, and remembers what it was asked."""

    supports_schema: bool = True
    spec: ModelSpec = field(default_factory=lambda: ModelSpec(endpoint="fake", model="fake"))
    asked: list[ChatRequest] = field(default_factory=list)
    replies: "deque[tuple[str, str] | ModelError]" = field(default_factory=deque)

    def enqueue(self, *replies: str | ModelError, finish_reason: str = "stop") -> None:
        """Add replies, or failures, for the next calls."""
        self.replies.extend(reply if isinstance(reply, ModelError) else (reply, finish_reason) for reply in replies)

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Give the next reply."""
        self.asked.append(request)
        reply = self.replies.popleft()
        if isinstance(reply, ModelError):
            raise reply
        return ChatReply(
            text=reply[0],
            finish_reason=reply[1],
            model="fake",
            prompt_tokens=1,
            completion_tokens=1,
            cost=Decimal(0),
            latency_ms=1,
            cached=False,
        )


@dataclass
class FakeSupport:
    """Supports every answer but those that were named."""

    opinions: dict[str, bool | None] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, passage: Passage, question: Question) -> SupportFinding:
        """Answer by the reference."""
        assert passage.id == question.passage
        self.asked.append(question.text)
        return SupportFinding(supported=self.opinions.get(question.reference or "", True), reason="an opinion")


def draft(question: str, quote: str, answer: str = "It was the river.") -> str:
    """Return a well-formed reply."""
    return json.dumps({"question": question, "answer": answer, "quote": quote})


def passage(number: int, text: str, document: str = "d-1") -> Passage:
    """Return a passage."""
    return Passage(
        id=f"p-{number}",
        document=document,
        section="s",
        path=("Rivers",),
        text=text,
        start=number * 1000,
        end=number * 1000 + len(text),
        page=None,
        source="a.md",
        title="Water",
    )
