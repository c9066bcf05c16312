"""How long the whole cascade takes on rows of a usual size, and how much of the work each stage did.

    python -m benchmarks.cascade --data DIR --model FILE [--rows 240] [--threads 2] [--into PAGE]

Rules of this place: a row has three sentences and a context of about 500 tokens; sentences are real replies, supported
and not, half and half, of the measuring halves of FaithDial and BEGIN; the context holds their three sources, filled
up with sources of other rows, shuffled. No reply is cached. Target: 240 rows in 10 minutes on 2 cores.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.judges import embedded
from benchmarks.labelled import SEED, Row, load
from benchmarks.page import kept
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.judges import Judge, build_judge
from evaluation.verdicts import Outcome, Verdict

SOURCES = ("faithdial_audit", "begin__dev")
TOKENS = 500
CODE_POINTS_A_TOKEN = 4.4  # of Qwen's tokeniser on these English sources
SENTENCES = 3
SHORTEST = 30  # code points of a reply
AT_ONCE = 4
TARGET_S = 600.0


def compose(rows: Sequence[Row], count: int) -> list[Item]:
    """Make `count` items of three replies each, every reply used as seldom as can be."""
    draw = random.Random(SEED)  # noqa: S311 (a repeatable sample, not a secret)
    usable = [row for row in rows if len(row.item.answer.text) >= SHORTEST]
    draw.shuffle(usable)
    items = []
    for number in range(count):
        chosen = [usable[(number * SENTENCES + at) % len(usable)] for at in range(SENTENCES)]
        pieces = [row.context for row in chosen]
        while sum(map(len, pieces)) < TOKENS * CODE_POINTS_A_TOKEN:
            pieces.append(draw.choice(usable).context)
        draw.shuffle(pieces)
        text = " ".join(_ended(row.item.answer.text) for row in chosen)
        answer = Answer(outcome=AnswerOutcome.ANSWERED, text=text, contexts=tuple(pieces))
        items.append(Item(id=f"row-{number}", question=chosen[0].item.question, answer=answer))
    return items


def _ended(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else text + "."


async def judged(judge: Judge, items: Sequence[Item]) -> tuple[list[Verdict], float]:
    """Judge all items, a few at once; return the verdicts and the seconds."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(item: Item) -> Verdict:
        async with limit:
            return await judge.judge(item, repeat=0)

    begun = time.perf_counter()
    verdicts = await asyncio.gather(*(one(item) for item in items))
    return list(verdicts), time.perf_counter() - begun


def show(verdicts: Sequence[Verdict], seconds: float) -> None:
    """Print time, stages and tokens."""
    scored = [verdict for verdict in verdicts if verdict.outcome is Outcome.SCORED]
    stages = Counter(unit.stage for verdict in scored for unit in verdict.units)
    asked = sum(verdict.usage.calls > 0 for verdict in scored)
    tokens = sum(verdict.usage.prompt_tokens for verdict in verdicts)
    shares = ", ".join(f"{stage} {count / stages.total():.1%}" for stage, count in stages.most_common())
    met = "ok" if seconds <= TARGET_S * len(verdicts) / 240 else "NOT MET"
    print(
        f"{len(verdicts)} rows, {len(scored)} scored, in {seconds:.0f} s ({seconds / len(verdicts):.2f} s a row): {met}"
    )
    print(f"sentences settled by: {shares}")
    print(f"rows that reached the language model: {asked / max(1, len(scored)):.1%}; {tokens} prompt tokens")


async def main(options: argparse.Namespace) -> None:
    """Compose, load the model, judge, show."""
    rows = [row for name in SOURCES for row in load(options.data, name, 2_000, 1_500) if not row.tuning]
    items = compose(rows, options.rows)
    size = sum(sum(map(len, item.answer.contexts or ())) for item in items) / len(items)
    print(f"contexts of {size / CODE_POINTS_A_TOKEN:.0f} tokens on average, {SENTENCES} sentences a row")
    with tempfile.TemporaryDirectory() as folder:
        async with embedded(options.model, Path(folder) / "replies.sqlite", options.threads) as model:
            show(*await judged(build_judge("faithfulness", "embedded", model), items))


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--model", type=Path, required=True, help="weights of the embedded judge (GGUF)")
    parser.add_argument("--rows", type=int, default=240)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--into", type=Path, help="page whose section is replaced with what is printed")
    return parser.parse_args()


if __name__ == "__main__":
    OPTIONS = parsed()
    COMMAND = f"python -m benchmarks.cascade --rows {OPTIONS.rows} --threads {OPTIONS.threads}"
    with kept(OPTIONS.into, "Time of the whole cascade", COMMAND):
        asyncio.run(main(OPTIONS))
