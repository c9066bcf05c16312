"""How well the relevancy judges tell an answer to the question from one that only looks like it.

    python benchmarks/relevancy.py --data DIR [--rows N] [--judge local|embedded] [--model FILE] [--half tuning]

Data: questions, right answers and sources of the HaluEval-QA sample. Three kinds of rows: the right answer; another
sentence of the same source (on the subject, beside the question); a sentence of some other source. Cuts are chosen on
the tuning half and measured on the other; halves are split by source. Every number has its 95 % interval.
"""

import argparse
import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.judges import Row, auc, balanced, embedded, interval, load
from benchmarks.page import kept
from evaluation.answers import Item
from evaluation.judges import Judge, build_judge, split_sentences

SEED = 20261121
LONGEST = 2_000
SHORTEST_SENTENCE = 30
KINDS = ("right", "beside", "elsewhere")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row and what is wrong with its answer."""

    kind: str
    item: Item


def cases(rows: Sequence[Row]) -> list[Case]:
    """Make the three kinds from rows with right answers."""
    draw = random.Random(SEED)  # noqa: S311 (a repeatable sample, not a secret)
    made = []
    for place, row in enumerate(rows):
        made.append(Case(kind="right", item=row.item))
        beside = [text for text in _sentences(row) if row.item.answer.text.lower().strip(". ") not in text.lower()]
        elsewhere = _sentences(rows[(place + 7) % len(rows)])
        for kind, found in (("beside", beside), ("elsewhere", elsewhere)):
            if found:
                answer = replace(row.item.answer, text=draw.choice(found))
                made.append(Case(kind=kind, item=replace(row.item, answer=answer)))
    return made


def _sentences(row: Row) -> list[str]:
    return [
        text for span in split_sentences(row.context) if len(text := span.of(row.context).strip()) >= SHORTEST_SENTENCE
    ]


async def measure(judge: Judge, made: Sequence[Case]) -> None:
    """Judge every case and print how the kinds come out."""
    values: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for case in made:
        verdict = await judge.judge(case.item, repeat=0)
        if verdict.value is not None:
            values[case.kind].append(verdict.value)
    for kind in KINDS:
        found = values[kind]
        print(f"{kind:10} n={len(found):4}  mean value {sum(found) / max(1, len(found)):.3f}")
    for kind in KINDS[1:]:
        ranked = [(value, True) for value in values["right"]] + [(value, False) for value in values[kind]]
        hard = [(float(value == 1), good) for value, good in ranked]
        print(f"right / {kind:10} AUC {interval(ranked, auc)}   balanced accuracy at 1 {interval(hard, balanced)}")


async def main(options: argparse.Namespace) -> None:
    """Load, make the cases, judge them."""
    rows = [
        row
        for row in load(options.data, "halueval_qa_sample", 2_000, LONGEST)
        if row.faithful and row.tuning == (options.half == "tuning")
    ][: options.rows]
    if options.judge == "local":
        await measure(build_judge("relevancy", "local"), cases(rows))
        return
    async with embedded(options.model, options.cache, options.threads) as model:
        await measure(build_judge("relevancy", "embedded", model), cases(rows))


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--judge", choices=("local", "embedded"), default="local")
    parser.add_argument("--half", choices=("measuring", "tuning"), default="measuring")
    parser.add_argument("--model", type=Path, help="weights of the embedded judge (GGUF)")
    parser.add_argument("--cache", type=Path, default=Path("judges-cache.sqlite"), help="replies kept between runs")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--into", type=Path, help="page whose section is replaced with what is printed")
    options = parser.parse_args()
    if options.judge == "embedded" and options.model is None:
        parser.error("--judge embedded needs --model FILE")
    return options


if __name__ == "__main__":
    OPTIONS = parsed()
    COMMAND = f"python -m benchmarks.relevancy --judge {OPTIONS.judge} --rows {OPTIONS.rows} --half {OPTIONS.half}"
    with kept(OPTIONS.into, f"Relevancy, judge {OPTIONS.judge}", COMMAND):
        asyncio.run(main(OPTIONS))
