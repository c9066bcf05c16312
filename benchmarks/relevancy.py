"""How well the relevancy judges tell an answer to the question from one that only looks like it.

    python -m benchmarks.relevancy --data DIR [--judge checks local embedded] [--rows N] [--model FILE] [--into PAGE]
    python -m benchmarks.relevancy --data DIR --fit encoder|model [--model FILE]

Rules of this place: cases are made from labelled questions. Kinds: `right`, the true answer; `wrong`, a false answer to
the same question (relevancy does not ask for truth); `beside`, another sentence of the same source; `elsewhere`, the
answer to another question or a sentence of another source. Right and wrong answers have both points, `beside` the
subject alone, `elsewhere` none. Halves are split by source or question; coefficients are fitted on what the encoder's
training held back of the tuning half, and measured on the other half. Every number has its 95 % interval.
"""

import argparse
import asyncio
import gzip
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.fitting import Table
from benchmarks.judges import embedded
from benchmarks.labelled import SEED, load
from benchmarks.page import kept
from benchmarks.ranking import auc, balanced, interval
from benchmarks.training.rows import held_back, tuning
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.encoder import load_encoder
from evaluation.judges import Judge, build_judge, split_sentences
from evaluation.judges._overlap import logit
from evaluation.judges._prompts import FIT_DIGEST
from evaluation.judges._relevancy_cascade import FEATURES, Point, likelihood_of, relevancy_values
from evaluation.llm import ChatModel

LONGEST = 2_000
SHORTEST_SENTENCE = 30
KINDS = ("right", "wrong", "beside", "elsewhere")
POINTS = {"right": (True, True), "wrong": (True, True), "beside": (True, False), "elsewhere": (False, False)}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row and what is wrong with its answer."""

    group: str
    kind: str
    item: Item


def cases(data: Path, wanted: Callable[[str], bool], rows: int) -> list[Case]:
    """Make the cases of every set whose source or question is wanted, at most `rows` of each kind and set."""
    made = [case for case in _all(data) if wanted(case.item.id)]
    random.Random(SEED).shuffle(made)  # noqa: S311 (a repeatable sample, not a secret)
    counted: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in made:
        counted[case.group, case.kind].append(case)
    return [case for found in counted.values() for case in found[:rows]]


def _case(group: str, kind: str, key: str, question: str, text: str) -> Case:
    answer = Answer(outcome=AnswerOutcome.ANSWERED, text=text, contexts=None)
    return Case(group=group, kind=kind, item=Item(id=key, question=question, answer=answer))


def _all(data: Path) -> Iterator[Case]:
    for made in (_halueval, _natural_questions, _boolq, _dialogues):
        yield from made(data)


def _halueval(data: Path) -> Iterator[Case]:
    rows = load(data, "halueval_qa_sample", 4_000, LONGEST)
    draw = random.Random(SEED)  # noqa: S311 (a repeatable sample, not a secret)
    for row in rows:
        question, said = row.item.question, row.item.answer.text
        yield _case("halueval", "right" if row.faithful else "wrong", row.context, question, said)
        beside = [text for text in _sentences(row.context) if said.lower().strip(". ") not in text.lower()]
        elsewhere = _sentences(draw.choice(rows).context)
        for kind, found in (("beside", beside), ("elsewhere", elsewhere)):
            if found and row.faithful:
                yield _case("halueval", kind, row.context, question, draw.choice(found))


def _natural_questions(data: Path) -> Iterator[Case]:
    rows = [row for row in _read(data / "nq_open_judged__dev.jsonl.gz") if row["label"] is not None]
    draw = random.Random(SEED)  # noqa: S311 (a repeatable sample, not a secret)
    for row in rows:
        question = str(row["question"])
        kind = "right" if row["label"] == 1 else "wrong"
        yield _case("natural questions", kind, question, question, str(row["prediction"]))
        other = draw.choice(rows)
        yield _case("natural questions", "elsewhere", question, question, f"{other['question']}: {other['prediction']}")


def _boolq(data: Path) -> Iterator[Case]:
    rows = list(_read(data / "boolq__dev.jsonl.gz"))
    draw = random.Random(SEED)  # noqa: S311 (a repeatable sample, not a secret)
    for row in rows:
        question = str(row["question"])
        for kind, chosen in (("right", row), ("elsewhere", draw.choice(rows))):
            yield _case("boolq passages", kind, question, question, " ".join(_sentences(str(chosen["context"]))[:3]))


def _dialogues(data: Path) -> Iterator[Case]:
    """Take replies of people to a turn, and the same replies to the turn of another dialogue."""
    rows = [row for row in _read(data / "faithdial_audit.jsonl.gz") if row["label"] == 1 and row["question"]]
    draw = random.Random(SEED)  # noqa: S311 (a repeatable sample, not a secret)
    for row in rows:
        for kind, chosen in (("right", row), ("elsewhere", draw.choice(rows))):
            yield _case("dialogues", kind, str(row["context"]), str(row["question"]), str(chosen["response"]))


def _read(path: Path) -> Iterator[dict[str, object]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _sentences(text: str) -> list[str]:
    return [said for span in split_sentences(text) if len(said := span.of(text).strip()) >= SHORTEST_SENTENCE]


async def measure(name: str, judge: Judge, made: Sequence[Case]) -> None:
    """Judge every case and print how the kinds come out."""
    values: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    for case in made:
        verdict = await judge.judge(case.item, repeat=0)
        if verdict.value is not None:
            soft = verdict.value if verdict.probability is None else verdict.probability
            values[case.kind].append((verdict.value, verdict.value + soft))
    print(f"judge {name}")
    for kind in KINDS:
        found = [value for value, _ in values[kind]]
        print(f"  {kind:10} n={len(found):4}  mean value {sum(found) / max(1, len(found)):.3f}")
    good = values["right"] + values["wrong"]
    for kind in KINDS[2:]:
        ranked = [(soft, True) for _, soft in good] + [(soft, False) for _, soft in values[kind]]
        hard = [(value, True) for value, _ in good] + [(value, False) for value, _ in values[kind]]
        print(f"  answers / {kind:10} AUC {interval(ranked, auc)}   balanced accuracy at 1 {interval(hard, balanced)}")


async def fit(made: Sequence[Case], model: ChatModel | None) -> None:
    """Print the coefficients of both points, over the encoder's readings or over the model's likelihood as well."""
    reader = load_encoder()
    print(f"# encoder {reader.digest}" + (f"\n# model {model.spec.digest}\n# prompt {FIT_DIGEST}" if model else ""))
    for place, point in enumerate(Point):
        table = Table(FEATURES if model is None else ("likelihood", "before"))
        local = build_judge("relevancy", "local") if model else None
        for case in made:
            values = await relevancy_values(reader, case.item)
            if model is not None and local is not None:
                before = local.fit_of(point).logistic.probability(values)  # type: ignore[attr-defined]  # ours
                if not local.fit_of(point).doubts(before):  # type: ignore[attr-defined]  # ours
                    continue
                likelihood = await likelihood_of(point, case.item, model)
                values = {"likelihood": logit(likelihood), "before": logit(before)}
            table.add(values, good=POINTS[case.kind][place], group=f"{case.group}")
        print(f"# {point}")
        table.show()


async def main(options: argparse.Namespace) -> None:
    """Make the cases, then fit or measure."""
    if options.fit:
        made = cases(options.data, lambda key: tuning(key) and held_back(key), options.rows)
        if options.fit == "encoder":
            await fit(made, None)
            return
        async with embedded(options.model, options.cache, options.threads) as model:
            await fit(made, model)
        return
    made = cases(options.data, lambda key: not tuning(key), options.rows)
    for name in options.judge:
        if name != "embedded":
            await measure(name, build_judge("relevancy", name), made)
            continue
        async with embedded(options.model, options.cache, options.threads) as model:
            await measure(name, build_judge("relevancy", name, model), made)


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--rows", type=int, default=100, help="cases of each set and kind")
    parser.add_argument("--judge", choices=("checks", "local", "embedded"), nargs="+", default=["checks", "local"])
    parser.add_argument("--fit", choices=("encoder", "model"), help="print coefficients instead of measuring")
    parser.add_argument("--model", type=Path, help="weights of the embedded judge (GGUF)")
    parser.add_argument("--cache", type=Path, default=Path("judges-cache.sqlite"), help="replies kept between runs")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--into", type=Path, help="page whose section is replaced with what is printed")
    options = parser.parse_args()
    if options.model is None and (options.fit == "model" or "embedded" in options.judge):
        parser.error("the embedded judge needs --model FILE")
    return options


if __name__ == "__main__":
    OPTIONS = parsed()
    NAMES = " ".join(OPTIONS.judge)
    COMMAND = f"python -m benchmarks.relevancy --judge {NAMES} --rows {OPTIONS.rows}"
    with kept(OPTIONS.into, f"Relevancy, judges {NAMES}", COMMAND):
        asyncio.run(main(OPTIONS))
