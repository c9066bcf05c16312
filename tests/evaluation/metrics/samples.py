"""Rows, and the verdict of one metric on one of them."""

import asyncio
from collections.abc import Sequence

from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.judges import build_judge
from evaluation.verdicts import Verdict


def row(
    answer: str,
    reference: str | None = None,
    *,
    contexts: Sequence[str] | None = None,
    relevant: Sequence[str] = (),
    outcome: AnswerOutcome = AnswerOutcome.ANSWERED,
) -> Item:
    """Return a row with this answer."""
    shown = None if contexts is None else tuple(contexts)
    return Item(
        id="a",
        question="What is it?",
        answer=Answer(outcome=outcome, text=answer, contexts=shown),
        reference=reference,
        relevant=tuple(relevant),
    )


def verdict(metric: str, item: Item, *, judge: str = "local", repeat: int = 0) -> Verdict:
    """Return what the metric says about the row."""
    return asyncio.run(build_judge(metric, judge).judge(item, repeat=repeat))


def value(metric: str, answer: str, reference: str) -> float:
    """Return the metric of an answer against a reference."""
    found = verdict(metric, row(answer, reference))
    assert found.value is not None, found
    return found.value
