"""Train the model of names and write it as ONNX.

pip install torch onnx safetensors tokenizers
python -m benchmarks.training.names_prose --data DIR --out prose.jsonl
python -m benchmarks.training.names --data DIR --prose prose.jsonl --weights model.safetensors --out DIR
python -m benchmarks.training.passes DIR --data DIR
"""

import argparse
import collections
import logging
import random
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.training.names_rows import customers, prose, tweets, varied
from benchmarks.training.names_sentences import Kind, Maker, Marked

_log = logging.getLogger("names")
_WINDOW = 128  # tokens of a window when the model is used
_OWN = Path(__file__).parents[2] / "evaluation" / "encoder" / "data"


def mixture(options: argparse.Namespace, draw: random.Random) -> list[Marked]:
    """Return the texts of one round."""
    found = varied(tweets(options.data, "train"), draw, "tweets", 0.3)
    found += varied(tweets(options.data, "train"), draw, "tweets", 0.7)
    found += varied(customers(options.data, dev=False), draw, "customers", 0.0)
    found += varied(customers(options.data, dev=False), draw, "customers", 0.8)
    return found + prose(options.prose, draw) + Maker(draw).made(options.made)


def main(options: argparse.Namespace) -> None:
    """Draw the texts, learn, write."""
    import torch  # noqa: PLC0415 (no dependency of Assay: needed for training alone)
    from safetensors.torch import load_file, save_file  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415 (as above)

    from benchmarks.training.integers import with_integer_products  # noqa: PLC0415 (as above)
    from benchmarks.training.text_export import write_text_onnx  # noqa: PLC0415 (as above)
    from benchmarks.training.text_learning import Example, TextRecipe, learn_texts  # noqa: PLC0415 (as above)
    from benchmarks.training.text_network import read_text_base  # noqa: PLC0415 (as above)
    from evaluation.encoder._tokens import plain_tokenizer  # noqa: PLC0415 (dear)

    draw = random.Random(options.seed)  # noqa: S311 (a repeatable sample, not a secret)
    texts = [text for _ in range(options.rounds) for text in mixture(options, draw)]
    for name, count in sorted(collections.Counter(text.source for text in texts).items()):
        _log.info("%s\t%d", name, count)
    examples = [
        Example(
            text=one.text, spans=tuple((start, end, int(kind)) for start, end, kind in one.spans), source=one.source
        )
        for one in texts
    ]
    options.out.mkdir(parents=True, exist_ok=True)
    recipe = TextRecipe(
        seed=options.seed, length=options.length, seconds=options.seconds, rate=options.rate, batch=options.batch
    )
    weights = read_text_base(options.weights, options.seed, layers=options.layers, outputs=len(Kind), tokens=True)
    if options.onward:
        weights = load_file(options.onward)
    tokenizer = plain_tokenizer((_OWN / "tokenizer.json").read_text(encoding="utf-8"))

    def kept(learned: dict[str, torch.Tensor]) -> None:
        save_file({name: value.contiguous() for name, value in learned.items()}, options.out / "weights.safetensors")

    learned = learn_texts(weights, tokenizer, examples, recipe, kept)
    if options.mean:
        other = load_file(options.mean)
        learned = {name: (value + other[name]) / 2 for name, value in learned.items()}
    kept(learned)
    write_text_onnx(learned, options.out / "model.onnx")
    with_integer_products(options.out / "model.onnx")
    (options.out / "model.yaml").write_text(_card(options), encoding="utf-8")


def _card(options: argparse.Namespace) -> str:
    """Return the text of `model.yaml`."""
    from benchmarks.training.network import BASE_SHA256  # noqa: PLC0415 (as above)
    from benchmarks.training.text_export import card_of  # noqa: PLC0415 (as above)

    return card_of(
        options.out / "model.onnx",
        _OWN / "words.npz",
        _OWN / "tokenizer.json",
        id="names",
        version=options.version,
        source="Trained for Assay by benchmarks/training/names.py (docs/names-card.md lists texts, licences, counts)",
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        licence="Apache-2.0",
        base="sentence-transformers/all-MiniLM-L6-v2, model.safetensors (Apache-2.0), its first layers",
        base_sha256=f"sha256:{BASE_SHA256}",
        training=_command(),
        outputs=[kind.name.lower() for kind in Kind],
        length=_WINDOW,
    )


def _command() -> str:
    """Return what was typed, without the places of files."""
    kept = [word if "/" not in word else Path(word).name for word in sys.argv[1:]]
    return shlex.join(["python", "-m", "benchmarks.training.names", *kept])


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--prose", type=Path, required=True, help="what names_prose wrote")
    parser.add_argument("--weights", type=Path, required=True, help="all-MiniLM-L6-v2, model.safetensors")
    parser.add_argument("--onward", type=Path, help="go on from these weights.safetensors of an earlier run")
    parser.add_argument("--mean", type=Path, help="write the mean of what was learned and these weights")
    parser.add_argument("--out", type=Path, required=True, help="folder for what was learned")
    parser.add_argument("--version", default="1", help="of the model, for its card")
    parser.add_argument("--layers", type=int, default=4, help="so many of the base's layers")
    parser.add_argument("--length", type=int, default=96, help="tokens of a text that are learned from")
    parser.add_argument("--rounds", type=int, default=3, help="rounds over the labelled texts, each with new made ones")
    parser.add_argument("--made", type=int, default=12_000, help="made texts in each round")
    parser.add_argument("--rate", type=float, default=2e-4, help="highest step size")
    parser.add_argument("--batch", type=int, default=24, help="texts of a step")
    parser.add_argument("--seed", type=int, default=20261121, help="another one draws other made texts")
    parser.add_argument("--seconds", type=float, default=1800.0, help="the schedule ends then at the latest")
    return parser.parse_args()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(parsed())
