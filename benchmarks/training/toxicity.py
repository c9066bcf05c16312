"""Train the toxicity filter's model and write it as ONNX with its card.

pip install torch onnx safetensors tokenizers
python -m benchmarks.training.toxicity --data DIR --weights model.safetensors --out DIR
"""

import argparse
import collections
import logging
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.ranking import auc
from benchmarks.training.text_learning import Example
from benchmarks.training.toxicity_grammar import read_grammar
from benchmarks.training.toxicity_sources import OUTPUTS
from benchmarks.training.toxicity_texts import kept_back, mixture
from evaluation.encoder._files import OWN_FOLDER
from evaluation.encoder._tokens import plain_tokenizer

_LENGTH: Final = 64  # tokens of a window with its marks
_MIDDLE: Final = 0.5
_log = logging.getLogger("training")


def main(options: argparse.Namespace) -> None:
    """Draw the examples, learn, write, and say how the kept-back ones are told apart."""
    import torch  # noqa: PLC0415 (no dependency of Assay: needed for training alone)

    from benchmarks.training.integers import with_integer_products  # noqa: PLC0415 (as above)
    from benchmarks.training.network import BASE_SHA256  # noqa: PLC0415 (as above)
    from benchmarks.training.text_export import card_of, check, restored_texts, write_text_onnx  # noqa: PLC0415 (as above)
    from benchmarks.training.text_learning import TextRecipe, learn_texts, text_scores  # noqa: PLC0415 (as above)
    from benchmarks.training.text_network import read_text_base  # noqa: PLC0415 (as above)

    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    grammar = read_grammar()
    examples = mixture(options.data, grammar, options.seed, options.toxic, options.other, options.abroad)
    for source, count in sorted(collections.Counter(example.source for example in examples).items()):
        _log.info("%s\t%d", source, count)
    _log.info("%d examples", len(examples))
    tokenizer = plain_tokenizer((OWN_FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
    weights = read_text_base(options.weights, options.seed, layers=options.layers, outputs=len(OUTPUTS), tokens=False)
    if options.onward:
        before = [restored_texts(path, weights) for path in options.onward]
        weights = {name: sum(one[name] for one in before) / len(before) for name in before[0]}
    recipe = TextRecipe(
        seed=options.seed, rate=options.rate, batch=options.batch, length=_LENGTH, seconds=options.seconds
    )
    learned = learn_texts(weights, tokenizer, examples, recipe, lambda now: torch.save(now, options.out / "kept.pt"))
    torch.save(learned, options.out / "kept.pt")
    model, words = options.out / "model.onnx", OWN_FOLDER / "words.npz"
    write_text_onnx(learned, model)
    with_integer_products(model)
    _log.info("both forms differ by %.4f", check(learned, model, words, [[101, *range(2000, 2030), 102]]))
    card = card_of(
        model, words, OWN_FOLDER / "tokenizer.json",
        id="toxicity", version=options.version, source="fine-tuned for Assay (see docs/toxicity-card.md)",
        date=options.date, licence="Apache-2.0", base="all-MiniLM-L6-v2", base_sha256=f"sha256:{BASE_SHA256}",
        training="python -m benchmarks.training.toxicity", outputs=list(OUTPUTS), length=_LENGTH,
    )  # fmt: skip
    (options.out / "model.yaml").write_text(card, encoding="utf-8")
    back = list(kept_back(options.data, grammar, options.seed))
    scores = text_scores(learned, tokenizer, [example.text for _, example in back], _LENGTH)
    report([(kind, example, score) for (kind, example), score in zip(back, scores, strict=True)])


def report(rows: Sequence[tuple[str, Example, Sequence[float]]]) -> None:
    """Print for each threshold the rates by kind, and for the middle one the rate by function."""
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        rates = [f"{kind} {balanced_at(rows, kind, threshold)}" for kind in ("template", "group", "written")]
        print(f"threshold {threshold}: {', '.join(rates)}")
    for kind, source in sorted({(kind, example.source) for kind, example, _ in rows}):
        chosen = [
            (example.labels[0], score[0]) for one, example, score in rows if (one, example.source) == (kind, source)
        ]
        wrong = sum((score >= _MIDDLE) != (label >= _MIDDLE) for label, score in chosen)
        print(f"{kind}\t{source}\twrong {wrong} of {len(chosen)}")
    for at, name in enumerate(OUTPUTS):
        known = [(example.labels[at], score[at]) for _, example, score in rows if not math.isnan(example.labels[at])]
        good = np.array([score for label, score in known if label >= _MIDDLE])
        bad = np.array([score for label, score in known if label < _MIDDLE])
        print(f"{name}\tAUC {auc(good, bad):.3f} ({len(good)} + {len(bad)})")


def balanced_at(rows: Sequence[tuple[str, Example, Sequence[float]]], kind: str, threshold: float) -> str:
    """Return recall, false-alarm rate and balanced accuracy of one kind, as text."""
    found = [(score[0] >= threshold, example.labels[0] >= _MIDDLE) for one, example, score in rows if one == kind]
    caught = [flag for flag, toxic in found if toxic]
    alarms = [flag for flag, toxic in found if not toxic]
    recall, alarm = sum(caught) / max(1, len(caught)), sum(alarms) / max(1, len(alarms))
    return f"recall {recall:.3f} alarms {alarm:.3f} balanced {(recall + 1 - alarm) / 2:.3f}"


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--weights", type=Path, required=True, help="all-MiniLM-L6-v2, model.safetensors")
    parser.add_argument("--out", type=Path, required=True, help="folder for model.onnx, model.yaml and kept.pt")
    parser.add_argument(
        "--onward", type=Path, nargs="+", help="go on from the model.onnx of earlier runs, or from their mean"
    )
    parser.add_argument("--layers", type=int, default=6, help="of the base's six")
    parser.add_argument("--seed", type=int, default=20261121, help="another one draws other sentences")
    parser.add_argument("--toxic", type=int, default=16000, help="sentences drawn from templates that are flagged")
    parser.add_argument("--other", type=int, default=20000, help="sentences drawn from the other templates")
    parser.add_argument("--abroad", type=int, default=6000, help="sentences in other languages")
    parser.add_argument("--rate", type=float, default=1.5e-4, help="highest step size")
    parser.add_argument("--batch", type=int, default=24, help="texts a step")
    parser.add_argument("--seconds", type=float, default=1500.0, help="the schedule ends then at the latest")
    parser.add_argument("--version", default="1", help="of the model, for its card")
    parser.add_argument("--date", default="2026-11-21", help="for its card")
    return parser.parse_args()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main(parsed())
