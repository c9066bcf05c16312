"""Write the judge cards that come with Assay: built-in judges against open labelled sets, English, measuring halves.

    python -m benchmarks.cards --data DIR --judge checks local embedded [--metric M …] [--rows N] [--model FILE]

Rules of this place: faithfulness is held against what people said of answers in four sets, each a stratum of its own;
relevancy against answers to the question (good) and sentences beside it or from elsewhere (not), made from questions
that people asked; metrics on references and contexts against `benchmarks.reference_rows`. Rows on which anything was
fitted are left out. The card names the digest of the judge that was measured; cards of the same judge and metric in
`evaluation/calibration/data/cards.yaml` are replaced, others stay. What was measured is written after each card, so
that a long run that is cut keeps what it has.
"""

import argparse
import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from assay.kernel import digest_json, format_time, replace_durably
from benchmarks.labelled import SEED, SETS, load
from evaluation.answers import Item
from evaluation.calibration import CheckedRow, JudgeCard, card_document, judge_rows, make_cards
from evaluation.calibration._shipped import SHIPPED_CARDS
from evaluation.judges import EMBEDDED_JUDGE, Judge, build_judge, metrics
from evaluation.llm import ChatModel, Courier, EmbeddedServer, OpenAIChat
from evaluation.weights import entry_of

LANGUAGE = "en"
LONGEST = 4_000  # code points of a source
REFERENCES = ("answer_correctness", "completeness", "context_precision", "context_recall", "context_relevance")
METRICS = ("faithfulness", "relevancy", *REFERENCES)
MADE = dict.fromkeys(METRICS, "; rows of some sets are made") | {
    "faithfulness": "; people's labels",
    "answer_correctness": "; people's labels",
    "relevancy": "; answers that only look like one are made",
}
HEADER = """\
# Judge cards that come with Assay. Written by `python -m benchmarks.cards`; edited by nobody.
"""


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One answer, whether it is good, and the set and source that it is from."""

    stratum: str
    cluster: str
    item: Item
    good: bool


def faithfulness(data: Path, rows: int) -> list[Labelled]:
    """Return the measuring halves of the faithfulness sets, at most `rows` of each."""
    return [
        Labelled(stratum=name, cluster=row.context, item=row.item, good=row.faithful)
        for name in SETS
        for row in load(data, name, rows, LONGEST)
        if not row.tuning
    ]


def relevancy(data: Path, rows: int) -> list[Labelled]:
    """Return answers and what only looks like one, of questions on which nothing was fitted."""
    from benchmarks.relevancy import POINTS, cases  # noqa: PLC0415  lazy: it brings the encoder
    from benchmarks.training.rows import tuning  # noqa: PLC0415

    return [
        Labelled(stratum=case.group, cluster=case.item.id, item=case.item, good=all(POINTS[case.kind]))
        for case in cases(data, lambda key: not tuning(key), rows // 2)
    ]


def references(metric: str, data: Path, rows: int) -> list[Labelled]:
    """Return the measuring halves of the sets of a metric on references or contexts, half of them good."""
    from benchmarks.reference_rows import SETS as NAMES  # noqa: PLC0415  lazy: as above
    from benchmarks.reference_rows import cases  # noqa: PLC0415

    found = []
    for name in NAMES:
        measured = [case for case in cases(data, name) if case.metric == metric and not case.tuning]
        for good in (True, False):
            chosen = [case for case in measured if case.good is good][: rows // 2]
            found += [Labelled(stratum=name, cluster=case.group, item=case.item, good=case.good) for case in chosen]
    return found


LABELLED: dict[str, Callable[[Path, int], list[Labelled]]] = {
    "faithfulness": faithfulness,
    "relevancy": relevancy,
    **{metric: partial(references, metric) for metric in REFERENCES},
}


async def measure(judge: Judge, labelled: Sequence[Labelled]) -> JudgeCard:
    """Judge every row once and make the card."""
    rows = {str(place): one for place, one in enumerate(labelled)}
    judged = await judge_rows(judge, [replace(one.item, id=name) for name, one in rows.items()])
    draws = {row.id: row for row in judged}
    checked = [
        CheckedRow(
            id=name,
            cluster=one.cluster,
            stratum=one.stratum,
            language=LANGUAGE,
            labels=(one.good,),
            draws=(draws[name],),
        )
        for name, one in rows.items()
    ]
    sets = sorted({one.stratum for one in labelled})
    (card,), _ = make_cards(
        judge.spec,
        checked,
        labels_digest=digest_json([[one.stratum, one.item.id, one.good] for one in labelled]),
        source=f"open sets, measuring halves ({', '.join(sets)}){MADE.get(judge.spec.metric, '')}",
        made_at=format_time(datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)),
    )
    return card


@contextlib.asynccontextmanager
async def model_of(name: str, options: argparse.Namespace) -> AsyncIterator[ChatModel | None]:
    """Serve the weights of the embedded judge; replies stay in the cache, so that a second run is free."""
    if name != EMBEDDED_JUDGE:
        yield None
        return
    entry = entry_of("judge")
    with EmbeddedServer(options.model, sha256=entry.sha256, model=entry.model, alone=True) as endpoint:
        async with Courier(options.cache) as courier:
            yield OpenAIChat(endpoint, courier)


def write(cards: Sequence[JudgeCard], into: Path) -> None:
    """Put the cards into the data file, in place of earlier ones of the same judges and metrics."""
    made = {(card.name, card.metric) for card in cards}
    kept = [card for card in _stored(into) if (card["name"], card["metric"]) not in made]
    every = sorted([*kept, *map(card_document, cards)], key=lambda card: (str(card["name"]), str(card["metric"])))
    document = {
        "id": "assay-judge-cards",
        "version": 1,
        "source": "measured on the open sets that each card names",
        "date": datetime.now(UTC).date().isoformat(),
        "licence": "Apache-2.0",
        "cards": every,
    }
    text = HEADER + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
    replace_durably(into, text.encode("utf-8"), mode=0o644)


def _stored(into: Path) -> list[dict[str, Any]]:
    if not into.is_file():
        return []
    found: list[dict[str, Any]] = yaml.safe_load(into.read_text(encoding="utf-8"))["cards"]
    return found


def can_judge(metric: str, name: str) -> bool:
    """Whether a judge of this kind judges the metric at all."""
    return name in metrics.get(metric).info.judges


async def main(options: argparse.Namespace) -> None:
    """Measure every judge on every metric, write each card, and say what it says."""
    for name in options.judge:
        async with model_of(name, options) as model:
            for metric in options.metric:
                if not can_judge(metric, name):
                    continue
                labelled = LABELLED[metric](options.data, options.rows)
                random.Random(SEED).shuffle(labelled)  # noqa: S311 (a repeatable order, not a secret)
                card = await measure(build_judge(metric, name, model), labelled)
                write([card], options.into)
                youden = card.agreement.youden
                shown = "unknown" if youden is None else "{:.3f} [{:.3f}, {:.3f}]".format(*youden)
                print(f"{name:9} {metric:18} n={card.agreement.n:5}  J {shown}  {card.shortcoming}", flush=True)


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--judge", nargs="+", default=["local"], help="checks, local, embedded")
    parser.add_argument("--metric", nargs="+", default=list(METRICS), choices=METRICS)
    parser.add_argument("--rows", type=int, default=400, help="rows of each set")
    parser.add_argument("--model", type=Path, help="weights of the embedded judge (GGUF)")
    parser.add_argument("--cache", type=Path, default=Path("judges-cache.sqlite"), help="replies kept between runs")
    parser.add_argument("--into", type=Path, default=SHIPPED_CARDS)
    options = parser.parse_args()
    if EMBEDDED_JUDGE in options.judge and options.model is None:
        parser.error("--judge embedded needs --model FILE")
    return options


if __name__ == "__main__":
    asyncio.run(main(parsed()))
