"""One model asked about the texts of one filter.

Rules of this place: the model reads what the filter reads: disguises undone and, where the question wants it, what is
encoded beside the text; in pieces that fit its window, of which the worst decides. The answer is one word, yes or no,
and counts by its probability; after one repair, anything else is a failure. A text that is too long to be asked about
to its end is flagged where a part of it is, and `timed_out` else, as for the filters.
"""

import asyncio
from typing import Final

from evaluation.filters import FilterOutcome
from evaluation.filters.normal import EVERY, Step, decoded, normalise
from evaluation.judges._fence import Fence
from evaluation.llm import ChatModel
from evaluation.opinions._opinion import Opinion, OpinionSpec
from evaluation.opinions._questions import Question
from evaluation.opinions._said import Said, said_yes
from evaluation.verdicts import Outcome

__all__ = ["SecondReader"]

_STEPS: Final = EVERY - {Step.CASE, Step.MARKS}
_PIECE: Final = 900  # code points: at worst a token a byte, and 4,096 tokens are a small model's window
_OVERLAP: Final = 150  # that two pieces share, so that a sentence is whole in one of them
_MOST_PIECES: Final = 8  # of one text with all that is encoded in it
_LONGEST: Final = _PIECE + (_MOST_PIECES - 1) * (_PIECE - _OVERLAP)
_MOST_ENCODED: Final = 4


class SecondReader:
    """Asks; never raises for what a text or a reply is. `BudgetSpentError` and a lost courier end the scan."""

    def __init__(self, spec: OpinionSpec, model: ChatModel) -> None:
        """Ask `model`, which is the one of the spec."""
        self.spec = spec
        self._model = model

    async def read(self, text: str, first: float) -> Opinion:
        """Return the opinion on a text to which the filter gave the score `first`."""
        pieces, complete = _pieces(text, self.spec.question)
        answers = await asyncio.gather(*(self._ask(piece) for piece in pieces))
        failed = next((answer for answer in answers if answer.likelihood is None), None)
        if failed is not None:
            return _failure(failed)
        likelihood = max(answer.likelihood or 0.0 for answer in answers)
        score = self.spec.fit.score(likelihood, first)
        if not complete and score < self.spec.threshold:
            reason = "no second opinion: the text is longer than what is asked about"
            return Opinion(outcome=FilterOutcome.TIMED_OUT, reason=reason)
        return Opinion(score=score, likelihood=likelihood)

    async def _ask(self, piece: str) -> Said:
        question = self.spec.question
        user = f"{Fence([piece]).around('part', piece)}\n{question.ask}"
        return await said_yes(self._model, system=question.system, user=user)


def _pieces(text: str, question: Question) -> tuple[list[str], bool]:
    """Return what is asked about, the text itself first, and whether that is all of it."""
    read = text[:_LONGEST]
    whole = [read]
    if question.decode:
        whole += [part.text for part in decoded(read, most=_MOST_ENCODED, longest=_LONGEST)]
    every = [piece for one in whole for piece in _cut(normalise(one, _STEPS).text)]
    return every[:_MOST_PIECES], len(text) <= _LONGEST and len(every) <= _MOST_PIECES


def _cut(text: str) -> list[str]:
    starts = range(0, max(1, len(text) - _OVERLAP), _PIECE - _OVERLAP)
    return [text[start : start + _PIECE] for start in starts]


def _failure(said: Said) -> Opinion:
    """Return the opinion that could not be had."""
    late = said.outcome is Outcome.TIMED_OUT
    return Opinion(
        outcome=FilterOutcome.TIMED_OUT if late else FilterOutcome.ERROR,
        reason=f"no second opinion: {said.reason}",
        unreached=said.unreached,
    )
