"""How many texts a second are held against 1,000 to 100,000 keywords, and what is found of them in disguise.

    python -m benchmarks.keywords --data DIR [--sizes 1000 10000 100000] [--texts 2000] [--record docs/quality.md]

Half of each list are invented words, found exactly; the other half are fuzzy phrases of three words that are drawn at
random from the texts' own words. Beside the filter, in the same process and on the same texts: one `re` alternation of
all entries, and a loop of `in` over them (both see the text in lower case and nothing else). Processor time of one
core; memory is what the process grew by while the filter was built. Recall: entries written into clean texts in nine
ways; false alarms: clean texts with a phrase found. The shipped lists are measured on the same clean texts.
"""

import argparse
import gzip
import json
import random
import re
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa

from benchmarks.page import kept
from evaluation.filters import Filter, FilterSetting
from evaluation.filters.keywords import build
from evaluation.statistics import wilson

SEED = 20261121
SETS = {"privacy_policy_relevance__dev": "text", "boolq__dev": "context", "nq_open_judged__dev": "question"}
SLOW_TEXTS = 40  # that the peers read of a long list
HIDDEN = 400  # entries written into texts, for each disguise
_SYLLABLES = ("ka", "lo", "mi", "ru", "te", "vo", "zan", "bel", "dor", "fin", "gra", "hul", "jes", "pra", "sti", "wex")
_ALIKE = str.maketrans("aeopcx", "аеорсх")
_LEET = str.maketrans("aeiots", "431075")


def main() -> None:
    """Print a line for each size, then recall by disguise, then false alarms."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.keywords", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--texts", type=int, default=2_000)
    parser.add_argument("--record", type=Path, help="write what is printed into this page")
    options = parser.parse_args()
    texts = _texts(options.data, options.texts)
    with kept(options.record, "Keywords", "python -m benchmarks.keywords --data DIR"):
        print(f"{len(texts)} clean texts of {sum(map(len, texts)) / len(texts):.0f} characters on average\n")
        print(f"{'entries':>8} {'built s':>8} {'MiB':>6} {'texts/s':>8} {'re texts/s':>11} {'in texts/s':>11}")
        for size in options.sizes:
            # A process of its own each, so that one list's memory is not another's.
            with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as alone:
                print(alone.submit(_speed, size, texts).result())
        _recall(texts)
        _shipped(texts)


def _texts(data: Path, count: int) -> list[str]:
    found: list[str] = []
    for name, field in SETS.items():
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        found += sorted({_longest(row, field) for row in rows})
    random.Random(SEED).shuffle(found)  # noqa: S311 (a repeatable sample, not a secret)
    return found[:count]


def _longest(row: dict[str, object], field: str) -> str:
    said = row.get(field)
    return said if isinstance(said, str) else max((one for one in row.values() if isinstance(one, str)), key=len)


def _entries(size: int, texts: Sequence[str]) -> list[tuple[str, bool]]:
    chance = random.Random(SEED)  # noqa: S311 (as above)
    words = sorted({word for text in texts for word in re.findall(r"[a-z]{5,12}", text.lower())})
    drawn: dict[str, bool] = {}
    while len(drawn) < size // 2:
        drawn["".join(chance.choices(_SYLLABLES, k=chance.randint(4, 6)))] = False
    while len(drawn) < size:
        drawn[" ".join(chance.sample(words, 3))] = True
    return list(drawn.items())


def _built(entries: Sequence[tuple[str, bool]]) -> Filter:
    with tempfile.TemporaryDirectory() as folder:
        rows = "".join(f"{text},{str(fuzzy).lower()}\n" for text, fuzzy in entries)
        (Path(folder) / "list.csv").write_text("text,fuzzy\n" + rows, encoding="utf-8")
        lists = [{"name": "list", "path": "list.csv"}]
        return build(FilterSetting(options={"lists": lists, "shipped": False}, folder=Path(folder)))


def _speed(size: int, texts: Sequence[str]) -> str:
    entries = _entries(size, texts)
    before, begun = _peak(), time.process_time()
    made = _built(entries)
    built, grown = time.process_time() - begun, _peak() - before
    batch = pa.array(texts)
    ours = len(texts) / _seconds(lambda: made.scan(batch))
    few = texts[:SLOW_TEXTS]
    pattern = re.compile(r"\b(?:" + "|".join(re.escape(text) for text, _ in entries) + r")\b")
    either = len(few) / _seconds(lambda: [pattern.findall(text.lower()) for text in few])
    loop = len(few) / _seconds(lambda: [[entry for entry, _ in entries if entry in text.lower()] for text in few])
    return f"{size:>8} {built:>8.1f} {grown:>6.0f} {ours:>8.0f} {either:>11.1f} {loop:>11.1f}"


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return max(time.process_time() - begun, 1e-9)


def _recall(texts: Sequence[str]) -> None:
    entries = _entries(1_000, texts)
    made = _built(entries)
    phrases = [text for text, fuzzy in entries if fuzzy]
    print(f"\n{'disguise':>14} {'found':>6}   95 % (n={HIDDEN}; 1,000 entries, fuzzy phrases)")
    for name, disguise in _DISGUISES.items():
        chance = random.Random(SEED)  # noqa: S311 (as above)
        hidden = [
            _inside(chance.choice(texts), disguise(chance.choice(phrases), chance), chance) for _ in range(HIDDEN)
        ]
        _print_rate(name, sum(bool(result.findings) for result in made.scan(pa.array(hidden))), HIDDEN)
    alarms = sum(bool(result.findings) for result in made.scan(pa.array(texts)))
    _print_rate("none (clean)", alarms, len(texts))


def _shipped(texts: Sequence[str]) -> None:
    results = build(FilterSetting()).scan(pa.array(texts))
    print(f"\nshipped lists, unconfigured, on the clean texts (n={len(texts)})")
    _print_rate("flagged", sum(bool(result.flagged) for result in results), len(texts))
    _print_rate("noted", sum(bool(result.findings) for result in results), len(texts))


def _print_rate(name: str, found: int, of: int) -> None:
    interval = wilson(found, of)
    print(f"{name:>14} {found / of:>6.3f}   {interval.lower:.3f}–{interval.upper:.3f}")


def _inside(text: str, said: str, chance: random.Random) -> str:
    words = text.split(" ")
    place = chance.randrange(len(words) + 1)
    return " ".join([*words[:place], said, *words[place:]])


def _typos(phrase: str, chance: random.Random) -> str:
    return " ".join(_typo(word, chance) for word in phrase.split())


def _typo(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word) - 1)
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return chance.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + letter + word[place:],
            word[:place] + letter + word[place + 1 :],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        ]
    )


def _between(phrase: str, chance: random.Random) -> str:
    first, *rest = phrase.split()
    return f"{first} {chance.choice(['very', 'more', 'quite', 'so'])} {' '.join(rest)}"


_DISGUISES: dict[str, Callable[[str, random.Random], str]] = {
    "none": lambda phrase, _: phrase,
    "capitals": lambda phrase, _: phrase.upper(),
    "a typo a word": _typos,
    "look-alikes": lambda phrase, _: phrase.translate(_ALIKE),
    "leetspeak": lambda phrase, _: phrase.translate(_LEET),
    "spelt out": lambda phrase, _: "  ".join(" ".join(word) for word in phrase.split()),
    "zero width": lambda phrase, _: "\u200b".join(phrase),
    "no spaces": lambda phrase, _: phrase.replace(" ", ""),
    "word between": _between,
}

if __name__ == "__main__":
    main()
