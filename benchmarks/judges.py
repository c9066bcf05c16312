"""How well each stage of the faithfulness cascade tells supported answers from unsupported ones, beside trivial scores.

    python -m benchmarks.judges --data DIR [--rows N] [--judge checks local embedded] [--model FILE] [--into PAGE]

Rules of this place: measured on the half of each open set that nothing was tuned or trained on (`benchmarks/labelled`);
every number has its 95 % interval; all judges, word overlap and shortness see the same rows, and whether a judge beats
a trivial score is the interval of the difference on those rows. Where it does not, the line says so.
"""

import argparse
import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.labelled import SEED, SETS, Row, load
from benchmarks.page import kept
from benchmarks.ranking import auc, balanced, difference, interval
from evaluation.judges import Judge, build_judge
from evaluation.judges._overlap import content_words
from evaluation.llm import ChatModel, Courier, EmbeddedServer, OpenAIChat
from evaluation.statistics import LabelledPair, agreement
from evaluation.verdicts import Outcome, Verdict

__all__ = ["embedded", "main"]

BASELINES = ("word overlap", "shortness")
JUDGES = ("checks", "local", "embedded")
AT_ONCE = 4


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One row and what every judge said."""

    row: Row
    verdicts: dict[str, Verdict]

    def score(self, name: str) -> float:
        """Return a judge's or a baseline's score of the row."""
        if name == "word overlap":
            return overlap(self.row)
        if name == "shortness":
            return -float(len(self.row.item.answer.text))
        verdict = self.verdicts[name]
        return verdict.probability if verdict.probability is not None else verdict.value or 0.0


def overlap(row: Row) -> float:
    """Baseline: share of the answer's content words in the source."""
    spoken = content_words(row.item.answer.text)
    known = set(content_words(row.context))
    return sum(word in known for word in spoken) / len(spoken) if spoken else 1.0


def report(title: str, judged: Sequence[Judged], judges: Sequence[str]) -> None:
    """Print one set: each judge with its hard verdicts, its ranking, its calibration, and whom it beats."""
    done = [one for one in judged if all(v.outcome is Outcome.SCORED for v in one.verdicts.values())]
    print(f"{title}: n={len(done)} scored of {len(judged)}")
    for name in judges:
        hard = [(float(one.verdicts[name].value == 1), one.row.faithful) for one in done]
        print(
            f"  {name:13} balanced accuracy {interval(hard, balanced)}  AUC {_auc(name, done)}  ECE {_ece(name, done)}"
        )
        print(f"  {'':13} {'; '.join(_against(name, other, done) for other in BASELINES)}")
        print(f"  {'':13} settled by {_stages(name, done)}")
    for name in BASELINES:
        print(f"  {name:13} {'':38} AUC {_auc(name, done)}")


def _auc(name: str, done: Sequence[Judged]) -> str:
    return interval([(one.score(name), one.row.faithful) for one in done], auc)


def _ece(name: str, done: Sequence[Judged]) -> str:
    pairs = [
        LabelledPair(judge=one.verdicts[name].value == 1, human=one.row.faithful, probability=one.score(name))
        for one in done
    ]
    found = agreement(pairs).ece
    return f"{found.value:.3f} [{found.lower:.3f}, {found.upper:.3f}]" if found else "-"


def _against(name: str, other: str, done: Sequence[Judged]) -> str:
    ours = [(one.score(name), one.row.faithful) for one in done]
    theirs = [(one.score(other), one.row.faithful) for one in done]
    found, low, high = difference(ours, theirs)
    word = "beats" if low > 0 else "is beaten by" if high < 0 else "DOES NOT BEAT"
    return f"{word} {other} ({found:+.3f} [{low:+.3f}, {high:+.3f}])"


def _stages(name: str, done: Sequence[Judged]) -> str:
    counts = Counter(unit.stage for one in done for unit in one.verdicts[name].units)
    total = counts.total()
    return ", ".join(f"{stage or 'one judge'} {count / total:.0%}" for stage, count in counts.most_common())


async def measure(rows: Sequence[Row], judges: dict[str, Judge]) -> list[Judged]:
    """Judge every row with every judge, a few rows at once."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(row: Row) -> Judged:
        async with limit:
            return Judged(
                row=row, verdicts={name: await judge.judge(row.item, repeat=0) for name, judge in judges.items()}
            )

    return list(await asyncio.gather(*(one(row) for row in rows)))


@asynccontextmanager
async def embedded(weights: Path, cache: Path, threads: int) -> AsyncIterator[ChatModel]:
    """Serve the weights; replies stay in `cache`, so that a second run is free."""
    with EmbeddedServer(weights, threads=threads) as options:
        async with Courier(cache) as courier:
            yield OpenAIChat(options, courier)


async def main(arguments: argparse.Namespace) -> None:
    """Load the measuring halves, judge, print every set and all together."""
    rows = [row for name in SETS for row in load(arguments.data, name, arguments.rows, arguments.longest)]
    rows = [row for row in rows if not row.tuning]
    random.Random(SEED).shuffle(rows)  # noqa: S311 (a repeatable order, not a secret)
    begun = time.perf_counter()
    if "embedded" in arguments.judge:
        async with embedded(arguments.model, arguments.cache, arguments.threads) as model:
            judged = await measure(rows, {name: build_judge("faithfulness", name, model) for name in arguments.judge})
    else:
        judged = await measure(rows, {name: build_judge("faithfulness", name) for name in arguments.judge})
    for name in SETS:
        report(name, [one for one in judged if one.row.group == name], arguments.judge)
    report("all sets", judged, arguments.judge)
    print(f"{len(judged)} rows in {time.perf_counter() - begun:.0f} s (replies of earlier runs included)")


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the four open sets, gzipped JSON Lines")
    parser.add_argument("--rows", type=int, default=400, help="rows of each set in each half")
    parser.add_argument("--longest", type=int, default=4000, help="leave out rows with a longer source (code points)")
    parser.add_argument("--judge", choices=JUDGES, nargs="+", default=["checks", "local"])
    parser.add_argument("--model", type=Path, help="weights of the embedded judge (GGUF)")
    parser.add_argument("--cache", type=Path, default=Path("judges-cache.sqlite"), help="replies kept between runs")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--into", type=Path, help="page whose section is replaced with what is printed")
    arguments = parser.parse_args()
    if "embedded" in arguments.judge and arguments.model is None:
        parser.error("--judge embedded needs --model FILE")
    return arguments


if __name__ == "__main__":
    OPTIONS = parsed()
    NAMES = " ".join(OPTIONS.judge)
    COMMAND = f"python -m benchmarks.judges --judge {NAMES} --rows {OPTIONS.rows} --longest {OPTIONS.longest}"
    with kept(OPTIONS.into, f"Faithfulness, judges {NAMES}", COMMAND):
        asyncio.run(main(OPTIONS))
