"""What a second opinion by the embedded model is worth: texts that a filter leaves in doubt, with it and without it.

    python -m benchmarks.opinion fit     --data DIR --model FILE [--rows N]
    python -m benchmarks.opinion measure --data DIR --model FILE [--rows N] [--into docs/quality.md]

Rules of this place: `fit` prints the entries of `evaluation/opinions/data/opinions.yaml`; it sees texts that neither
the filters learned from nor `measure` looks at: for injection, texts of the training's own grammar from templates that
were kept aside; for toxicity, half of OLID (which nothing learns from) and sentences of the grammar kept aside.
`measure` takes what `benchmarks.injection` and `benchmarks.toxicity` measure, of OLID the other half. Only texts in the
band are asked about, at most `--rows` of a set, of each label at most half as many; the share that would be asked is
that of the whole set. Accuracy is the share of texts flagged as their label says, an opinion that could not be had
counting as wrong. Intervals are Wilson's, 95 %; McNemar's mid-p value is how likely chance turns flags so unevenly.
"""

import argparse
import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyarrow as pa

from assay.app.scan_opinions import FRESH
from benchmarks import injection_sets, toxicity
from benchmarks.fitting import Table
from benchmarks.page import kept
from benchmarks.training.injection_rows import made
from benchmarks.training.toxicity_grammar import read_grammar
from benchmarks.training.toxicity_rows import plain, read_rows, tuning
from evaluation.filters import Filter, build_filter, doubt_of
from evaluation.judges._overlap import logit
from evaluation.llm import ChatModel, ChatReply, ChatRequest, Courier, EmbeddedServer, OpenAIChat
from evaluation.opinions import SecondReader, opinion_spec
from evaluation.statistics import wilson
from evaluation.statistics._significance import mcnemar_mid_p

_SEED: Final = 20261121
_MADE: Final = 1500  # texts of the injection grammar, of each label
_OLID: Final = 2000  # tweets
_DRAWN: Final = 40  # sentences of the toxicity grammar, of each function


@dataclass(frozen=True, kw_only=True)
class Row:
    """One labelled text."""

    group: str  # the set
    text: str
    flag: bool  # whether it should be flagged


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """One labelled text that the filter leaves in doubt."""

    row: Row
    first: float  # the filter's score


class Watched:
    """A model that remembers whether its last reply was kept from an earlier run."""

    def __init__(self, model: ChatModel) -> None:
        """Ask `model`."""
        self._model = model
        self.spec = model.spec
        self.supports_schema = model.supports_schema
        self.kept = False

    async def chat(self, request: ChatRequest) -> ChatReply:
        """Ask."""
        reply = await self._model.chat(request)
        self.kept = reply.cached
        return reply


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What came of asking about it."""

    doubt: Doubt
    before: bool  # whether the filter flags it
    likelihood: float | None
    score: float | None
    seconds: float | None  # None where a reply of an earlier run was found


def fitting_rows(name: str, data: Path) -> Iterator[Row]:
    """Yield the texts to fit on."""
    draw = random.Random(_SEED)  # noqa: S311 (a repeatable sample, not a secret)
    if name == "injection":
        for attack in (True, False):
            yield from (
                Row(group="made", text=row.text, flag=attack) for row in made(draw, _MADE, attack=attack, dev=True)
            )
        return
    grammar = read_grammar()
    for function in grammar.functions:
        for _ in range(_DRAWN):
            if one := grammar.drawn(function, draw, template=True, group=False):
                yield Row(group="made", text=one.text, flag=one.toxic)
    yield from _olid(data, tuned=True)


def measured_rows(name: str, data: Path) -> Iterator[Row]:
    """Yield the texts to measure on."""
    if name == "injection":
        for sample in injection_sets.samples(data):
            yield Row(group=sample.group.value, text=sample.text, flag=sample.attack)
        return
    for group, rows in toxicity.sets(data, 100_000):
        if not group.startswith((" ", "OLID")) and "profanity" not in group:
            yield from (Row(group=group, text=row.text, flag=row.toxic) for row in rows)
    yield from _olid(data, tuned=False)


def _olid(data: Path, *, tuned: bool) -> Iterator[Row]:
    rows = [row for row in read_rows(data, "olid__train") if tuning(row["id"]) == tuned]
    aimed = [row for row in rows if not row["label"] or row["label_raw"][1] == "TIN"]
    random.Random(_SEED).shuffle(aimed)  # noqa: S311 (as above)
    for row in aimed[:_OLID]:
        yield Row(group="OLID, aimed at somebody", text=plain(row["text"]), flag=row["label"] == 1)


def doubtful(one: Filter, name: str, rows: Sequence[Row]) -> list[Doubt]:
    """Return the texts in the band, in an order that is drawn once."""
    low, high = doubt_of(name, {})
    once = list({row.text: row for row in rows}.values())
    results = one.scan(pa.array([row.text for row in once], pa.string()))
    found = [
        Doubt(row=row, first=result.score)
        for row, result in zip(once, results, strict=True)
        if result.score is not None and low <= result.score < high
    ]
    random.Random(_SEED).shuffle(found)  # noqa: S311 (as above)
    return found


def drawn(doubts: Sequence[Doubt], most: int) -> list[Doubt]:
    """Return at most so many of each set, of each label at most half of them."""
    groups = dict.fromkeys((doubt.row.group, doubt.row.flag) for doubt in doubts)
    return [
        one
        for group in groups
        for one in [doubt for doubt in doubts if (doubt.row.group, doubt.row.flag) == group][: most // 2]
    ]


async def ask(name: str, one: Filter, doubts: Sequence[Doubt], model: ChatModel) -> list[Asked]:
    """Ask about each text, one after the other."""
    spec = one.spec
    opinions = opinion_spec(name, spec.version, spec.threshold, doubt_of(name, {}), "embedded", model.spec)
    watched = Watched(model)
    reader = SecondReader(opinions, watched)
    found = []
    for doubt in doubts:
        begun = time.perf_counter()
        said = await reader.read(doubt.row.text, doubt.first)
        found.append(
            Asked(
                doubt=doubt,
                before=doubt.first >= spec.threshold,
                likelihood=said.likelihood,
                score=said.score,
                seconds=None if watched.kept else time.perf_counter() - begun,
            )
        )
    return found


async def fit(options: argparse.Namespace, model: ChatModel) -> None:
    """Print the entries of the data file, with the filter's score and without it.

    The second is for where the first has a negative weight: a surer filter must not lower the score.
    """
    for name in options.filters:
        one = build_filter(name)
        doubts = drawn(doubtful(one, name, list(fitting_rows(name, options.data))), options.rows)
        tables = [Table(("likelihood", "first")), Table(("likelihood",))]
        spec = opinion_spec(name, one.spec.version, one.spec.threshold, doubt_of(name, {}), "embedded", model.spec)
        for asked in await ask(name, one, doubts, model):
            if asked.likelihood is not None:
                values = {"likelihood": logit(asked.likelihood), "first": logit(asked.doubt.first)}
                for table in tables:
                    table.add(values, good=asked.doubt.row.flag, group=asked.doubt.row.group)
        print(f"filter: {name}\nversion: {one.spec.version!r}")
        print(f"model: {model.spec.digest}\nprompt: {spec.question.digest}")
        for table in tables:
            table.show()


async def measure(options: argparse.Namespace, model: ChatModel) -> None:
    """Print what asking changes, by filter and set."""
    for name in options.filters:
        one = build_filter(name)
        rows = list(measured_rows(name, options.data))
        doubts = doubtful(one, name, rows)
        asked = await ask(name, one, drawn(doubts, options.rows), model)
        print(
            f"{name}: {len(doubts)} of {len(rows)} texts in doubt, {_rate(len(doubts), len(rows))}; {len(asked)} asked"
        )
        for group in dict.fromkeys(row.group for row in rows):
            every = sum(row.group == group for row in rows)
            in_doubt = sum(doubt.row.group == group for doubt in doubts)
            print(f"  {group}: {in_doubt} of {every} texts in doubt")
            _show([this for this in asked if this.doubt.row.group == group], one.spec.threshold)
        print("  all sets that were asked about")
        _show(asked, one.spec.threshold)
        seconds = sorted(this.seconds for this in asked if this.seconds is not None)
        if seconds:
            print(
                f"  seconds a text: median {seconds[len(seconds) // 2]:.2f}, most {seconds[-1]:.2f}, n {len(seconds)}"
            )
        print()


def _show(asked: Sequence[Asked], threshold: float) -> None:
    if not asked:
        return
    after = [None if this.score is None else this.score >= threshold for this in asked]
    labels = [this.doubt.row.flag for this in asked]
    before = [this.before for this in asked]
    print(f"    n {len(asked)} ({sum(labels)} to be flagged), no opinion {sum(flag is None for flag in after)}")
    for words, flags in (("filter alone", before), ("with second opinion", after)):
        print(f"    {words:20} {_line(flags, labels)}")
    wins = sum(b != y == a for b, a, y in zip(before, after, labels, strict=True))
    losses = sum(b == y != a for b, a, y in zip(before, after, labels, strict=True))
    print(f"    turned to the better {wins}, to the worse {losses}, mid-p {mcnemar_mid_p(wins, losses):.3f}")


def _line(flags: Sequence[bool | None], labels: Sequence[bool]) -> str:
    right = sum(flag == label for flag, label in zip(flags, labels, strict=True))
    parts = [f"accuracy {_rate(right, len(flags))}"]
    for words, label, wanted in (("recall", True, True), ("false alarms", False, True)):
        of = [flag for flag, truth in zip(flags, labels, strict=True) if truth is label]
        if of:
            parts.append(f"{words} {_rate(sum(flag is wanted for flag in of), len(of))}")
    return "  ".join(parts)


def _rate(count: int, of: int) -> str:
    bounds = wilson(count, of)
    return f"{count / of:.3f} [{bounds.lower:.3f}, {bounds.upper:.3f}]"


@asynccontextmanager
async def _opened(options: argparse.Namespace) -> AsyncIterator[ChatModel]:
    """Serve the weights as a scan does; replies stay in the cache, so that a second run is free."""
    with EmbeddedServer(options.model, threads=options.threads) as endpoint:
        async with Courier(options.cache) as courier:
            yield OpenAIChat(replace(endpoint, options=FRESH), courier)


async def main(options: argparse.Namespace) -> None:
    """Do what was asked for."""
    async with _opened(options) as model:
        await (fit if options.what == "fit" else measure)(options, model)


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("fit", "measure"))
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--model", type=Path, required=True, help="weights of the embedded model (GGUF)")
    parser.add_argument("--filters", nargs="+", choices=("injection", "toxicity"), default=["injection", "toxicity"])
    parser.add_argument("--rows", type=int, default=40, help="texts of each set, at most")
    parser.add_argument("--cache", type=Path, default=Path("opinions-cache.sqlite"), help="replies kept between runs")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--into", type=Path, help="page to write the figures to")
    return parser.parse_args()


if __name__ == "__main__":
    chosen = parsed()
    how = f"--filters {' '.join(chosen.filters)} --rows {chosen.rows}"
    with kept(chosen.into, "Second opinions", f"python -m benchmarks.opinion measure --data DIR --model FILE {how}"):
        asyncio.run(main(chosen))
