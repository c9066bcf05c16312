"""One row's conversation with the judge model: calls counted, one repair, failures typed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from evaluation.answers import AnswerOutcome, Item
from evaluation.judges._fence import defused
from evaluation.judges._replies import Form, UnreadableReplyError
from evaluation.llm import ChatModel, ChatReply, ChatRequest, Message, ModelError, ModelFailure
from evaluation.verdicts import JudgeSpec, Outcome, Usage, Verdict

__all__ = ["Asked", "Asking", "JudgingError", "failed_answer", "unscored"]

T = TypeVar("T")

_OUTCOMES = {
    ModelFailure.TIMED_OUT: Outcome.TIMED_OUT,
    ModelFailure.REFUSED: Outcome.REFUSED,
    ModelFailure.UNAVAILABLE: Outcome.ERROR,
    ModelFailure.UNREADABLE: Outcome.ERROR,
}
_ANSWER_OUTCOMES = {
    AnswerOutcome.REFUSED: Outcome.REFUSED,
    AnswerOutcome.UNPARSABLE: Outcome.UNPARSABLE,
    AnswerOutcome.TIMED_OUT: Outcome.TIMED_OUT,
    AnswerOutcome.ERROR: Outcome.ERROR,
}
_ECHO = 400  # code points of an unreadable reply that are shown back to the model


class JudgingError(Exception):
    """The row cannot be judged; becomes the verdict's outcome and reason, never leaves this package."""

    def __init__(self, outcome: Outcome, reason: str, *, unreached: bool = False) -> None:
        """Keep the outcome beside the words, and whether the model gave no reply at all."""
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.unreached = unreached

    def verdict(self, spec: JudgeSpec, usage: Usage | None = None) -> Verdict:
        """Return the verdict of the row."""
        return replace(unscored(spec, self.outcome, self.reason, usage), unreached=self.unreached)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A reply that was readable, with the request that got it (for asking once again)."""

    request: ChatRequest
    reply: ChatReply
    repaired: bool


class Asking:
    """Asks one model for one row and adds up what it cost, also of calls that came to nothing."""

    def __init__(self, model: ChatModel) -> None:
        """Start with nothing spent."""
        self._model = model
        self.usage = Usage()
        # Fixed for the row: what is asked for is what is read, also when the endpoint turns out not to know schemas.
        self.form: Form = "schema" if model.supports_schema else "line"

    async def ask(self, request: ChatRequest, read: Callable[[str, Form], T]) -> tuple[T, Asked]:
        """Ask, repair once, and return what was read; raise `JudgingError` for every way in which that fails."""
        request = request if self.form == "schema" else replace(request, schema=None)
        reply = await self._chat(request)
        try:
            return read(reply.text, self.form), Asked(request=request, reply=reply, repaired=False)
        except UnreadableReplyError as error:
            complaint = str(error)
        return await self.ask_again(Asked(request=request, reply=reply, repaired=False), complaint, read)

    async def ask_again(self, asked: Asked, complaint: str, read: Callable[[str, Form], T]) -> tuple[T, Asked]:
        """Show the reply back with what is wrong with it, once; raise `JudgingError` if that does not help."""
        request = replace(
            asked.request,
            messages=(
                *asked.request.messages,
                Message(role="assistant", content=defused(asked.reply.text[:_ECHO]) or "-"),
                Message(role="user", content=f"Not usable: {defused(complaint)}. Reply again, only in that form."),
            ),
        )
        reply = await self._chat(request)
        try:
            return read(reply.text, self.form), Asked(request=request, reply=reply, repaired=True)
        except UnreadableReplyError as error:
            raise JudgingError(
                Outcome.UNPARSABLE, f"the judge's reply was unreadable twice: {error}; got {reply.text[:_ECHO]!r}"
            ) from error

    async def _chat(self, request: ChatRequest) -> ChatReply:
        try:
            reply = await self._model.chat(request)
        except ModelError as error:
            step = f"; {error.hint}" if error.hint else ""
            reason = f"{error.failure}: {error.message}{step}"
            raise JudgingError(_OUTCOMES[error.failure], reason, unreached=True) from error
        self.usage += Usage(
            calls=1,
            cached_calls=int(reply.cached),
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
            cost=reply.cost,
            latency_ms=reply.latency_ms,
        )
        if reply.finish_reason == "content_filter":
            raise JudgingError(Outcome.REFUSED, "the judge's endpoint filtered its own reply")
        return reply


def unscored(spec: JudgeSpec, outcome: Outcome, reason: str, usage: Usage | None = None) -> Verdict:
    """Return the verdict of a row that could not be scored."""
    return Verdict(metric=spec.metric, outcome=outcome, judge=spec.digest, reason=reason, usage=usage or Usage())


def failed_answer(spec: JudgeSpec, item: Item) -> Verdict | None:
    """Return the verdict of a row whose answer failed or is empty, without a call; None when there is one to judge."""
    answer = item.answer
    if answer.outcome is not AnswerOutcome.ANSWERED:
        return unscored(
            spec, _ANSWER_OUTCOMES[answer.outcome], f"no answer to judge: {answer.reason or answer.outcome}"
        )
    if not answer.text.strip():
        return unscored(spec, Outcome.NOT_APPLICABLE, "empty answer")
    return None
