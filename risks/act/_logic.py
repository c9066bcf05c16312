"""Three-valued logic over a tree: what is not answered is unknown, and unknown is never no."""

from collections.abc import Iterable, Mapping
from enum import IntEnum

from risks.act._tree import NO, NONE, SOME, YES, Condition, Fact, Need, Question

__all__ = ["UNASKED", "UNKNOWN", "Outcomes", "Truth", "holds", "outcomes"]

Outcomes = Mapping[str, frozenset[str]]  # per step; `UNASKED` and `UNKNOWN` where there is no answer

UNASKED: frozenset[str] = frozenset()
UNKNOWN: frozenset[str] = frozenset({"?"})


class Truth(IntEnum):
    """Ordered, so that "and" is the least and "or" the greatest (Kleene)."""

    NO = 0
    UNKNOWN = 1
    YES = 2


def outcomes(steps: Iterable[Question | Fact], answers: Outcomes) -> dict[str, frozenset[str]]:
    """Return what is known of every step, in one pass: a step refers to earlier ones only."""
    found: dict[str, frozenset[str]] = {}
    for step in steps:
        if isinstance(step, Fact):
            found[step.id] = {
                Truth.YES: frozenset({YES}),
                Truth.NO: frozenset({NO}),
                Truth.UNKNOWN: UNKNOWN,
            }[holds(step.when, found)]
        else:
            asked = holds(step.asked_when, found)
            answer = answers.get(step.id, UNKNOWN)
            # An answer to a question that may turn out not to be asked decides nothing yet.
            found[step.id] = {Truth.YES: answer, Truth.NO: UNASKED, Truth.UNKNOWN: UNKNOWN}[asked]
    return found


def holds(condition: Condition, found: Outcomes) -> Truth:
    """Return whether a condition is met; an empty one always is."""
    if not condition:
        return Truth.YES
    return max(min(_met(need, found) for need in alternative) for alternative in condition)


def _met(need: Need, found: Outcomes) -> Truth:
    outcome = found.get(need.step, UNKNOWN)
    if outcome == UNKNOWN:
        return Truth.UNKNOWN
    named = set(need.among) & outcome or (SOME in need.among and outcome - {NONE})
    return Truth.YES if named else Truth.NO
