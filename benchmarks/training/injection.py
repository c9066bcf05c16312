"""Train the head of the injection filter and write it as ONNX.

pip install torch onnx safetensors tokenizers
python -m benchmarks.training.injection --data DIR --weights model.safetensors --out evaluation/filters/injection/data
"""

import argparse
import collections
import logging
import math
import random
from pathlib import Path

import torch

from benchmarks.training.injection_rows import Row, made, real
from benchmarks.training.integers import with_integer_products
from benchmarks.training.network import BASE_SHA256
from benchmarks.training.text_export import card_of, restored_texts, write_text_onnx
from benchmarks.training.text_learning import Example, TextRecipe, learn_texts, text_scores
from benchmarks.training.text_network import read_text_base
from evaluation.encoder._files import OWN_FOLDER
from evaluation.encoder._tokens import plain_tokenizer
from evaluation.filters.injection import Family
from evaluation.filters.injection._reading import plain

_log = logging.getLogger("training")
_OFTEN = {"pyrit", "deepset", "self_instruct", "advbench"}  # seen twice in a round


def mixture(data: Path, seed: int, attacks: int, benign: int) -> list[Row]:
    """Return what is learned in one round; another seed makes other texts."""
    draw = random.Random(seed)  # noqa: S311 (a repeatable sample, not a secret)
    rows = made(draw, attacks, attack=True) + made(draw, benign, attack=False) + real(data, draw, apart=False)
    often = [row for row in rows if row.source in _OFTEN or row.source.startswith("document:")]
    return rows + often


def held_back(data: Path, seed: int) -> list[Row]:
    """Return what is not learned: texts of templates that are held back, rows kept apart."""
    draw = random.Random(seed)  # noqa: S311 (as above)
    rows = made(draw, 1000, attack=True, dev=True) + made(draw, 1000, attack=False, dev=True)
    return rows + real(data, draw, apart=True)


def example(row: Row) -> Example:
    """Return the row as the network learns it: read as the filter reads."""
    kinds = [float(family.value == row.family) if row.family else math.nan for family in Family]
    labels = (float(row.attack), *kinds)
    return Example(text=plain(row.text).text, labels=labels, weight=row.weight, source=row.source)


def report(rows: list[Row], scores: list[float]) -> None:
    """Log for each source how many are called attacks."""
    called: dict[tuple[bool, str], list[float]] = collections.defaultdict(list)
    for row, score in zip(rows, scores, strict=True):
        called[row.attack, row.source].append(score)
    for (attack, source), found in sorted(called.items()):
        share = sum(score >= 0.5 for score in found) / len(found)
        _log.info("%s %-34s n=%4d  flagged %.3f", "attack" if attack else "benign", source, len(found), share)


def main(options: argparse.Namespace) -> None:
    """Make the rows, learn, write."""
    rows = [
        row
        for at in range(options.rounds)
        for row in mixture(options.data, options.seed + at, options.attacks, options.benign)
    ]
    counts = collections.Counter((row.attack, row.source.split(":")[0]) for row in rows)
    _log.info("%d rows: %s", len(rows), dict(counts))
    tokenizer = plain_tokenizer((OWN_FOLDER / "tokenizer.json").read_text("utf-8"))
    recipe = TextRecipe(
        seed=options.seed, length=options.length, seconds=options.seconds, rate=options.rate, frozen=options.frozen
    )
    weights = read_text_base(
        options.weights, options.seed, layers=options.layers, outputs=1 + len(Family), tokens=False
    )
    options.out.mkdir(parents=True, exist_ok=True)
    if options.onward:
        weights = restored_texts(options.onward, weights)
    learned = learn_texts(
        weights, tokenizer, [example(row) for row in rows], recipe, lambda now: torch.save(now, options.out / "now.pt")
    )
    if options.beside:
        other = restored_texts(options.beside, weights)
        learned = {name: value * 0.7 + other[name] * 0.3 for name, value in learned.items()}
    torch.save(
        {name: value for name, value in learned.items() if "word_embeddings" not in name}, options.out / "end.pt"
    )
    write_text_onnx(learned, options.out / "model.onnx")
    with_integer_products(options.out / "model.onnx")
    (options.out / "model.yaml").write_text(card(options), "utf-8")
    apart = held_back(options.data, options.seed)
    texts = [plain(row.text).text for row in apart]
    report(apart, [score[0] for score in text_scores(learned, tokenizer, texts, options.length)])


def card(options: argparse.Namespace) -> str:
    """Return the text of `model.yaml`."""
    chosen = ("rounds", "attacks", "benign", "layers", "frozen", "rate", "seed", "seconds")
    return card_of(
        options.out / "model.onnx",
        OWN_FOLDER / "words.npz",
        OWN_FOLDER / "tokenizer.json",
        id="injection-head",
        version=options.version,
        source="Trained for Assay by benchmarks/training/injection.py (docs/injection-card.md)",
        date=options.date,
        licence="Apache-2.0",
        base="sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)",
        base_sha256=f"sha256:{BASE_SHA256}",
        training=" ".join(
            ["python -m benchmarks.training.injection", *(f"--{name} {getattr(options, name)}" for name in chosen)]
        ),
        outputs=["injection", *(family.value for family in Family)],
        length=options.length,
    )


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--weights", type=Path, required=True, help="all-MiniLM-L6-v2, model.safetensors")
    parser.add_argument("--out", type=Path, required=True, help="folder for model.onnx and model.yaml")
    parser.add_argument("--onward", type=Path, help="go on from the model.onnx of an earlier run")
    parser.add_argument("--beside", type=Path, help="three tenths of each weight come from this released model.onnx")
    parser.add_argument("--version", default="1")
    parser.add_argument("--date", default="2026-11-21")
    parser.add_argument("--seed", type=int, default=20261121, help="another one makes other texts")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--attacks", type=int, default=8000, help="made attacks in each round")
    parser.add_argument("--benign", type=int, default=10000, help="made harmless texts in each round")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--length", type=int, default=128, help="tokens of a window")
    parser.add_argument("--frozen", type=int, default=0, help="so many of the lowest layers stay as they were")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--seconds", type=float, default=2400.0, help="the schedule ends then at the latest")
    return parser.parse_args()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(parsed())
