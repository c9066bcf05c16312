"""What was seen when a target was asked: the answer, and for a person what it looked like and what to do next.

Rules of this place: text of an application never reaches a terminal or a reason with control characters, nor unbounded.
"""

from dataclasses import dataclass

from assay.kernel import plain
from evaluation.answers import Answer, AnswerOutcome

__all__ = ["Sighting", "clean", "failed"]

_MAX_SHOWN = 400


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """One answer with the traces that it left."""

    answer: Answer
    notes: tuple[str, ...] = ()  # what was seen, one fact a line
    next_step: str = ""  # "" when all is well


def clean(text: str, limit: int = _MAX_SHOWN) -> str:
    """Return one line without control and format characters, cut to `limit` code points."""
    kept = " ".join(plain(text[: 4 * limit].replace("\r", " ")).split())
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def failed(
    outcome: AnswerOutcome, reason: str, *, next_step: str, notes: tuple[str, ...] = (), latency_ms: int = 0
) -> Sighting:
    """Return a sighting without an answer; `reason` says what was seen and what was expected."""
    answer = Answer(outcome=outcome, text="", contexts=None, reason=reason, latency_ms=latency_ms)
    return Sighting(answer=answer, notes=notes, next_step=next_step)
