"""A run rehearsed on a sample of its rows: the judges that will judge, with models that send nothing.

Rules of this place: every draw is rehearsed with each stance of a model, so that the least and the most calls show;
an application is never asked, its answers are those of an earlier run, or of the usual length where there is none.
"""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from assay.app.judges import members_of, seat_judges
from assay.app.jury_quality import measured_quality
from assay.app.run_experience import EarlierAnswer
from assay.app.workspace import Workspace
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.judges import EMBEDDED_JUDGE, WITHOUT_LANGUAGE_MODEL
from evaluation.llm import EndpointOptions, KeptReplies, RehearsalChat, Stance, Tally
from evaluation.questions import Question
from evaluation.weights import entry_of

if TYPE_CHECKING:
    from evaluation.judges import Judge

__all__ = ["Rehearsed", "rehearse", "sampled"]

SAMPLE: Final = 64  # draws that are rehearsed at most
_NOWHERE: Final = "http://127.0.0.1:9/v1"  # never called
_USUAL_SENTENCE: Final = "What was asked is told here in a sentence of usual length, with a name and a number."
_USUAL_SENTENCES: Final = 4
_USUAL_CONTEXT: Final = 800  # code points
_USUAL_CONTEXTS: Final = 4


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """What the sample asked of each endpoint."""

    draws: dict[str, list[list[Tally]]]  # endpoint → one list of tallies, by stance, for each draw
    seconds_a_draw: float  # of our own work, all judges together


def rehearse(workspace: Workspace, judge: str, metrics: Sequence[str], draws: Sequence[tuple[Item, int]]) -> Rehearsed:
    """Judge every draw with each stance, sending nothing; raise what building the judges raises."""
    kept = KeptReplies(workspace.cache_file)
    try:
        models = {name: RehearsalChat(_options(workspace, name), kept) for name in _speaking(workspace, judge)}
        quality_of = measured_quality(workspace)
        judges = seat_judges(workspace.settings, judge, metrics, models.get, quality_of=quality_of)
        began = time.perf_counter()
        found = asyncio.run(_all(judges, models, draws))
        spent = time.perf_counter() - began
    finally:
        kept.close()
    return Rehearsed(draws=found, seconds_a_draw=spent / max(1, len(draws) * len(_stances(models))))


def sampled(
    rows: Iterable[Question | Item],
    repeats: int,
    is_done: Callable[[tuple[str, int]], bool],
    jobs: int,
    answers: Sequence[EarlierAnswer],
    *,
    shows_contexts: bool,
) -> list[tuple[Item, int]]:
    """Return up to `SAMPLE` of the `jobs` draws that are left, evenly spread over the rows."""
    if jobs < 1:
        return []
    left = ((row, repeat) for row in rows for repeat in range(repeats) if not is_done((row.id, repeat)))
    size = min(SAMPLE, jobs)
    picked = (draw for place, draw in enumerate(left) if (place * size) % jobs < size)
    stock: Iterator[EarlierAnswer | None] = itertools.cycle(answers) if answers else itertools.repeat(None)
    return [
        (_item(row, answer, shows_contexts=shows_contexts), n) for (row, n), answer in zip(picked, stock, strict=False)
    ]


async def _all(
    judges: "Sequence[Judge]", models: dict[str, RehearsalChat], draws: Sequence[tuple[Item, int]]
) -> dict[str, list[list[Tally]]]:
    found: dict[str, list[list[Tally]]] = {name: [] for name in models}
    for item, repeat in draws:
        for tallies in found.values():
            tallies.append([])
        for stance in _stances(models):
            for model in models.values():
                model.stance, model.tally = stance, Tally()
            for judge in judges:
                await judge.judge(item, repeat=repeat)
            for name, model in models.items():
                found[name][-1].append(model.tally)
    return found


def _stances(models: dict[str, RehearsalChat]) -> tuple[Stance, ...]:
    return tuple(Stance) if models else (Stance.FIRST,)  # without a model nothing depends on it


def _speaking(workspace: Workspace, judge: str) -> list[str]:
    return [name for name in members_of(workspace.settings, judge) if name not in WITHOUT_LANGUAGE_MODEL]


def _options(workspace: Workspace, name: str) -> EndpointOptions:
    """Describe an endpoint as far as the key of the cache needs it; no secret is read."""
    if name == EMBEDDED_JUDGE:
        entry = entry_of("judge")
        return EndpointOptions(name=name, base_url=_NOWHERE, model=entry.model, digest=entry.sha256)
    endpoint = workspace.settings.endpoints[name]
    return EndpointOptions(name=name, base_url=_NOWHERE, model=endpoint.model, supports_schema=endpoint.supports_schema)


def _item(row: Question | Item, earlier: EarlierAnswer | None, *, shows_contexts: bool) -> Item:
    if isinstance(row, Item):
        return row
    found = earlier or _usual(row, shows_contexts=shows_contexts)
    answer = Answer(outcome=AnswerOutcome.ANSWERED, text=found.text, contexts=found.contexts)
    return Item(
        id=row.id, question=row.text, answer=answer, reference=row.reference, relevant=row.relevant, tags=row.tags
    )


def _usual(question: Question, *, shows_contexts: bool) -> EarlierAnswer:
    text = " ".join(f"{question.text.rstrip('?.! ')}: {_USUAL_SENTENCE}" for _ in range(_USUAL_SENTENCES))
    passage = f"{question.text} {_USUAL_SENTENCE} " * _USUAL_CONTEXT
    contexts = tuple(f"{number} {passage}"[:_USUAL_CONTEXT] for number in range(_USUAL_CONTEXTS))
    return EarlierAnswer(text=text, contexts=contexts if shows_contexts else None)
