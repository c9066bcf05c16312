"""Questions from passages: one call a passage, then checks by code, then a judge.

Rules of this place: what is not proved is rejected with its reason, and counted, never mended: the quote must stand in
the passage, the question must be new and make sense alone, a judge must find the answer in the passage. Order and
choice are the same for the same seed. An endpoint that fails at every call stops the work instead of eating passages.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from assay.kernel import InputError, UnavailableError, content_id
from evaluation.documents import Passage
from evaluation.llm._types import ChatModel, ModelError
from evaluation.questions._choosing import choose_passages
from evaluation.questions._duplicates import AskedQuestions
from evaluation.questions._prompt import Draft, parse_draft, request_for
from evaluation.questions._quotes import find_quote
from evaluation.questions._types import Question, QuestionOrigin

__all__ = [
    "GeneratedQuestion",
    "GenerationOptions",
    "Rejection",
    "RejectionKind",
    "SupportFinding",
    "Supports",
    "generate",
]

_GIVE_UP_AFTER = 3  # failed calls in a row with none that succeeded before
_LONGEST_QUESTION = 40  # words; the model is asked for 25
_LONGEST_ANSWER = 50
_SHORTEST_QUESTION = 4
_UNANSWERABLE = re.compile(
    r"\b(?:not (?:mentioned|stated|specified|provided|given|clear)|no information|cannot be (?:answered|determined)"
    r"|unknown|unanswerable)\b|^\W*n/?a\W*$",
    re.IGNORECASE,
)
_POINTS_AT_TEXT = re.compile(
    r"\b(?:(?:this|the|that|above|given|following) (?:passage|text|paragraph|excerpt|section|document|context)"
    r"|according to the author|mentioned (?:above|here))\b",
    re.IGNORECASE,
)


class RejectionKind(StrEnum):
    """Why a passage gave no question."""

    UNPARSABLE = "unparsable"
    QUOTE_NOT_FOUND = "quote_not_found"
    DUPLICATE = "duplicate"
    UNSUPPORTED = "unsupported"
    UNANSWERABLE = "unanswerable"
    TOO_GENERIC = "too_generic"  # makes no sense without the passage at hand
    TOO_LONG = "too_long"
    MODEL_FAILED = "model_failed"
    JUDGE_FAILED = "judge_failed"  # the judge gave no verdict: unknown is not supported


@dataclass(frozen=True, kw_only=True)
class GeneratedQuestion:
    """A question that passed every check; `question.extra["quote"]` is the proof in the passage's own words."""

    question: Question
    passage: Passage


@dataclass(frozen=True, kw_only=True)
class Rejection:
    """A passage that gave no question, and why."""

    passage: str  # Passage.id
    kind: RejectionKind
    reason: str  # for people; may hold the model's words


@dataclass(frozen=True, kw_only=True)
class GenerationOptions:
    """How many questions, drawn how."""

    count: int = 10
    seed: int = 0
    concurrency: int = 1
    attempts: int = 0  # passages to try at most; 0: four for each question and four more
    repeat: int = 0  # draw number: another one asks the same passages anew

    def __post_init__(self) -> None:
        """Refuse numbers that ask for nothing."""
        if self.count < 1 or self.concurrency < 1 or self.attempts < 0:
            raise InputError(f"got count {self.count!r} and concurrency {self.concurrency!r}, expected at least 1")

    @property
    def most_passages(self) -> int:
        """The bound on calls."""
        return self.attempts or 4 * self.count + 4


@dataclass(frozen=True, kw_only=True)
class SupportFinding:
    """What a judge found about a passage and an answer."""

    supported: bool | None  # None: the judge could not say
    reason: str = ""


class Supports(Protocol):
    """A judge of whether a passage supports an answer. It never raises for what a model does."""

    async def __call__(self, passage: Passage, question: Question) -> SupportFinding:
        """Return whether `question.reference` follows from the passage."""


async def generate(
    passages: Iterable[Passage],
    model: ChatModel,
    supports: Supports,
    options: GenerationOptions,
    known: Iterable[Question] = (),
) -> AsyncIterator[GeneratedQuestion | Rejection]:
    """Yield a result for each passage that was tried, in a fixed order, until there are `count` questions.

    Raises `InputError` when no passage can carry a question, `ModelError` when the first calls all fail, and
    `UnavailableError` when the judge gives no verdict on the first questions.
    """
    existing = tuple(known)
    asked = AskedQuestions(question.text for question in existing)
    used = {question.passage for question in existing}
    chosen = choose_passages((each for each in passages if each.id not in used), options.most_passages, options.seed)
    if not chosen:
        raise InputError(
            "no passage of the corpus can carry a new question",
            hint="add documents with `assay corpus add PATH`, or choose a larger passage size with --size",
        )
    wave = _Wave(model=model, supports=supports, asked=asked, repeat=options.repeat)
    missing, place = options.count, 0
    while missing and place < len(chosen):
        tried = chosen[place : place + min(options.concurrency, missing)]
        place += len(tried)
        for result in await wave.run(tried):
            missing -= isinstance(result, GeneratedQuestion)
            yield result


@dataclass(kw_only=True)
class _Wave:
    """A handful of passages at once: drafts side by side, duplicates in order, judgements side by side."""

    model: ChatModel
    supports: Supports
    asked: AskedQuestions
    repeat: int
    failed: int = 0
    succeeded: bool = False
    unjudged: int = 0
    judged: bool = False

    async def run(self, passages: Sequence[Passage]) -> list[GeneratedQuestion | Rejection]:
        """Return one result for each passage, in order."""
        drafts = await asyncio.gather(*(self._draft(passage) for passage in passages))
        checked = [self._check(passage, draft) for passage, draft in zip(passages, drafts, strict=True)]
        return list(await asyncio.gather(*(self._judge(result) for result in checked)))

    async def _draft(self, passage: Passage) -> Draft | Rejection:
        request = request_for(passage, repeat=self.repeat, bind_schema=self.model.supports_schema)
        try:
            reply = await self.model.chat(request)
        except ModelError as error:
            self.failed += 1
            if not self.succeeded and self.failed >= _GIVE_UP_AFTER:
                raise
            return _rejected(passage, RejectionKind.MODEL_FAILED, f"{error.failure}: {error.message}")
        self.succeeded = True
        draft = parse_draft(reply.text) if reply.finish_reason != "length" else None
        return draft or _rejected(passage, RejectionKind.UNPARSABLE, f"got {reply.text[:80]!r}, expected the JSON")

    def _check(self, passage: Passage, draft: Draft | Rejection) -> GeneratedQuestion | Rejection:
        if isinstance(draft, Rejection):
            return draft
        found = _fault(draft)
        if found:
            return _rejected(passage, *found)
        span = find_quote(passage.text, draft.quote)
        if span is None:
            return _rejected(passage, RejectionKind.QUOTE_NOT_FOUND, f"not in the passage: {draft.quote!r}")
        if (earlier := self.asked.find(draft.question)) is not None:
            return _rejected(passage, RejectionKind.DUPLICATE, f"asks the same as {earlier!r}")
        self.asked.remember(draft.question)
        return GeneratedQuestion(question=_question(passage, draft, passage.text[slice(*span)]), passage=passage)

    async def _judge(self, result: GeneratedQuestion | Rejection) -> GeneratedQuestion | Rejection:
        if isinstance(result, Rejection):
            return result
        finding = await self.supports(result.passage, result.question)
        if finding.supported is None:
            self.unjudged += 1
            if not self.judged and self.unjudged >= _GIVE_UP_AFTER:
                raise UnavailableError(
                    f"the judge gave no verdict on the first {self.unjudged} questions; the last: {finding.reason}",
                    hint="`assay doctor` says whether its endpoint answers; --judge NAME chooses another",
                )
            return _rejected(result.passage, RejectionKind.JUDGE_FAILED, finding.reason or "no verdict")
        self.judged = True
        if not finding.supported:
            answer = result.question.reference
            return _rejected(result.passage, RejectionKind.UNSUPPORTED, f"the passage does not support {answer!r}")
        return result


def _fault(draft: Draft) -> tuple[RejectionKind, str] | None:
    """Return what is wrong with the words themselves, whatever the passage says."""
    words, answer_words = len(draft.question.split()), len(draft.answer.split())
    if _UNANSWERABLE.search(draft.answer):
        return RejectionKind.UNANSWERABLE, f"the answer says that there is none: {draft.answer!r}"
    if words < _SHORTEST_QUESTION or _POINTS_AT_TEXT.search(draft.question):
        return RejectionKind.TOO_GENERIC, f"makes no sense alone: {draft.question!r}"
    if words > _LONGEST_QUESTION or answer_words > _LONGEST_ANSWER:
        return RejectionKind.TOO_LONG, f"{words} words asked, {answer_words} answered"
    return None


def _question(passage: Passage, draft: Draft, quote: str) -> Question:
    return Question(
        id=content_id("q", passage.id, draft.question),
        text=draft.question,
        reference=draft.answer,
        document=passage.document,
        passage=passage.id,
        relevant=(quote,),
        origin=QuestionOrigin.GENERATED,
        extra={"quote": quote},
    )


def _rejected(passage: Passage, kind: RejectionKind, reason: str) -> Rejection:
    return Rejection(passage=passage.id, kind=kind, reason=reason)
