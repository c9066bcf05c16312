"""How well the toxicity filter tells abuse, threats and hate from what only looks like them, and how fast.

python -m benchmarks.toxicity --data DIR [--into docs/quality.md]

Rules of this place: the filter runs as it ships; peers run in the same process on the same texts. `functional` and
`fresh` are our own hand-written test sets (`data/toxicity_*.yaml`), never learned from. `made` is drawn from the
training's own grammar, from templates and groups that it never learned from (the threshold was chosen on such, so it
flatters a little). Of Davidson et al. the measuring half counts; OLID is not learned from at all. Both call profanity
offensive, which our definition does not: rows named `profanity counts` show the whole mismatch, `hate or neither` the
part of Davidson that both definitions share. Rates have Wilson's 95 % intervals, AUC one by bootstrap (`ranking.py`).
Speed is counted in processor time.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pyarrow as pa
import yaml

from benchmarks.page import kept
from benchmarks.ranking import auc, interval
from benchmarks.training.toxicity_grammar import read_grammar
from benchmarks.training.toxicity_mentions import mentions
from benchmarks.training.toxicity_rows import plain, read_rows, tuning
from evaluation.filters import Filter, FilterSetting, build_filter
from evaluation.statistics import wilson

if TYPE_CHECKING:
    from assay.kernel import JsonValue

_DATA: Final = Path(__file__).with_name("data")
_IDENTITY: Final = (
    "neutral_identity", "positive_identity",
    "identity_self", "identity_other", "identity_positive", "identity_request",
)  # fmt: skip
_MADE_IDENTITY: Final = ("neutral", "positive")
_MADE: Final = 60  # sentences a function, at most
_SHORT: Final = "I told our new colleague that the report is due on Friday at noon, please help."
_TIMED: Final = 600  # texts
_SEED: Final = 20261121
_HATEFUL: Final = 2  # votes of three


@dataclass(frozen=True)
class Row:
    """One labelled text."""

    text: str
    toxic: bool
    function: str = ""


Scorer: TypeAlias = Callable[[Sequence[str]], Sequence[tuple[float, bool]]]
"""Texts to (score, flagged)."""


def by_hand(name: str) -> list[Row]:
    """Return a hand-written set."""
    data = yaml.safe_load((_DATA / f"toxicity_{name}.yaml").read_text(encoding="utf-8"))
    return [
        Row(line, toxic, function)
        for kind, toxic in (("flagged", True), ("other", False))
        for function, lines in data[kind].items()
        for line in lines.strip().split("\n")
    ]


def by_language() -> dict[str, list[Row]]:
    """Return the small hand-written sets of other languages than English."""
    data = yaml.safe_load((_DATA / "toxicity_languages.yaml").read_text(encoding="utf-8"))["languages"]
    return {
        language: [
            Row(line, toxic)
            for kind, toxic in (("flagged", True), ("other", False))
            for line in given[kind].strip().split("\n")
        ]
        for language, given in data.items()
    }


def made() -> list[Row]:
    """Return sentences whose template and whose group were both kept aside from learning."""
    grammar, draw = read_grammar(), random.Random(_SEED)  # noqa: S311 (a repeatable sample, not a secret)
    found = {}
    for name in (name for name in grammar.functions for _ in range(_MADE)):
        one = grammar.drawn(name, draw, template=True, group=True)
        if one:
            found[one.text] = Row(one.text, one.toxic, name)
    return list(found.values())


def sets(data: Path, most: int) -> Iterator[tuple[str, list[Row]]]:
    """Yield the sets with their names; of those that people labelled at most so many rows, drawn."""
    for name in ("functional", "fresh"):
        rows = by_hand(name)
        yield name, rows
        yield "  its identity mentions", [row for row in rows if row.function in _IDENTITY]
    yield "open: mentions of groups", [Row(text, toxic=False) for text in mentions(data, apart=True)]
    for language, rows in by_language().items():
        yield f"language {language}", rows
    rows = made()
    yield "made, templates and groups kept aside", rows
    yield "  their identity mentions", [row for row in rows if row.function in _MADE_IDENTITY]
    davidson = _drawn([row for row in read_rows(data, "davidson_hate_offensive") if not tuning(row["id"])])
    shared = [row for row in davidson if row["label_raw"] == "neither" or row["votes"][0] >= _HATEFUL]
    yield "Davidson, hate or neither", [Row(plain(row["text"]), row["label_raw"] == "hate") for row in shared[:most]]
    yield "Davidson, profanity counts", [Row(plain(row["text"]), row["label"] == 1) for row in davidson[:most]]
    olid = _drawn(list(read_rows(data, "olid__train")))
    aimed = [row for row in olid if not row["label"] or row["label_raw"][1] == "TIN"]
    yield "OLID, aimed at somebody", [Row(plain(row["text"]), row["label"] == 1) for row in aimed[:most]]
    yield "OLID, profanity counts", [Row(plain(row["text"]), row["label"] == 1) for row in olid[:most]]


def _drawn(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    random.Random(_SEED).shuffle(rows)  # noqa: S311 (a repeatable sample, not a secret)
    return rows


def main(options: argparse.Namespace) -> None:
    """Measure everything that is at hand."""
    scorers = dict(_scorers(options))
    for name, rows in sets(options.data, options.rows):
        toxic = sum(row.toxic for row in rows)
        print(f"{name}: n {len(rows)} ({toxic} to be flagged)")
        for scorer_name, scorer in scorers.items():
            found = scorer([row.text for row in rows])
            print(f"  {scorer_name:22} {_line(rows, found)}")
            if name in {"functional", "fresh"}:
                _by_function(rows, found)
    for scorer_name, scorer in scorers.items():
        print(f"{scorer_name}: {_speed(scorer):.0f} texts of about 18 tokens in a second of one core")


def _scorers(options: argparse.Namespace) -> Iterator[tuple[str, Scorer]]:
    yield "assay", _of_filter(build_filter("toxicity"))
    try:
        from profanity_check import (  # noqa: PLC0415 (a peer, dear)
            predict_prob,
        )
    except ImportError as error:
        print(f"alt-profanity-check is left out: {error}")
    else:
        yield "alt-profanity-check", lambda texts: [(float(p), p >= 0.5) for p in predict_prob(list(texts))]
    if options.detoxify is None:
        print("Detoxify is left out: no weights at hand (--detoxify FILE)")
        return
    asked: dict[str, JsonValue] = {
        "engine": "detoxify",
        "variant": options.variant,
        "checkpoint": str(options.detoxify),
    }
    yield f"Detoxify {options.variant}", _of_filter(build_filter("toxicity", FilterSetting(options=asked)))


def _of_filter(one: Filter) -> Scorer:
    def scored(texts: Sequence[str]) -> list[tuple[float, bool]]:
        results = one.scan(pa.array(texts, pa.string()))
        return [(result.score or 0.0, bool(result.flagged)) for result in results]

    return scored


def _line(rows: Sequence[Row], found: Sequence[tuple[float, bool]]) -> str:
    caught = [flagged for row, (_, flagged) in zip(rows, found, strict=True) if row.toxic]
    alarms = [flagged for row, (_, flagged) in zip(rows, found, strict=True) if not row.toxic]
    if not caught:
        return f"false alarms {_rate(alarms)}"
    balanced = (sum(caught) / len(caught) + 1 - sum(alarms) / len(alarms)) / 2
    area = interval([(score, row.toxic) for row, (score, _) in zip(rows, found, strict=True)], auc)
    return f"balanced accuracy {balanced:.3f}  recall {_rate(caught)}  false alarms {_rate(alarms)}  AUC {area}"


def _rate(flags: Sequence[bool]) -> str:
    bounds = wilson(sum(flags), len(flags))
    return f"{sum(flags) / len(flags):.3f} [{bounds.lower:.3f}, {bounds.upper:.3f}]"


def _by_function(rows: Sequence[Row], found: Sequence[tuple[float, bool]]) -> None:
    pairs = zip(rows, found, strict=True)
    shares = []
    for function, group in groupby(pairs, lambda pair: pair[0].function):
        right = [flagged == row.toxic for row, (_, flagged) in group]
        shares.append(f"{function} {sum(right)}/{len(right)}")
    print(f"    right by functionality: {', '.join(shares)}")


def _speed(scorer: Scorer) -> float:
    texts = [f"{_SHORT} {number}" for number in range(_TIMED)]
    scorer(texts[:50])
    begun = time.process_time()
    scorer(texts)
    return _TIMED / (time.process_time() - begun)


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--rows", type=int, default=4000, help="of each labelled set, at most")
    parser.add_argument("--detoxify", type=Path, help="a released checkpoint of Detoxify, its configuration beside it")
    parser.add_argument("--variant", default="unbiased", help="of Detoxify")
    parser.add_argument("--into", type=Path, help="page to write the figures to")
    return parser.parse_args()


if __name__ == "__main__":
    chosen = parsed()
    with kept(chosen.into, "Toxicity", "python -m benchmarks.toxicity --data DIR"):
        main(chosen)
