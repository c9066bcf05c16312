"""A model with memory: replies in order, every request kept."""

import math
from collections import deque
from collections.abc import Sequence
from decimal import Decimal

from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.encoder import Head
from evaluation.llm import ChatReply, ChatRequest, ModelError, ModelSpec, TokenAlternative


class FakeModel:
    """A `ChatModel` that says what was enqueued and remembers what it was asked."""

    def __init__(self, *, schema: bool = True, digest: str = "") -> None:
        """Choose the form of reply and the digest of the weights."""
        self.spec = ModelSpec(endpoint="fake", model="fake-1", digest=digest)
        self.supports_schema = schema
        self.requests: list[ChatRequest] = []
        self._replies: deque[ChatReply | ModelError] = deque()

    def enqueue(
        self,
        reply: str | ModelError,
        *,
        alternatives: tuple[TokenAlternative, ...] = (),
        finish: str = "stop",
        cached: bool = False,
    ) -> None:
        """Add the next reply or failure."""
        if isinstance(reply, ModelError):
            self._replies.append(reply)
            return
        self._replies.append(
            ChatReply(
                text=reply,
                finish_reason=finish,
                model="fake-1",
                prompt_tokens=10,
                completion_tokens=5,
                cost=Decimal("0.01"),
                latency_ms=7,
                cached=cached,
                alternatives=alternatives,
            )
        )

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Return or raise what comes next."""
        self.requests.append(request)
        assert self._replies, f"nothing enqueued for call {len(self.requests)}"
        reply = self._replies.popleft()
        if isinstance(reply, ModelError):
            raise reply
        return reply

    def last_words(self, call: int = -1) -> str:
        """Return the last message of one call."""
        return self.requests[call].messages[-1].content


class FakeReader:
    """A `PairReader` that says what it was given, in order, and remembers what it was shown."""

    digest = "sha256:reader"

    def __init__(self, *probabilities: float) -> None:
        """Take the probabilities of all pairs to come."""
        self._left = deque(probabilities)
        self.pairs: list[tuple[Head, str, str]] = []
        self.calls = 0

    def probabilities(self, head: Head, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return what comes next, one for each pair."""
        self.calls += 1
        self.pairs += [(head, first, second) for first, second in pairs]
        return [self._left.popleft() for _ in pairs]


def item(
    answer: str,
    *contexts: str,
    question: str = "What colour is the sky?",
    outcome: AnswerOutcome = AnswerOutcome.ANSWERED,
    blind: bool = False,
) -> Item:
    """Build a row; `blind` leaves the field `contexts` out."""
    given = Answer(outcome=outcome, text=answer, contexts=None if blind else contexts, reason="seen" if outcome else "")
    return Item(id="r1", question=question, answer=given)


def finding(verdict: str, quote: str = "") -> str:
    """Write a faithfulness reply in JSON."""
    return f'{{"quote": "{quote}", "verdict": "{verdict}"}}'


def yes(probability: float, *, word: str = "Yes") -> tuple[str, tuple[TokenAlternative, ...]]:
    """Return a one-token reply with the probability of yes."""
    return word, (
        TokenAlternative(position=0, token="Yes", logprob=math.log(probability)),
        TokenAlternative(position=0, token="No", logprob=math.log(1 - probability)),
    )
