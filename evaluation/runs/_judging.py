"""One row: ask the target, then let every judge judge; whatever happens ends as an answer and a verdict per metric.

Rules of this place: nothing that an application, a model or a plug-in does raises here; an answer that did not come
costs no judge call; an empty answer is not applicable to every metric.
"""

import asyncio
from collections.abc import Sequence

from assay.kernel import UnavailableError
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.judges._protocol import Judge
from evaluation.questions import Question
from evaluation.targets._protocol import Target
from evaluation.verdicts import JudgeSpec, Outcome, Verdict

__all__ = ["ask", "judge_item", "unscored"]

_UNANSWERED = {
    AnswerOutcome.REFUSED: Outcome.REFUSED,
    AnswerOutcome.UNPARSABLE: Outcome.UNPARSABLE,
    AnswerOutcome.TIMED_OUT: Outcome.TIMED_OUT,
    AnswerOutcome.ERROR: Outcome.ERROR,
}


async def ask(target: Target, question: Question, *, repeat: int, deadline: float) -> Item:
    """Ask once, until `deadline` (event loop time), and return the row for the judges."""
    try:
        async with asyncio.timeout_at(deadline):
            answer = await target.ask(question, repeat=repeat)
    except TimeoutError:
        answer = _no_answer(AnswerOutcome.TIMED_OUT, "the target did not answer within the time for one row")
    except UnavailableError:  # our own disk or courier: the run ends and can be resumed
        raise
    except Exception as error:  # noqa: BLE001 - a target is a plug-in border: its failure is an answer
        answer = _no_answer(AnswerOutcome.ERROR, f"the target raised {type(error).__name__}: {error}")
    return Item(
        id=question.id,
        question=question.text,
        answer=answer,
        reference=question.reference,
        document=question.document,
        relevant=question.relevant,
        tags=question.tags,
    )


async def judge_item(judges: Sequence[Judge], item: Item, *, repeat: int, deadline: float) -> tuple[Verdict, ...]:
    """Return one verdict per judge, in the order of the judges."""
    if item.answer.outcome is not AnswerOutcome.ANSWERED:
        outcome = _UNANSWERED[item.answer.outcome]
        reason = f"there is no answer to judge: {item.answer.reason or item.answer.outcome}"
        return tuple(unscored(judge.spec, outcome, reason) for judge in judges)
    if not item.answer.text.strip():
        return tuple(unscored(judge.spec, Outcome.NOT_APPLICABLE, "the answer is empty") for judge in judges)
    if len(judges) == 1:  # a task of its own costs more than a free check
        return (await _judge(judges[0], item, repeat=repeat, deadline=deadline),)
    return tuple(await asyncio.gather(*(_judge(judge, item, repeat=repeat, deadline=deadline) for judge in judges)))


async def _judge(judge: Judge, item: Item, *, repeat: int, deadline: float) -> Verdict:
    spec = judge.spec
    try:
        async with asyncio.timeout_at(deadline):
            verdict = await judge.judge(item, repeat=repeat)
    except TimeoutError:
        return unscored(spec, Outcome.TIMED_OUT, "the judge did not end within the time for one row")
    except UnavailableError:  # as above
        raise
    except Exception as error:  # noqa: BLE001 - a judge is a plug-in border: its failure is a verdict
        return unscored(spec, Outcome.ERROR, f"the judge {spec.name!r} raised {type(error).__name__}: {error}")
    if verdict.metric != spec.metric or verdict.judge != spec.digest:
        return unscored(spec, Outcome.ERROR, f"the judge {spec.name!r} answered for {verdict.metric!r}")
    return verdict


def unscored(spec: JudgeSpec, outcome: Outcome, reason: str) -> Verdict:
    """Return the verdict of a row about which a judge says nothing, and why."""
    return Verdict(metric=spec.metric, outcome=outcome, judge=spec.digest, reason=reason)


def _no_answer(outcome: AnswerOutcome, reason: str) -> Answer:
    return Answer(outcome=outcome, text="", contexts=None, reason=reason)
