"""Train the small encoder and write it as ONNX.

pip install torch onnx safetensors tokenizers
python -m benchmarks.training --data DIR --weights model.safetensors --tokenizer tokenizer.json --out DIR
"""

import argparse
import collections
import hashlib
import json
import logging
import random
from pathlib import Path

from benchmarks.training.answers import addresses_pairs, equivalence_pairs
from benchmarks.training.relevance import relevance_pairs
from benchmarks.training.rows import Pair, without_twins
from benchmarks.training.support import labelled_pairs, made_pairs

_OF_SHORT_ANSWERS = 1500  # of some 3,400: each source is there in each of their several forms
_OF_OTHER_HEADS = 1700  # pairs of each other head in a round
_HELD_BACK = 150  # pairs of relevance and of addressing that are looked at between runs
_log = logging.getLogger("training")


def mixture(data: Path, seed: int, made: int) -> list[Pair]:
    """Return the pairs of one round; another seed draws other made pairs."""
    draw = random.Random(seed)  # noqa: S311 (a repeatable sample, not a secret)
    people = labelled_pairs(data, draw, dev=False)
    answers = [pair for pair in people if pair.source.startswith("halueval")]
    pairs = [pair for pair in people if not pair.source.startswith("halueval")]
    pairs += draw.sample(answers, _OF_SHORT_ANSWERS) + made_pairs(data, draw, made)
    pairs += draw.sample(equivalence_pairs(data, draw, dev=False), _OF_OTHER_HEADS)
    pairs += draw.sample(relevance_pairs(data, draw, dev=False), _OF_OTHER_HEADS)
    return without_twins(pairs + draw.sample(addresses_pairs(data, draw, dev=False), _OF_OTHER_HEADS))


def held_back(data: Path, seed: int) -> list[Pair]:
    """Return the slice of the tuning halves that is not trained on."""
    draw = random.Random(seed)  # noqa: S311 (as above)
    pairs = labelled_pairs(data, draw, dev=True) + equivalence_pairs(data, draw, dev=True)
    pairs += draw.sample(relevance_pairs(data, draw, dev=True), _HELD_BACK)
    return pairs + draw.sample(addresses_pairs(data, draw, dev=True), _HELD_BACK)


def _tokenizer(path: Path) -> str:
    """Return the tokenizer without marks, padding or limits: a text cannot write what is not there."""
    description = json.loads(path.read_text(encoding="utf-8"))
    description |= {"added_tokens": [], "post_processor": None, "padding": None, "truncation": None}
    return json.dumps(description, ensure_ascii=False, separators=(",", ":"))


def main(options: argparse.Namespace) -> None:
    """Draw the pairs, learn, write."""
    import torch  # noqa: PLC0415 (no dependency of Assay: needed for training alone)

    from benchmarks.training.export import restored, write_onnx  # noqa: PLC0415 (as above)
    from benchmarks.training.learning import Recipe, learn  # noqa: PLC0415 (as above)
    from benchmarks.training.network import read_base  # noqa: PLC0415 (as above)
    from evaluation.encoder._tokens import plain_tokenizer  # noqa: PLC0415 (dear)

    torch.set_num_threads(1)  # before the workers part: a pool of threads does not survive that
    recipe = Recipe(seed=options.seed, seconds=options.seconds, workers=options.workers)
    rounds = [mixture(options.data, recipe.seed + at, options.made) for at in range(options.rounds)]
    counts = collections.Counter(f"{pair.head}\t{pair.source}" for pair in rounds[0])
    for name, count in sorted(counts.items()):
        _log.info("%s\t%d", name, count)
    options.out.mkdir(parents=True, exist_ok=True)
    description = _tokenizer(options.tokenizer)
    weights = read_base(options.weights, recipe.seed)
    if options.onward:
        before = restored(options.onward, {name: value.numpy() for name, value in weights.items()})
        weights = {name: torch.from_numpy(value) for name, value in before.items()}
    learned = learn(weights, plain_tokenizer(description), rounds, held_back(options.data, recipe.seed), recipe)
    (options.out / "tokenizer.json").write_text(description, encoding="utf-8")
    write_onnx({name: value.numpy() for name, value in learned.items()}, options.out / "encoder.onnx")
    for name in ("encoder.onnx", "tokenizer.json"):
        content = (options.out / name).read_bytes()
        print(f"{name}\t{len(content)} bytes\tsha256:{hashlib.sha256(content).hexdigest()}")


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--weights", type=Path, required=True, help="all-MiniLM-L6-v2, model.safetensors")
    parser.add_argument("--tokenizer", type=Path, required=True, help="its tokenizer.json")
    parser.add_argument("--onward", type=Path, help="go on from this encoder.onnx of an earlier run")
    parser.add_argument("--seed", type=int, default=20261121, help="another one draws other made pairs")
    parser.add_argument("--out", type=Path, required=True, help="folder for encoder.onnx and tokenizer.json")
    parser.add_argument("--rounds", type=int, default=2, help="rounds over the labelled pairs, each with new made ones")
    parser.add_argument("--made", type=int, default=6000, help="made pairs of support in each round")
    parser.add_argument("--workers", type=int, default=2, help="processes that learn side by side")
    parser.add_argument("--seconds", type=float, default=1800.0, help="the schedule ends then at the latest")
    return parser.parse_args()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(parsed())
