"""How well the faithfulness judges tell supported answers from unsupported ones, against trivial baselines.

    python benchmarks/judges.py --data DIR [--rows N] [--judge local|embedded] [--model FILE] [--fit]

Rules of this place: rows are shuffled with a seed and taken half and half by label; the rows for tuning and those for
measuring never meet (by digest of the context, so that two rows on one source stay together); every number has its
95 % interval; word overlap and answer length are measured on the same rows.
`--fit` prints coefficients fitted on the tuning half; without it only the measuring half is judged.
"""

import argparse
import asyncio
import gzip
import json
import math
import random
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from assay.kernel import digest_text
from benchmarks.page import kept
from evaluation.answers import Answer, AnswerOutcome, Item
from evaluation.judges import Judge, build_judge, claims
from evaluation.judges._calibration import Calibration
from evaluation.judges._cascade import CascadeFaithfulness
from evaluation.judges._fitted import Logistic
from evaluation.judges._overlap import FEATURES, content_words, features, logit
from evaluation.judges._prompts import SUPPORT_DIGEST
from evaluation.llm import ChatModel, Courier, EmbeddedServer, OpenAIChat
from evaluation.verdicts import Outcome, Verdict

SETS = ("faithdial_audit", "begin__dev", "halueval_qa_sample", "factual_summary_pairs")
SEED = 20261121
RESAMPLES = 1000
RIDGE = 1.0
FOLDS = 10
MODEL_FEATURES = ("likelihood", "checks")
Scored: TypeAlias = list[tuple[float, bool]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One labelled answer."""

    group: str
    item: Item
    faithful: bool

    @property
    def context(self) -> str:
        """Its one source."""
        return (self.item.answer.contexts or ("",))[0]

    @property
    def tuning(self) -> bool:
        """Whether it belongs to the half on which coefficients and prompts are chosen."""
        return int(digest_text(self.context)[-1], 16) % 2 == 0


def load(data: Path, name: str, rows: int, longest: int) -> list[Row]:
    """Take at most `rows` rows of each half, as many faithful as not, with a source no longer than `longest`."""
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    found = [row for row in found if row["label"] is not None and len(row["context"]) <= longest]
    random.Random(SEED).shuffle(found)  # noqa: S311 (a repeatable sample, not a secret)
    kept = [_row(name, row) for row in found]
    taken: list[Row] = []
    for tuning in (True, False):
        for faithful in (True, False):
            taken += [row for row in kept if (row.tuning, row.faithful) == (tuning, faithful)][: rows // 2]
    return taken


def _row(name: str, row: dict[str, str | int]) -> Row:
    answer = Answer(outcome=AnswerOutcome.ANSWERED, text=str(row["response"]), contexts=(str(row["context"]),))
    item = Item(id=str(row["id"]), question=str(row["question"] or ""), answer=answer)
    return Row(group=name, item=item, faithful=row["label"] == 1)


def auc(scored: Scored) -> float:
    """Chance that a faithful answer scores above an unfaithful one; ties count half."""
    good = np.array([score for score, faithful in scored if faithful])
    bad = np.array([score for score, faithful in scored if not faithful])
    if not len(good) or not len(bad):
        return math.nan
    above = (good[:, None] > bad[None, :]).mean()
    return float(above + (good[:, None] == bad[None, :]).mean() / 2)


def balanced(scored: Scored) -> float:
    """Balanced accuracy of hard verdicts (score 1 = called faithful)."""
    good = [score == 1 for score, faithful in scored if faithful]
    bad = [score != 1 for score, faithful in scored if not faithful]
    return (sum(good) / len(good) + sum(bad) / len(bad)) / 2 if good and bad else math.nan


def interval(scored: Scored, statistic: Callable[[Scored], float]) -> str:
    """Return the statistic with its 95 % percentile-bootstrap interval, resampled within each label."""
    draw = random.Random(SEED)  # noqa: S311 (as above)
    good = [pair for pair in scored if pair[1]]
    bad = [pair for pair in scored if not pair[1]]
    if not good or not bad:
        return "-"
    values = sorted(
        statistic(draw.choices(good, k=len(good)) + draw.choices(bad, k=len(bad))) for _ in range(RESAMPLES)
    )
    low, high = values[int(0.025 * RESAMPLES)], values[int(0.975 * RESAMPLES) - 1]
    return f"{statistic(scored):.3f} [{low:.3f}, {high:.3f}]"


def overlap(row: Row) -> float:
    """Baseline: share of the answer's content words in the source."""
    spoken = content_words(row.item.answer.text)
    known = set(content_words(row.context))
    return sum(word in known for word in spoken) / len(spoken) if spoken else 1.0


def shortness(row: Row) -> float:
    """Baseline: shorter answers are called faithful."""
    return -float(len(row.item.answer.text))


def report(name: str, judged: Sequence[tuple[Row, Verdict]]) -> None:
    """Print one set's line: hard verdicts, ranking, and both baselines on the same rows."""
    done = [(row, verdict) for row, verdict in judged if verdict.outcome is Outcome.SCORED]
    hard = [(float(verdict.value == 1), row.faithful) for row, verdict in done]
    soft = [(_soft(verdict), row.faithful) for row, verdict in done]
    print(f"{name:22} n={len(done)}/{len(judged)}  balanced accuracy {interval(hard, balanced)}")
    print(f"{'':22} AUC: judge {interval(soft, auc)}")
    for label, baseline in (("word overlap", overlap), ("shortness", shortness)):
        print(f"{'':22} AUC: {label} {interval([(baseline(row), row.faithful) for row, _ in done], auc)}")


def _soft(verdict: Verdict) -> float:
    return verdict.probability if verdict.probability is not None else verdict.value or 0.0


def fit(values: list[list[float]], labels: list[bool], groups: list[str]) -> tuple[float, list[float]]:
    """Ridge logistic by Newton's steps; every set and label weighs the same. Returns intercept and weights."""
    matrix = np.column_stack([np.ones(len(values)), np.array(values)])
    target = np.array(labels, dtype=float)
    cells = list(zip(groups, labels, strict=True))
    weight = np.array([len(cells) / len(set(cells)) / cells.count(cell) for cell in cells])
    ridge = np.diag([0.0] + [RIDGE] * (matrix.shape[1] - 1))
    beta = np.zeros(matrix.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-matrix @ beta))
        slope = matrix.T @ (weight * (target - chance)) - ridge @ beta
        curve = (matrix.T * (weight * chance * (1 - chance))) @ matrix + ridge
        beta = beta + np.linalg.solve(curve, slope)
    return float(beta[0]), [float(value) for value in beta[1:]]


def cross_fitted(values: list[list[float]], labels: list[bool], groups: list[str]) -> Scored:
    """Return each row's probability under coefficients that were fitted without it."""
    held_out: Scored = []
    for fold in range(FOLDS):
        inside = [at for at in range(len(values)) if at % FOLDS != fold]
        chosen = ([values[at] for at in inside], [labels[at] for at in inside], [groups[at] for at in inside])
        intercept, weights = fit(*chosen)
        for at in range(fold, len(values), FOLDS):
            score = intercept + sum(w * v for w, v in zip(weights, values[at], strict=True))
            held_out.append((1 / (1 + math.exp(-score)), labels[at]))
    return held_out


def show_fit(names: Sequence[str], fitted: tuple[float, list[float]], rows: int) -> None:
    """Print coefficients in the form of the data files."""
    weights = ", ".join(f"{name}: {value:.3f}" for name, value in zip(names, fitted[1], strict=True))
    print(f"# fitted on {rows} rows of {', '.join(SETS)} (tuning halves), seed {SEED}")
    print(f"intercept: {fitted[0]:.3f}\nweights: {{{weights}}}")


def fit_local(rows: Sequence[Row]) -> None:
    """Fit the free checks on answers of one sentence: there the answer's label is the sentence's."""
    single = [row for row in rows if row.tuning and len(claims(row.item.answer.text)) == 1]
    values = [[features(row.item.answer.text, (row.context,))[name] for name in FEATURES] for row in single]
    show_fit(FEATURES, fit(values, [row.faithful for row in single], [row.group for row in single]), len(single))


@dataclass(frozen=True, kw_only=True)
class Listener(Calibration):
    """A calibration that keeps the raw values and lets every verdict stand."""

    heard: list[tuple[float, float]]

    def probability(self, likelihood: float, checks: float) -> float:
        """Keep the values; return the likelihood itself."""
        self.heard.append((logit(likelihood), logit(checks)))
        return likelihood


async def fit_model(rows: Sequence[Row], model: ChatModel, seconds: float) -> None:
    """Fit the model's likelihood and the free checks on the one-sentence answers of the tuning half that they doubt."""
    heard: list[tuple[float, float]] = []
    listener = Listener(logistic=Logistic(digest="", threshold=0.0, intercept=0.0, weights={}), heard=heard)
    judge = CascadeFaithfulness(model, "embedded", listener)
    single = [row for row in rows if row.tuning and len(claims(row.item.answer.text)) == 1]
    kept: list[tuple[Row, list[float]]] = []
    judged = []
    begun = time.perf_counter()
    for row in single:
        if time.perf_counter() - begun > seconds:
            break
        heard.clear()
        verdict = await judge.judge(row.item, repeat=0)
        judged.append((row, verdict))
        if heard:
            kept.append((row, list(max(heard))))
    labels, groups = [row.faithful for row, _ in kept], [row.group for row, _ in kept]
    if min(labels.count(True), labels.count(False)) < FOLDS:
        raise SystemExit(f"too few rows to fit on ({len(labels)}): give it more --seconds or --rows")
    print(f"# model {model.spec.digest}\n# prompt {SUPPORT_DIGEST}")
    for name in SETS:
        report(f"{name} (tuning, raw)", [(row, verdict) for row, verdict in judged if row.group == name])
    values = [value for _, value in kept]
    held_out = cross_fitted(values, labels, groups)
    print(f"# held out, {FOLDS} folds, n={len(kept)}, all sets: AUC {interval(held_out, auc)}")
    hard = [(float(chance >= 0.5), faithful) for chance, faithful in held_out]
    print(f"# held out: balanced accuracy at 0.5 {interval(hard, balanced)}")
    for place, name in enumerate(MODEL_FEATURES):
        alone = list(zip([value[place] for value in values], labels, strict=True))
        print(f"# {name} alone: AUC {interval(alone, auc)}")
    show_fit(MODEL_FEATURES, fit(values, labels, groups), len(kept))


async def measure(rows: Sequence[Row], judge: Judge, seconds: float) -> None:
    """Judge the measuring half and print every set."""
    begun = time.perf_counter()
    judged = []
    for row in (row for row in rows if not row.tuning):
        if time.perf_counter() - begun > seconds:
            break
        judged.append((row, await judge.judge(row.item, repeat=0)))
    for name in SETS:
        report(name, [(row, verdict) for row, verdict in judged if row.group == name])
    print(f"{len(judged)} rows in {time.perf_counter() - begun:.1f} s")


@asynccontextmanager
async def embedded(weights: Path, cache: Path, threads: int) -> AsyncIterator[ChatModel]:
    """Serve the weights; replies stay in `cache`, so that a second run is free."""
    with EmbeddedServer(weights, threads=threads) as options:
        async with Courier(cache) as courier:
            yield OpenAIChat(options, courier)


async def main(arguments: argparse.Namespace) -> None:
    """Load, mix, then fit or measure: a run that is cut by `--seconds` has seen all sets alike."""
    rows = [row for name in SETS for row in load(arguments.data, name, arguments.rows, arguments.longest)]
    random.Random(SEED).shuffle(rows)  # noqa: S311 (a repeatable order, not a secret)
    if arguments.judge == "local":
        if arguments.fit:
            fit_local(rows)
        else:
            await measure(rows, build_judge("faithfulness", "local"), arguments.seconds)
        return
    async with embedded(arguments.model, arguments.cache, arguments.threads) as model:
        if arguments.fit:
            await fit_model(rows, model, arguments.seconds)
        else:
            await measure(rows, build_judge("faithfulness", "embedded", model), arguments.seconds)


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=re.split(r"\n", __doc__ or "", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the four open sets, gzipped JSON Lines")
    parser.add_argument("--rows", type=int, default=400, help="rows of each set in each half")
    parser.add_argument("--longest", type=int, default=4000, help="leave out rows with a longer source (code points)")
    parser.add_argument("--judge", choices=("local", "embedded"), default="local")
    parser.add_argument("--model", type=Path, help="weights of the embedded judge (GGUF)")
    parser.add_argument("--cache", type=Path, default=Path("judges-cache.sqlite"), help="replies kept between runs")
    parser.add_argument("--seconds", type=float, default=math.inf, help="take no further row after that long")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--into", type=Path, help="page whose section is replaced with what is printed")
    parser.add_argument("--fit", action="store_true", help="fit on the tuning half and print the coefficients")
    arguments = parser.parse_args()
    if arguments.judge == "embedded" and arguments.model is None:
        parser.error("--judge embedded needs --model FILE")
    return arguments


if __name__ == "__main__":
    OPTIONS = parsed()
    COMMAND = f"python -m benchmarks.judges --judge {OPTIONS.judge} --rows {OPTIONS.rows} --longest {OPTIONS.longest}"
    with kept(OPTIONS.into, f"Faithfulness, judge {OPTIONS.judge}", COMMAND):
        asyncio.run(main(OPTIONS))
