"""Fits the numbers of the judges of references and contexts, on rows that no encoder was trained on.

    python -m benchmarks.reference_fitting checks --data DIR
    python -m benchmarks.reference_fitting reader --data DIR
    python -m benchmarks.reference_fitting model  --data DIR --model FILE [--rows N] [--seconds S]

Rules of this place: `checks` fits the free checks on the whole tuning halves; `reader` how they join the encoder, on
the part that was held back from its training (`benchmarks.training.rows.held_back`), where it is not too sure; `model`
fits, on that part, how the language model's yes joins the reader in doubt, drawn to adding nothing. Every set and label
weighs the same. Prints entries of `evaluation/judges/data/reference_judges.yaml`, with what ten folds reach.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.judges import embedded
from benchmarks.reference_rows import Case, cases
from benchmarks.references import Sample, auc, balanced, told
from evaluation.encoder import load_encoder
from evaluation.judges._asking import Asking
from evaluation.judges._claims_cascade import answered, same
from evaluation.judges._contexts_cascade import helps
from evaluation.judges._fence import Fence
from evaluation.judges._listed_prompts import SMALL_DIGESTS, SMALL_SYSTEM
from evaluation.judges._overlap import logit
from evaluation.judges._reader import HEADS, Question
from evaluation.judges._reference_fits import Asked, shipped_fits
from evaluation.judges._sameness import sameness
from evaluation.judges._yes_no import probability_of_yes
from evaluation.llm import ChatModel

Floats: TypeAlias = NDArray[np.float64]
RIDGE = 1.0
PRIOR = 10.0  # weight of what is believed of a model before few rows are seen: that it adds nothing
ADDS_NOTHING = (0.0, 1.0, 0.0)  # intercept, reader, likelihood
FOLDS = 10
SETS = {
    Asked.SAME: ("nq_open_judged",),
    Asked.HELPS: ("privacy_policy_relevance", "boolq retrieval"),
    Asked.ANSWERED: ("halueval completeness",),
}
NEGATED = "It is not {}."
TOLD = "It was {}, as far as the sources say."


@dataclass(frozen=True, kw_only=True)
class Known:
    """One row with what the stages before the fitted one say."""

    case: Case
    name: str  # of its set
    question: Question


def known(data: Path, asked: Asked, *, unseen: bool = False) -> list[Known]:
    """Return the tuning rows of a question's sets; `unseen`: those that no encoder was trained on."""
    return [
        Known(case=case, name=name, question=_question(asked, case))
        for name in SETS[asked]
        for case in cases(data, name)
        if (case.unseen if unseen else case.tuning)
    ]


def _question(asked: Asked, case: Case) -> Question:
    item = case.item
    if asked is Asked.HELPS:
        (context,) = item.answer.contexts or ("",)
        return helps(item.question, context, Fence([item.question, context]))
    if asked is Asked.ANSWERED:
        return answered(item.question, item.answer.text, Fence([item.question, item.answer.text]))
    return same(item, sameness(item.question, item.reference or "", item.answer.text))


def spoken(row: Known) -> list[Known]:
    """Return a judged answer as it is, in a sentence, and denied."""
    text = row.case.item.answer.text
    made = [row]
    for frame, good in ((TOLD, row.case.good), (NEGATED, False)):
        item = replace(row.case.item, answer=replace(row.case.item.answer, text=frame.format(text)))
        case = replace(row.case, item=item, good=good)
        made.append(replace(row, case=case, question=_question(Asked.SAME, case)))
    return made


def fit(values: Sequence[Sequence[float]], rows: Sequence[Known], prior: Sequence[float] = ()) -> Floats:
    """Ridge logistic by Newton's steps, drawn to `prior` (0 without); every set and label weighs the same.

    The first coefficient is the intercept; it is drawn to 0 only where there is a prior.
    """
    matrix = np.column_stack([np.ones(len(rows)), np.array(values).reshape(len(rows), -1)])
    target = np.array([float(row.case.good) for row in rows])
    cells = [(row.name, row.case.good) for row in rows]
    weight = np.array([len(cells) / len(set(cells)) / cells.count(cell) for cell in cells])
    centre = np.array(prior) if len(prior) else np.zeros(matrix.shape[1])
    ridge = np.diag([PRIOR if len(prior) else 0.0] + [PRIOR if len(prior) else RIDGE] * (matrix.shape[1] - 1))
    beta = centre.copy()
    for _ in range(60):
        chance = 1 / (1 + np.exp(-matrix @ beta))
        slope = matrix.T @ (weight * (target - chance)) - ridge @ (beta - centre)
        beta = beta + np.linalg.solve((matrix.T * (weight * chance * (1 - chance))) @ matrix + ridge, slope)
    return beta


def scores(values: Sequence[Sequence[float]], beta: Floats) -> Floats:
    """Return the log-odds under coefficients."""
    found: Floats = np.array(values).reshape(len(values), -1) @ beta[1:] + beta[0]
    return found


def folded(values: Sequence[Sequence[float]], rows: Sequence[Known], prior: Sequence[float] = ()) -> str:
    """Return what ten folds by question reach."""
    groups = sorted({row.case.group for row in rows})
    fold = {group: at % FOLDS for at, group in enumerate(groups)}
    held_out = np.zeros(len(rows))
    for number in range(FOLDS):
        inside = [at for at, row in enumerate(rows) if fold[row.case.group] != number]
        outside = [at for at, row in enumerate(rows) if fold[row.case.group] == number]
        if outside:
            beta = fit([values[at] for at in inside], [rows[at] for at in inside], prior)
            held_out[outside] = scores([values[at] for at in outside], beta)
    sample = Sample.of([row.case for row in rows])
    hard = sample.values([float(score >= 0) for score in held_out], balanced)
    return f"AUC {told(sample.values(list(held_out), auc))}, balanced accuracy {told(hard)}"


def show(asked: Asked, encoder: str, names: Sequence[str], beta: Floats, more: dict[str, object]) -> None:
    """Print an entry of the data file."""
    weights = ", ".join(f"{name}: {value:.3f}" for name, value in zip(names, beta[1:], strict=True))
    print(f'  - asked: {asked.value}\n    encoder: "{encoder}"')
    for name, value in more.items():
        print(f"    {name}: {value}")
    print(f"    threshold: 0.5\n    intercept: {beta[0]:.3f}\n    weights: {{{weights}}}")


def fit_checks(data: Path) -> None:
    """Fit the free checks alone."""
    for asked in Asked:
        rows = _widened(asked, known(data, asked))
        values = [list(row.question.checks.values()) for row in rows]
        print(f"# {asked.value}: {len(rows)} rows; {folded(values, rows)}")
        show(asked, "", list(rows[0].question.checks), fit(values, rows), {})


def _widened(asked: Asked, rows: Sequence[Known]) -> list[Known]:
    return [one for row in rows for one in spoken(row)] if asked is Asked.SAME else list(rows)


def fit_reader(data: Path) -> None:
    """Fit how the free checks, as they stand in the data file, join the encoder where it was not trained."""
    encoder = load_encoder()
    for asked in Asked:
        checks = shipped_fits().reader(asked, "")
        rows = known(data, asked, unseen=True)
        read = encoder.probabilities(HEADS[asked], [row.question.pair for row in rows])
        before = [logit(checks.probability(row.question.checks)) for row in rows]
        values = [[one, logit(chance)] for one, chance in zip(before, read, strict=True)]
        joined = fit(values, rows)
        print(f"# {asked.value}: {len(rows)} rows; {folded(values, rows)}")
        print(f"#   encoder alone {folded([[value[1]] for value in values], rows)}")
        composed = [joined[0] + joined[1] * checks.intercept, *(joined[1] * one for one in checks.weights.values())]
        show(asked, encoder.digest, [*checks.weights, "encoder"], np.array([*composed, joined[2]]), {})


async def fit_model(options: argparse.Namespace) -> None:
    """Fit the model's yes in doubt, for every question."""
    async with embedded(options.model, options.cache, options.threads) as model:
        for asked in Asked:
            values, done = await heard(asked, model, options)
            alone = {name: [[value[at]] for value in values] for at, name in enumerate(("reader", "model"))}
            print(f"# {asked.value}: {len(done)} rows in doubt; joined {folded(values, done, ADDS_NOTHING)}")
            print("#   " + "; ".join(f"{name} alone {folded(one, done)}" for name, one in alone.items()))
            more = {"model": f'"{model.spec.digest}"', "prompt": f'"{SMALL_DIGESTS[asked]}"'}
            show(
                asked,
                load_encoder().digest,
                ("reader", "likelihood"),
                fit(values, done),
                {**more, "doubt": [options.low, options.high]},
            )


async def heard(asked: Asked, model: ChatModel, options: argparse.Namespace) -> tuple[list[list[float]], list[Known]]:
    """Ask about the rows that the reader leaves in doubt; return the log-odds of reader and model, and the rows."""
    encoder = load_encoder()
    logistic = shipped_fits().reader(asked, encoder.digest)
    rows = known(options.data, asked, unseen=True)
    read = encoder.probabilities(HEADS[asked], [row.question.pair for row in rows])
    values: list[list[float]] = []
    done: list[Known] = []
    begun = time.perf_counter()
    for row, chance in zip(rows, read, strict=True):
        before = logistic.probability({**row.question.checks, "encoder": logit(chance)})
        if len(done) >= options.rows or time.perf_counter() - begun > options.seconds:
            break
        if options.low <= before <= options.high:
            yes = await probability_of_yes(Asking(model), SMALL_SYSTEM, row.question.words, repeat=0)
            values.append([logit(before), logit(yes)])
            done.append(row)
    return values, done


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=("checks", "reader", "model"))
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--model", type=Path, help="weights of the embedded judge (GGUF)")
    parser.add_argument("--rows", type=int, default=200, help="rows in doubt to ask the model about, for each question")
    parser.add_argument("--seconds", type=float, default=1e9, help="ask about no further row after that long")
    parser.add_argument("--low", type=float, default=0.3, help="below this the reader settles it")
    parser.add_argument("--high", type=float, default=0.7, help="above this the reader settles it")
    parser.add_argument("--cache", type=Path, default=Path("judges-cache.sqlite"), help="replies kept between runs")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if options.stage == "model" and options.model is None:
        parser.error("model needs --model FILE")
    return options


if __name__ == "__main__":
    OPTIONS = parsed()
    if OPTIONS.stage == "model":
        asyncio.run(fit_model(OPTIONS))
    else:
        (fit_reader if OPTIONS.stage == "reader" else fit_checks)(OPTIONS.data)
