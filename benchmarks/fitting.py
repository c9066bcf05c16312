"""Fits the numbers of the faithfulness cascade on rows that neither training nor measuring has seen.

    python -m benchmarks.fitting checks  --data DIR
    python -m benchmarks.fitting encoder --data DIR
    python -m benchmarks.fitting model   --data DIR --model FILE [--rows N] [--seconds S]

Rules of this place: answers of one sentence only, since there the answer's label is the sentence's. `checks` uses the
whole tuning half; `encoder` and `model` use the part of it that was held back from the encoder's training
(`benchmarks.training.rows.held_back`), because an encoder is too sure of what it was trained on; `encoder` also sees
sentences made untrue with the source's own words. Every set and label
weighs the same, but for two of odd shape, which weigh less. Prints the entries of the data files
under `evaluation/judges/data/`, each with what it reaches in ten folds.
"""

import argparse
import asyncio
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.judges import embedded
from benchmarks.labelled import SEED, SETS, Row, load
from benchmarks.ranking import auc, interval
from benchmarks.training.rows import held_back
from benchmarks.training.support import made_pairs
from evaluation.encoder import Head, load_encoder
from evaluation.judges._asking import Asking
from evaluation.judges._calibration import cascade_fit
from evaluation.judges._cascade import EVIDENCE, READING
from evaluation.judges._evidence import evidence_for, evidence_text
from evaluation.judges._fence import Fence
from evaluation.judges._fitted import local_support
from evaluation.judges._overlap import FEATURES, features, logit
from evaluation.judges._prompts import SUPPORT_DIGEST, SUPPORT_QUESTION, SUPPORT_SYSTEM
from evaluation.judges._sentences import claims
from evaluation.judges._yes_no import probability_of_yes
from evaluation.llm import ChatModel

__all__ = ["main"]

Floats: TypeAlias = NDArray[np.float64]
RIDGE = 1.0
FOLDS = 10
MADE = 600  # sentences made true or untrue on purpose, drawn anew: words alone must not decide
# Two sets of odd shape must not set the coefficients: answer length alone separates the one, and the other holds pairs
# of sentences of the same words.
LESSER = {"halueval_qa_sample": 0.4, "factual_summary_pairs": 0.3}


class Table:
    """Rows of named numbers with labels and sets."""

    def __init__(self, names: Sequence[str]) -> None:
        """Begin empty."""
        self.names = tuple(names)
        self._values: list[list[float]] = []
        self._labels: list[bool] = []
        self._groups: list[str] = []

    def add(self, values: dict[str, float], *, good: bool, group: str) -> None:
        """Add one answer of a set."""
        self._values.append([values[name] for name in self.names])
        self._labels.append(good)
        self._groups.append(group)

    def show(self) -> None:
        """Print what ten folds reach, then the coefficients of all rows, in the form of the data files."""
        held_out: list[tuple[float, bool]] = []
        for fold in range(FOLDS):
            inside = [at for at in range(len(self._labels)) if at % FOLDS != fold]
            beta = self._fit(inside)
            outside = range(fold, len(self._labels), FOLDS)
            held_out += [(float(self._matrix([at])[0] @ beta), self._labels[at]) for at in outside]
        beta = self._fit(range(len(self._labels)))
        weights = ", ".join(f"{name}: {value:.3f}" for name, value in zip(self.names, beta[1:], strict=True))
        groups = ", ".join(sorted(set(self._groups)))
        print(f"# {len(self._labels)} answers of {groups}; seed {SEED}; ridge {RIDGE:g}")
        print(f"# held out in {FOLDS} folds: AUC {interval(held_out, auc)}")
        print(f"intercept: {beta[0]:.3f}\nweights: {{{weights}}}")

    def _matrix(self, places: Sequence[int]) -> Floats:
        return np.array([[1.0, *self._values[at]] for at in places])

    def _fit(self, places: Sequence[int]) -> Floats:
        """Ridge logistic by Newton's steps; every set and label weighs the same, `LESSER` apart."""
        matrix = self._matrix(places)
        target = np.array([float(self._labels[at]) for at in places])
        cells = [(self._groups[at], self._labels[at]) for at in places]
        share = {cell: LESSER.get(cell[0], 1.0) / cells.count(cell) for cell in set(cells)}
        weight = np.array([share[cell] for cell in cells])
        weight *= len(cells) / weight.sum()
        ridge = np.diag([0.0] + [RIDGE] * (matrix.shape[1] - 1))
        beta = np.zeros(matrix.shape[1])
        for _ in range(60):
            chance = 1 / (1 + np.exp(-matrix @ beta))
            slope = matrix.T @ (weight * (target - chance)) - ridge @ beta
            curve = (matrix.T * (weight * chance * (1 - chance))) @ matrix + ridge
            beta = beta + np.linalg.solve(curve, slope)
        return beta


def tuning_rows(data: Path, *, unseen: bool) -> list[Row]:
    """Return one-sentence answers of the tuning halves; `unseen`: those held back from the encoder's training."""
    rows = [row for name in SETS for row in load(data, name, 100_000, 100_000) if row.tuning]
    rows = [row for row in rows if len(claims(row.item.answer.text)) == 1]
    random.Random(SEED).shuffle(rows)  # noqa: S311 (a repeatable order, not a secret)
    return [row for row in rows if held_back(row.context)] if unseen else rows


def fit_checks(data: Path) -> None:
    """Fit the free checks."""
    table = Table(FEATURES)
    for row in tuning_rows(data, unseen=False):
        table.add(features(_claim(row), (row.context,)), good=row.faithful, group=row.group)
    table.show()


def fit_encoder(data: Path) -> None:
    """Fit the encoder's reading together with the free checks."""
    rows = tuning_rows(data, unseen=True)
    table = Table(("encoder", "checks"))
    for row, values in zip(rows, read(rows), strict=True):
        table.add(values, good=row.faithful, group=row.group)
    made = made_pairs(data, random.Random(SEED), MADE)  # noqa: S311 (a repeatable sample, not a secret)
    chances = load_encoder().probabilities(Head.SUPPORT, [(pair.first, pair.second) for pair in made])
    for pair, chance in zip(made, chances, strict=True):
        checks = logit(local_support(pair.second, (pair.first,)))
        table.add({"encoder": logit(chance), "checks": checks}, good=pair.positive, group="made")
    print(f"# encoder {load_encoder().digest}")
    table.show()


def read(rows: Sequence[Row]) -> list[dict[str, float]]:
    """Return the log-odds of every row's support, by the encoder and by the free checks."""
    pairs = [(evidence_text(evidence_for(_claim(row), (row.context,), READING)), _claim(row)) for row in rows]
    chances = load_encoder().probabilities(Head.SUPPORT, pairs)
    return [
        {"encoder": logit(chance), "checks": logit(local_support(_claim(row), (row.context,)))}
        for row, chance in zip(rows, chances, strict=True)
    ]


async def fit_model(data: Path, model: ChatModel, most: int, seconds: float) -> None:
    """Fit the model's likelihood together with what was known before."""
    fit = cascade_fit(load_encoder().digest)
    rows = tuning_rows(data, unseen=True)[:most]
    table = Table(("likelihood", "before"))
    begun = time.perf_counter()
    for row, values in zip(rows, read(rows), strict=True):
        if time.perf_counter() - begun > seconds:
            break
        before = logit(fit.encoder.probability(values))
        likelihood = logit(await _likelihood(row, model))
        table.add({"likelihood": likelihood, "before": before}, good=row.faithful, group=row.group)
    print(f"# model {model.spec.digest}\n# prompt {SUPPORT_DIGEST}\n# encoder {load_encoder().digest}")
    table.show()


async def _likelihood(row: Row, model: ChatModel) -> float:
    """Ask as the cascade does."""
    fence = Fence([row.item.answer.text, row.context])
    evidence = evidence_text(evidence_for(_claim(row), (row.context,), EVIDENCE))
    parts = [fence.around("source", evidence), fence.around("sentence", _claim(row)), SUPPORT_QUESTION]
    return await probability_of_yes(Asking(model), SUPPORT_SYSTEM, "\n".join(parts), repeat=0)


def _claim(row: Row) -> str:
    text = row.item.answer.text
    (span,) = claims(text)
    return span.of(text)


async def main(options: argparse.Namespace) -> None:
    """Fit what was asked for."""
    if options.stage == "checks":
        fit_checks(options.data)
    elif options.stage == "encoder":
        fit_encoder(options.data)
    else:
        async with embedded(options.model, options.cache, options.threads) as model:
            await fit_model(options.data, model, options.rows, options.seconds)


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=("checks", "encoder", "model"))
    parser.add_argument("--data", type=Path, required=True, help="folder with the four open sets, gzipped JSON Lines")
    parser.add_argument("--model", type=Path, help="weights of the embedded judge (GGUF)")
    parser.add_argument("--rows", type=int, default=400, help="rows to ask the model about")
    parser.add_argument("--seconds", type=float, default=1e9, help="ask about no further row after that long")
    parser.add_argument("--cache", type=Path, default=Path("judges-cache.sqlite"), help="replies kept between runs")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if options.stage == "model" and options.model is None:
        parser.error("model needs --model FILE")
    return options


if __name__ == "__main__":
    asyncio.run(main(parsed()))
