"""Train the model that reads descriptions of AI systems for proposals about the AI Act, and write it with its card.

pip install torch onnx safetensors tokenizers
python -m benchmarks.training.act --weights model.safetensors --out assay/app/data/act_reader

It learns from the texts in `benchmarks/data/act_training_*.jsonl` alone, written for this; what is measured
(`benchmarks/data/act_systems.yaml`) it has never seen.
"""

import argparse
import json
import logging
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from evaluation.encoder._files import OWN_FOLDER
from evaluation.encoder._tokens import plain_tokenizer
from risks.act import tree

if TYPE_CHECKING:
    from benchmarks.training.text_learning import Example

_DATA: Final = Path(__file__).parents[1] / "data"
_LENGTH: Final = 128  # tokens of a window with its marks
_LAYERS: Final = 6
_READ: Final = ("prohibited", "annex_iii", "transparency", "exclusion")
_log = logging.getLogger("training")


def outputs() -> tuple[str, ...]:
    """Return what the model tells, as `question.option`; `annex_i.some` stands for all product laws."""
    options = tuple(f"{one.id}.{option.id}" for one in tree().questions if one.id in _READ for option in one.options)
    return (*options, "annex_i.some", "subject.model", "subject.neither")


def texts() -> Iterator[dict[str, Any]]:
    """Yield the labelled texts, each with its labels by question."""
    for path in sorted(_DATA.glob("act_training_*.jsonl")):
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def examples() -> "Iterator[Example]":
    """Yield the texts with a label for each output."""
    from benchmarks.training.text_learning import Example  # noqa: PLC0415 (takes torch)

    for row in texts():
        held = _held(row)
        yield Example(text=row["text"], labels=tuple(float(name in held) for name in outputs()))


def _held(row: Mapping[str, Any]) -> set[str]:
    held = {f"{question}.{option}" for question in _READ for option in row[question]}
    held.add(f"subject.{row['subject']}")
    return held | ({"annex_i.some"} if row["product"] else set())


def main(options: argparse.Namespace) -> None:
    """Learn and write."""
    import torch  # noqa: PLC0415 (no dependency of Assay: needed for training alone)

    from benchmarks.training.integers import with_integer_products  # noqa: PLC0415 (as above)
    from benchmarks.training.network import BASE_SHA256  # noqa: PLC0415 (as above)
    from benchmarks.training.text_export import card_of, check, write_text_onnx  # noqa: PLC0415 (as above)
    from benchmarks.training.text_learning import TextRecipe, learn_texts  # noqa: PLC0415 (as above)
    from benchmarks.training.text_network import read_text_base  # noqa: PLC0415 (as above)

    options.out.mkdir(parents=True, exist_ok=True)
    once = list(examples())
    draw = random.Random(options.seed)  # noqa: S311 (a repeatable order, not a secret)
    rounds = [text for _ in range(options.rounds) for text in draw.sample(once, len(once))]
    _log.info("%d texts, %d rounds", len(once), options.rounds)
    tokenizer = plain_tokenizer((OWN_FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
    weights = read_text_base(options.weights, options.seed, layers=_LAYERS, outputs=len(outputs()), tokens=False)
    recipe = TextRecipe(seed=options.seed, rate=options.rate, batch=16, length=_LENGTH, seconds=options.seconds)
    learned = learn_texts(weights, tokenizer, rounds, recipe, lambda now: torch.save(now, options.out / "kept.pt"))
    model, words = options.out / "model.onnx", OWN_FOLDER / "words.npz"
    write_text_onnx(learned, model)
    with_integer_products(model)
    _log.info("both forms differ by %.4f", check(learned, model, words, [[101, *range(2000, 2030), 102]]))
    card = card_of(
        model, words, OWN_FOLDER / "tokenizer.json",
        id="act-reader", version=options.version, source="fine-tuned for Assay (see docs/act-reader-card.md)",
        date=options.date, licence="Apache-2.0", base="all-MiniLM-L6-v2", base_sha256=f"sha256:{BASE_SHA256}",
        training="python -m benchmarks.training.act", outputs=list(outputs()), length=_LENGTH,
    )  # fmt: skip
    (options.out / "model.yaml").write_text(card, encoding="utf-8")


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, help="all-MiniLM-L6-v2, model.safetensors")
    parser.add_argument("--out", type=Path, required=True, help="folder for model.onnx, model.yaml and kept.pt")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--rounds", type=int, default=8, help="how often each text is read")
    parser.add_argument("--rate", type=float, default=1.5e-4, help="highest step size")
    parser.add_argument("--seconds", type=float, default=900.0, help="the schedule ends then at the latest")
    parser.add_argument("--version", default="1", help="of the model, for its card")
    parser.add_argument("--date", default="2026-11-22", help="for its card")
    return parser.parse_args()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(parsed())
