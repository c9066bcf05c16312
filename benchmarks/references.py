"""How well the judges of references and contexts tell good from bad, beside trivial scores of the same rows.

    python -m benchmarks.references --data DIR [--judge checks local embedded] [--model FILE] [--rows N] [--into PAGE]

Rules of this place: measured on the halves that nothing was tuned or trained on (by question, or by context where rows
share one); intervals are 95 % cluster bootstraps by question; judges and trivial scores see the same rows, and the
difference is taken in the same resamples: where its interval holds 0, the judge is at chance or no better than words.
Correctness and clause relevance are people's labels. Retrieval, recall and completeness are made from sources: a
question's own passage against the most alike others; the passage with and without the answer's sentence; an answer
with all, half or none of the reference.
"""

import argparse
import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from benchmarks.judges import embedded
from benchmarks.page import kept
from benchmarks.reference_rows import SETS, Case, cases
from evaluation.judges import Judge, build_judge
from evaluation.judges._overlap import content_words
from evaluation.llm import ChatModel
from evaluation.verdicts import Outcome, Verdict

Floats: TypeAlias = NDArray[np.float64]
Score: TypeAlias = Callable[[Case], float]
RESAMPLES = 1000
SEED = 20261121


def overlap(case: Case) -> float:
    """Trivial: share of the shorter side's words that stand in what it is held against."""
    wanted = set(content_words(case.wanted))
    return len(wanted & set(content_words(case.held))) / len(wanted) if wanted else 0.0


def containment(case: Case) -> float:
    """Trivial: whether one text stands in the other, letters and digits alone."""
    wanted, held = (re.sub(r"\W+", " ", text.casefold()).strip() for text in (case.wanted, case.held))
    return float(bool(wanted) and (f" {wanted} " in f" {held} " or (bool(held) and f" {held} " in f" {wanted} ")))


def words_f1(case: Case) -> float:
    """Trivial: F1 of the words of both texts."""
    wanted, held = set(content_words(case.wanted)), set(content_words(case.held))
    return 2 * len(wanted & held) / (len(wanted) + len(held)) if wanted or held else 0.0


def shortness(case: Case) -> float:
    """Trivial: the shorter the better."""
    return -float(len(case.held))


TRIVIAL: dict[str, Score] = {
    "word overlap": overlap,
    "containment": containment,
    "word F1": words_f1,
    "shortness": shortness,
}


def auc(scores: Floats, good: NDArray[np.bool_], weight: Floats) -> float:
    """Weighted chance that a good row scores above a bad one; ties count half."""
    order = np.argsort(scores, kind="stable")
    scores, good, weight = scores[order], good[order], weight[order]
    _, place = np.unique(scores, return_inverse=True)
    bad_at = np.bincount(place, weight * ~good)
    below = np.concatenate([[0.0], np.cumsum(bad_at)[:-1]]) + bad_at / 2
    total = float((weight * good).sum() * bad_at.sum())
    return float((weight * good * below[place]).sum() / total) if total else np.nan


def balanced(scores: Floats, good: NDArray[np.bool_], weight: Floats) -> float:
    """Balanced accuracy of hard verdicts (1 = called good)."""
    called = scores == 1
    positives, negatives = float((weight * good).sum()), float((weight * ~good).sum())
    if not positives or not negatives:
        return float("nan")
    return float((weight * (good & called)).sum() / positives + (weight * (~good & ~called)).sum() / negatives) / 2


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Rows of one set with their labels and resamples."""

    good: NDArray[np.bool_]
    weights: Floats  # resamples × rows; the first is the sample itself

    @classmethod
    def of(cls, rows: Sequence[Case]) -> "Sample":
        """Resample whole groups."""
        names, place = np.unique([row.group for row in rows], return_inverse=True)
        draws = np.random.default_rng(SEED).multinomial(len(names), [1 / len(names)] * len(names), size=RESAMPLES)
        weights = np.vstack([np.ones(len(rows)), draws[:, place]]).astype(np.float64)
        return cls(good=np.array([row.good for row in rows]), weights=weights)

    def values(self, scores: Sequence[float], statistic: Callable[..., float]) -> Floats:
        """Return the statistic of the sample, then of every resample."""
        array = np.array(scores, dtype=np.float64)
        return np.array([statistic(array, self.good, weight) for weight in self.weights])


def told(values: Floats) -> str:
    """Write the statistic with its interval."""
    low, high = np.nanquantile(values[1:], [0.025, 0.975])
    return f"{values[0]:.3f} [{low:.3f}, {high:.3f}]"


def report(name: str, judged: Sequence[tuple[Case, Verdict]], seconds: float) -> None:
    """Print one set under one judge, and the trivial scores on the same rows."""
    done = [(case, verdict) for case, verdict in judged if verdict.outcome is Outcome.SCORED]
    if len({case.good for case, _ in done}) < 2:
        print(f"{name:26} {len(done)} of {len(judged)} rows scored: nothing to compare")
        return
    sample = Sample.of([case for case, _ in done])
    hard = sample.values([float(verdict.value == 1) for _, verdict in done], balanced)
    soft = sample.values([_soft(verdict) for _, verdict in done], auc)
    asked = sum(verdict.usage.calls > 0 for _, verdict in done)
    print(f"{name:26} {len(done)} of {len(judged)} rows, {len({case.group for case, _ in done})} questions")
    print(f"  balanced accuracy {told(hard)}   AUC {told(soft)}")
    print(f"  the model was asked in {asked / len(done):.0%} of the rows; {seconds / len(judged) * 1000:.0f} ms a row")
    for label, score in TRIVIAL.items():
        other = sample.values([score(case) for case, _ in done], auc)
        low, high = np.nanquantile((soft - other)[1:], [0.025, 0.975])
        better = "better" if low > 0 else "WORSE" if high < 0 else "NOT TOLD APART"
        print(f"    {label:13} AUC {told(other)}   judge minus it [{low:+.3f}, {high:+.3f}] {better}")


def _soft(verdict: Verdict) -> float:
    return verdict.probability if verdict.probability is not None else verdict.value or 0.0


async def measure(judge_name: str, model: ChatModel | None, options: argparse.Namespace) -> None:
    """Judge the measuring half of every set."""
    for name in options.sets:
        rows = [case for case in cases(options.data, name) if not case.tuning][: options.rows]
        judge: Judge = build_judge(rows[0].metric, judge_name, model)
        begun = time.perf_counter()
        judged = []
        for case in rows:
            if time.perf_counter() - begun > options.seconds:
                break
            judged.append((case, await judge.judge(case.item, repeat=0)))
        print(f"-- judge {judge_name}, {rows[0].metric}")
        report(name, judged, time.perf_counter() - begun)


async def main(options: argparse.Namespace) -> None:
    """Measure every judge that was named."""
    for name in ("checks", "local"):
        if name in options.judge:
            await measure(name, None, options)
    if "embedded" in options.judge:
        async with embedded(options.model, options.cache, options.threads) as model:
            await measure("embedded", model, options)


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with the open sets, gzipped JSON Lines")
    parser.add_argument("--judge", nargs="+", choices=("checks", "local", "embedded"), default=["local"])
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--rows", type=int, default=2_000, help="at most so many rows of each set")
    parser.add_argument("--seconds", type=float, default=1e9, help="take no further row of a set after that long")
    parser.add_argument("--model", type=Path, help="weights of the embedded judge (GGUF)")
    parser.add_argument("--cache", type=Path, default=Path("judges-cache.sqlite"), help="replies kept between runs")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--into", type=Path, help="page whose section is replaced with what is printed")
    options = parser.parse_args()
    if "embedded" in options.judge and options.model is None:
        parser.error("--judge embedded needs --model FILE")
    return options


if __name__ == "__main__":
    OPTIONS = parsed()
    NAMES = " ".join(OPTIONS.judge)
    with kept(
        OPTIONS.into, f"References and contexts, judge {NAMES}", f"python -m benchmarks.references --judge {NAMES}"
    ):
        asyncio.run(main(OPTIONS))
