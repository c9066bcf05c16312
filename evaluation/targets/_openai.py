"""A chat endpoint as the application under test: one question, one reply, no contexts to see.

A question of several turns is a conversation: each turn is sent with all that was said before it.
"""

import time
from dataclasses import dataclass

from assay.kernel import JsonValue, digest_json, digest_text
from evaluation.answers import Answer, AnswerOutcome
from evaluation.llm import ChatModel, ChatRequest, Message, ModelError, ModelFailure
from evaluation.questions import Question
from evaluation.targets._conversation import Said, converse
from evaluation.targets._protocol import TargetSpec
from evaluation.targets._sighting import Sighting, clean, failed

__all__ = ["OpenAIOptions", "OpenAITarget"]

_OUTCOMES = {
    ModelFailure.TIMED_OUT: AnswerOutcome.TIMED_OUT,
    ModelFailure.REFUSED: AnswerOutcome.REFUSED,
    ModelFailure.UNREADABLE: AnswerOutcome.UNPARSABLE,
}


@dataclass(frozen=True, kw_only=True)
class OpenAIOptions:
    """How the chat is led."""

    name: str
    system: str = ""  # system prompt, "" for none
    max_tokens: int = 512
    temperature: str = "0"  # decimal text
    version: str = ""  # as the user declares it


class OpenAITarget:
    """Asks a chat model; the model's endpoint must be named for the run, so that no other run's reply is found."""

    def __init__(self, options: OpenAIOptions, model: ChatModel) -> None:
        """Ask `model`."""
        self._options = options
        self._model = model
        self.spec = _spec(options, model)

    async def ask(self, question: Question, *, repeat: int) -> Answer:
        """Ask once; whatever the endpoint does comes back as an answer."""
        return (await self.look(question, repeat=repeat)).answer

    async def look(self, question: Question, *, repeat: int) -> Sighting:
        """Ask once, turn after turn, and say what was seen at the end."""
        return await converse(question, lambda text, said: self._say(text, said, repeat))

    async def _say(self, text: str, said: Said, repeat: int) -> Sighting:
        began = time.monotonic()
        system = (Message(role="system", content=self._options.system),) if self._options.system else ()
        earlier = (Message(role=one.role, content=one.text) for one in said)
        request = ChatRequest(
            messages=(*system, *earlier, Message(role="user", content=text)),
            max_tokens=self._options.max_tokens,
            temperature=self._options.temperature,
            repeat=repeat,
        )
        try:
            reply = await self._model.chat(request)
        except ModelError as error:
            outcome = _OUTCOMES.get(error.failure, AnswerOutcome.ERROR)
            waited = round((time.monotonic() - began) * 1000)
            return failed(outcome, clean(error.message), next_step=error.hint, latency_ms=waited)
        answer = Answer(
            outcome=AnswerOutcome.ANSWERED,
            text=reply.text,
            contexts=None,
            latency_ms=reply.latency_ms,
            model=clean(reply.model, 200),
        )
        notes = (f"a chat reply of the model {clean(reply.model, 80)!r} that ended by {reply.finish_reason!r}",)
        return Sighting(answer=answer, notes=notes)

    async def close(self) -> None:
        """Nothing to let go of: the connections are the courier's."""


def _spec(options: OpenAIOptions, model: ChatModel) -> TargetSpec:
    recorded: dict[str, JsonValue] = {
        "model": model.spec.model,
        "model_digest": model.spec.digest,
        "system_digest": digest_text(options.system),
        "max_tokens": options.max_tokens,
        "temperature": options.temperature,
    }
    return TargetSpec(
        name=options.name, kind="openai", version=options.version or digest_json(recorded), options=recorded
    )
