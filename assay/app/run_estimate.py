"""`assay run --estimate`: calls, tokens, money and minutes of a run, before it is begun.

Rules of this place: nothing is asked and nothing is written; a range and what it rests on are given, never a false
exact number; rows that are done and replies that are kept cost nothing; what cannot be known is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from assay.app.compose import judge_name
from assay.app.run_begun import find_begun
from assay.app.run_experience import Experience, learn
from assay.app.run_load import Load, Range, load_of, money_of, tokens_of
from assay.app.run_plan import RunRequest, Work, plan_run, read_work, target_name
from assay.app.run_rehearsal import SAMPLE, Rehearsed, rehearse, sampled
from assay.app.run_time import minutes_of
from assay.app.settings import EndpointSettings, OpenAITargetSettings
from assay.app.workspace import Workspace
from assay.kernel import Clock, SystemClock
from evaluation.judges import EMBEDDED_JUDGE
from evaluation.llm import Characters, Price
from evaluation.questions import Question
from evaluation.runs import RowCensus, finished_rows

__all__ = ["RunEstimate", "estimate_run_before"]

_SHORTEST_ANSWER: Final = 16  # tokens
_UNKNOWN_ANSWERS: Final = (0.5, 2.0)  # how far answers that nobody saw may be from the usual length


@dataclass(frozen=True, kw_only=True)
class RunEstimate:
    """What a run will take."""

    draws: int  # rows × repeats that are left
    done: int  # of an earlier attempt that is gone on with
    judges: tuple[Load, ...]  # by endpoint, the embedded model among them
    target: Load | None  # None where the answers are there
    money: Range | None  # of everything that has a price; None where nothing that is asked has one
    minutes: Range
    notes: tuple[str, ...]  # what this rests on, and what is not in it


def estimate_run_before(workspace: Workspace, request: RunRequest, *, clock: Clock | None = None) -> RunEstimate:
    """Rehearse the run; raise whatever is wrong with it, as `run` would."""
    work = read_work(workspace, request)
    plan = plan_run(workspace, request, work, clock or SystemClock())
    begun = find_begun(workspace, plan, resume=request.resume, fresh=request.fresh).partial
    judge = judge_name(workspace, request.judge, plan.metrics)
    target = target_name(workspace.settings, request)
    known = learn(workspace, judge=judge, target=target)
    with RowCensus() if begun is None else finished_rows(begun) as finished:
        done = finished.total
        jobs = plan.questions.count * plan.repeats - done
        draws = sampled(
            work.rows(),
            plan.repeats,
            finished.__contains__,
            jobs,
            known.answers,
            shows_contexts=not isinstance(workspace.settings.targets.get(target or ""), OpenAITargetSettings),
        )
    rehearsed = rehearse(workspace, judge, plan.metrics, draws) if draws else Rehearsed(draws={}, seconds_a_draw=0)
    judges = tuple(
        _widened(load_of(name, tallies, jobs, _price(workspace, name)), target, known)
        for name, tallies in rehearsed.draws.items()
    )
    asked = None if target is None else _target_load(workspace, target, work, jobs)
    return RunEstimate(
        draws=jobs,
        done=done,
        judges=judges,
        target=asked,
        money=_together([*judges, *([asked] if asked else [])]),
        minutes=minutes_of(workspace, judges, asked, rehearsed.seconds_a_draw * jobs, known),
        notes=tuple(_notes(jobs, target, known, rehearsed, judges, asked)),
    )


def _widened(load: Load, target: str | None, known: Experience) -> Load:
    if target is None or known.answers:
        return load
    return replace(
        load,
        calls=load.calls.times(*_UNKNOWN_ANSWERS),
        prompt_tokens=load.prompt_tokens.times(*_UNKNOWN_ANSWERS),
        completion_tokens=load.completion_tokens.times(*_UNKNOWN_ANSWERS),
        money=None if load.money is None else load.money.times(*_UNKNOWN_ANSWERS),
    )


def _target_load(workspace: Workspace, name: str, work: Work, jobs: int) -> Load:
    settings = workspace.settings.targets[name]
    calls = Range(low=jobs, high=jobs * _turns(work))
    nothing = Range(low=0, high=0)
    if not isinstance(settings, OpenAITargetSettings):
        return Load(name=name, calls=calls, kept=nothing, prompt_tokens=nothing, completion_tokens=nothing, money=None)
    texts = [Characters.of(settings.system + row.text) for row in work.rows() if isinstance(row, Question)]
    share = jobs / max(1, len(texts))
    prompts = tokens_of(sum(texts, Characters()), len(texts)).times(share, share)
    replies = Range(low=_SHORTEST_ANSWER * jobs, high=settings.max_tokens * jobs)
    price = _of_settings(settings)
    money = None if price is None else money_of(prompts, replies, price)
    return Load(name=name, calls=calls, kept=nothing, prompt_tokens=prompts, completion_tokens=replies, money=money)


def _turns(work: Work) -> float:
    """Return the mean number of turns of a row: at most so many calls, for some targets take them as one."""
    turns = [max(1, len(row.turns)) if isinstance(row, Question) else 1 for row in work.rows()]
    return sum(turns) / max(1, len(turns))


def _price(workspace: Workspace, name: str) -> Price | None:
    if name == EMBEDDED_JUDGE:
        return Price()  # it runs here
    return _of_settings(workspace.settings.endpoints[name])


def _of_settings(endpoint: EndpointSettings) -> Price | None:
    if not endpoint.price_prompt and not endpoint.price_completion:
        return None
    return Price(prompt=endpoint.price_prompt, completion=endpoint.price_completion)


def _together(loads: list[Load]) -> Range | None:
    priced = [load.money for load in loads if load.money is not None]
    return sum(priced, Range(low=0, high=0)) if priced or not loads else None


def _notes(
    jobs: int, target: str | None, known: Experience, rehearsed: Rehearsed, judges: tuple[Load, ...], asked: Load | None
) -> Iterator[str]:
    if jobs > SAMPLE:
        yield f"{SAMPLE} of {jobs} draws were rehearsed, evenly spread; the ranges hold the sampling error"
    if target is not None:
        seen = f"answers are taken to be like those of {known.answers_of}"
        usual = (
            "no earlier run of this target: answers of four sentences and four contexts of 800 characters are assumed"
        )
        yield seen if known.answers else usual
    if rehearsed.draws:
        yield "a token is 3 to 4.5 ASCII characters or 0.7 to 2 others, unless kept replies show what is counted"
        yield "the low end is short replies that lead to few calls, the high end replies of full length"
    if known.judge_s is None and rehearsed.draws:
        yield "no earlier run by this judge: 0.5 to 5 s a call are assumed, embedded 76 prompt tokens a second"
    for load in (*judges, *([asked] if asked else [])):
        if load.money is None:
            yield f"{load.name!r} has no price in assay.yaml: what it costs is not in the money"
