"""Two runs by their answers: which is better, question by question, judged in both orders.

Rules of this place: only questions that both runs answered are compared, and the others are counted; draws are paired
by their number; texts that were erased are gone and said to be.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.app.compose import judge_name, open_engine
from assay.app.judges import endpoints_of
from assay.app.runs import open_run
from assay.app.workspace import Workspace
from assay.kernel import ConfigurationError, InputError
from evaluation.answers import AnswerOutcome
from evaluation.judges import EMBEDDED_JUDGE, WITHOUT_LANGUAGE_MODEL
from evaluation.runs import RunLog
from evaluation.statistics import Estimator, Measured
from evaluation.verdicts import Outcome

if TYPE_CHECKING:
    from evaluation.judges import PairVerdict, PairwiseJudge

__all__ = ["Preference", "compare_answers"]

_SCORES = {"candidate": 1.0, "tie": 0.5, "baseline": 0.0}


@dataclass(frozen=True, kw_only=True)
class Preference:
    """How often the candidate's answer was preferred."""

    candidate: str
    baseline: str
    judge: str
    pairs: int  # judged
    wins: int  # of the candidate
    ties: int
    losses: int
    order_changed: int  # ties because the winner changed with the order
    failures: Mapping[str, int]  # outcome → pairs that could not be judged
    unpaired: int  # rows that only one run answered, or whose texts are gone
    preferred: Measured | None  # wins + ties / 2 as a share of the pairs, 95 % interval clustered by document


@dataclass(frozen=True, kw_only=True)
class _Pair:
    row: str
    cluster: str | None
    question: str
    candidate: str
    baseline: str


def compare_answers(
    workspace: Workspace,
    candidate: str,
    baseline: str,
    *,
    judge: str | None = None,
    limit: int | None = None,
    on_message: Callable[[str], None],
) -> Preference:
    """Judge every pair of answers; raise `InputError` for other questions, `ConfigurationError` for a mute judge."""
    logs = (open_run(workspace, candidate), open_run(workspace, baseline))
    if logs[0].plan.questions.ids_digest != logs[1].plan.questions.ids_digest:
        raise InputError(
            f"the runs {logs[0].plan.run!r} and {logs[1].plan.run!r} asked different questions",
            hint="run both on the same question set or answers with the same ids",
        )
    name = _speaking(workspace, judge)
    pairs, unpaired = _pairs(*logs)
    pairs = pairs[:limit]
    verdicts = asyncio.run(_judge_all(workspace, name, pairs, on_message))
    winners = Counter(str(one.winner) for one in verdicts if one.winner is not None)
    return Preference(
        candidate=logs[0].plan.run,
        baseline=logs[1].plan.run,
        judge=name,
        pairs=winners.total(),
        wins=winners["candidate"],
        ties=winners["tie"],
        losses=winners["baseline"],
        order_changed=sum(one.order_changed_it for one in verdicts),
        failures=Counter(str(one.outcome) for one in verdicts if one.winner is None),
        unpaired=unpaired,
        preferred=_share(pairs, verdicts),
    )


def _speaking(workspace: Workspace, wanted: str | None) -> str:
    name = judge_name(workspace, wanted)
    if name in WITHOUT_LANGUAGE_MODEL or name in workspace.settings.juries:
        raise ConfigurationError(
            f"the judge {name!r} cannot compare two answers: one language model is needed",
            hint="name one with --judge: embedded, or an endpoint of assay.yaml",
        )
    return name


async def _judge_all(
    workspace: Workspace, name: str, pairs: Sequence[_Pair], on_message: Callable[[str], None]
) -> "list[PairVerdict]":
    from evaluation.judges import PairwiseJudge  # noqa: PLC0415  lazy: prompts are read when something is judged

    endpoint = endpoints_of(workspace.settings, name).get(name)
    async with open_engine(workspace, name, alone=True, on_message=on_message) as engine:
        assert engine.model is not None  # noqa: S101 (a judge that speaks)
        judge = PairwiseJudge(engine.model, name, by_letter=name == EMBEDDED_JUDGE)
        verdicts: list[PairVerdict | None] = [None] * len(pairs)
        jobs = enumerate(pairs)
        await asyncio.gather(*(_work(judge, jobs, verdicts) for _ in range(endpoint.concurrency if endpoint else 1)))
    return [one for one in verdicts if one is not None]


async def _work(
    judge: "PairwiseJudge", jobs: Iterator[tuple[int, _Pair]], verdicts: "list[PairVerdict | None]"
) -> None:
    for place, pair in jobs:
        verdicts[place] = await judge.compare(pair.question, pair.candidate, pair.baseline)


def _pairs(candidate: RunLog, baseline: RunLog) -> tuple[list[_Pair], int]:
    old = {(row, repeat): pair for row, repeat, *pair in _answers(baseline)}
    found, met = [], 0
    for row, repeat, cluster, question, answer in _answers(candidate):
        other = old.get((row, repeat))
        if other is None or other[1] != question:
            continue
        met += 1
        found.append(_Pair(row=row, cluster=cluster, question=question, candidate=answer, baseline=str(other[2])))
    rows = max(log.plan.questions.count * log.plan.repeats for log in (candidate, baseline))
    return found, rows - met


def _answers(log: RunLog) -> Iterator[tuple[str, int, str | None, str, str]]:
    for row, payload in log.joined():
        there = payload is not None and payload.erased is None
        if there and payload is not None and row.answer_outcome is AnswerOutcome.ANSWERED:
            yield row.id, row.repeat, row.cluster, payload.question, payload.answer


def _share(pairs: Sequence[_Pair], verdicts: "Sequence[PairVerdict]") -> Measured | None:
    estimator = Estimator("preference", asked=len(pairs))
    for pair, verdict in itertools.zip_longest(pairs, verdicts):
        if verdict is not None and verdict.winner is not None:
            estimator.add(pair.row, pair.cluster, Outcome.SCORED, _SCORES[verdict.winner])
    found = estimator.estimate()
    if found.mean is None or found.lower is None or found.upper is None:
        return None
    return Measured(value=found.mean, lower=found.lower, upper=found.upper)
