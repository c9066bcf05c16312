"""Scenarios of `benchmarks.statistics`: how often an interval holds the truth, with every kind of number that we print.

Rules of this place: the intervals are made by the product's own functions; numpy only draws the data. Where an outcome
is a count, the interval of that count is looked up once. A line is strict (94 to 96.5 %) where n·p·(1 − p) ≥ 10, there
are 20 clusters or more and at least 100 labels; elsewhere it asks for 93 % and shows Clopper & Pearson's exact interval
beside, which ignores documents.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import scipy.special

from benchmarks.twin import clustered_limits, difference_limits
from evaluation.statistics import (
    Count,
    LabelledPair,
    Measured,
    agreement,
    clopper_pearson,
    count_interval,
    paired_difference,
    ppi_mean,
    rogan_gladen,
)
from evaluation.statistics._agreement import youden
from evaluation.statistics._sequence import Stakes, gains

__all__ = ["PARTS", "Covered"]

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
STRICT, LOOSE, ALWAYS = (0.94, 0.965), (0.93, 1.0), (0.95, 1.0)


@dataclass(frozen=True, kw_only=True)
class Covered:
    """One line of a table."""

    scenario: str
    asked: tuple[float, float]
    held: float  # share of draws whose interval holds the truth
    width: float
    exact: float | None = None  # what Clopper–Pearson holds

    def is_met(self, draws: int) -> bool:
        """Whether coverage lies where it is asked; short runs are given two standard errors of the simulation."""
        slack = 2 * math.sqrt(0.05 * 0.95 / draws) if draws < 20_000 else 0.0
        return self.asked[0] - slack <= self.held <= self.asked[1] + slack


def line(
    scenario: str,
    truth: float,
    found: Iterable[tuple[float, float]] | Floats,
    *,
    strict: bool,
    exact: Iterable[tuple[float, float]] | None = None,
) -> Covered:
    """Count how many intervals hold the truth."""
    ends = np.array([tuple(one) for one in found])
    held = _held(ends, truth)
    width = float((ends[:, 1] - ends[:, 0]).mean())
    beside = None if exact is None else _held(np.array([tuple(one) for one in exact]), truth)
    return Covered(scenario=scenario, asked=STRICT if strict else LOOSE, held=held, width=width, exact=beside)


def _held(ends: Floats, truth: float) -> float:
    return float(((ends[:, 0] <= truth + 1e-12) & (truth <= ends[:, 1] + 1e-12)).mean())


@cache
def rate(successes: int, n: int) -> tuple[float, float]:
    """Our interval of a count."""
    return count_interval(successes, n)


@cache
def exact_rate(successes: int, n: int) -> tuple[float, float]:
    """Clopper & Pearson's."""
    return clopper_pearson(successes, n)


def rates(draws: int, rng: np.random.Generator) -> Iterator[Covered]:
    """Draw the scenarios under this name."""
    for n in (20, 50, 100, 200, 400, 1000):
        for p in (0.5, 0.7, 0.85, 0.95, 0.99):
            counts = [int(count) for count in rng.binomial(n, p, draws)]
            ours, exact = ([of(count, n) for count in counts] for of in (rate, exact_rate))
            yield line(f"rate n={n} p={p}", p, ours, strict=n >= 100 and n * p * (1 - p) >= 10, exact=exact)


def documents(draws: int, rng: np.random.Generator) -> Iterator[Covered]:
    """Draw the scenarios under this name."""
    for clusters, size in ((100, 5), (40, 10), (20, 10), (10, 10), (5, 10), (3, 8)):
        for p in (0.5, 0.7, 0.85, 0.95):
            for rho in (0.0, 0.1, 0.3):
                sizes = np.full(clusters, size)
                yield clustered_line(
                    f"{clusters} × {size} p={p} ρ={rho}", sizes, p, _beta_rates(p, rho, rng), draws, rng
                )
    for p in (0.5, 0.7, 0.85, 0.95):
        yield clustered_line(f"40 × 10 p={p} latent 0.3", np.full(40, 10), p, _latent_rates(p, 0.3, rng), draws, rng)
    for clusters in (40, 20):
        sizes = np.maximum(1, rng.geometric(0.1, clusters))
        name = f"{clusters} documents of 1 to {sizes.max()}, p=0.85 ρ=0.3"
        yield clustered_line(name, sizes, 0.85, _beta_rates(0.85, 0.3, rng), draws, rng)


def clustered_line(
    name: str, sizes: Counts, p: float, rates_of: "RatesOf", draws: int, rng: np.random.Generator
) -> Covered:
    """Draw binary values of documents with unequal rates."""
    n = int(sizes.sum())
    counts = rng.binomial(sizes, rates_of((draws, len(sizes)))).astype(np.float64)
    ours = clustered_limits(sizes, counts, counts.sum(axis=1), binary=True)
    exact = [exact_rate(int(good), n) for good in counts.sum(axis=1)]
    strict = n * p * (1 - p) >= 10 and len(sizes) >= 20 and n >= 100
    return line(name, p, np.stack(ours, axis=1), strict=strict, exact=exact)


def graded(draws: int, rng: np.random.Generator) -> Iterator[Covered]:
    """Draw the scenarios under this name."""
    for n in (20, 50, 200):
        for p in (0.6, 0.85, 0.97):
            table = rng.binomial(3, p, (draws, n)) / 3
            yield line(f"thirds n={n} p={p}", p, _graded(table), strict=n >= 100 and n * p * (1 - p) >= 10)
        table = np.where(rng.random((draws, n)) < 0.03, 0.0, 0.9)
        yield line(f"0.9 and 3 % zeros n={n}", 0.9 * 0.97, _graded(table), strict=False)
    for clusters, size in ((40, 10), (20, 10), (10, 10), (5, 10)):
        for p in (0.7, 0.85):
            latent = np.repeat(_beta_rates(p, 0.3, rng)((draws, clusters))[:, :, None], size, axis=2)
            thirds = rng.binomial(3, latent) / 3
            found = clustered_limits(np.full(clusters, size), thirds.sum(axis=2), (thirds**2).sum(axis=(1, 2)))
            name = f"thirds {clusters} × {size} p={p} ρ=0.3"
            yield line(name, p, np.stack(found, axis=1), strict=clusters >= 20)


def paired(draws: int, rng: np.random.Generator) -> Iterator[Covered]:
    """Draw the scenarios under this name."""
    for n in (50, 200, 500):
        for gain, loss in ((0.15, 0.10), (0.05, 0.05), (0.06, 0.01), (0.03, 0.0)):
            counts = rng.multinomial(n, [gain, loss, 1 - gain - loss], draws)
            found = [_pair(int(up), int(down), n) for up, down, _ in counts]
            fed = n >= 100 and n * min(gain * (1 - gain), loss * (1 - loss)) >= 10
            yield line(f"paired n={n} +{gain} −{loss}", gain - loss, found, strict=fed)
    for clusters, size in ((40, 10), (20, 10), (8, 10)):
        for gain, loss in ((0.10, 0.10), (0.02, 0.05)):
            for rho in (0.0, 0.1, 0.3):
                name = f"paired {clusters} × {size} +{gain} −{loss} ρ={rho}"
                found = [changed.ends for changed in changed_documents(clusters, size, gain, loss, rho, draws, rng)]
                fed = clusters >= 20 and clusters * size * min(gain * (1 - gain), loss * (1 - loss)) >= 10
                yield line(name, gain - loss, found, strict=fed)


@dataclass(frozen=True)
class Changed:
    """One drawn comparison."""

    difference: float
    ends: tuple[float, float]


def changed_documents(
    clusters: int, size: int, gain: float, loss: float, rho: float, draws: int, rng: np.random.Generator
) -> list[Changed]:
    """Rows of one document tend to change together and the same way: Dirichlet shares of gain and loss."""
    shares = np.array([gain, loss, 1 - gain - loss])
    latent = np.broadcast_to(shares, (draws, clusters, 3))
    if rho:
        latent = rng.dirichlet(np.maximum(shares, 1e-9) * (1 - rho) / rho, (draws, clusters))
    counts = rng.multinomial(size, latent / latent.sum(axis=2, keepdims=True)).astype(np.float64)
    up, down = counts[:, :, 0], counts[:, :, 1]
    lower, upper = difference_limits(np.full(clusters, size), up, down)
    means = (up - down).sum(axis=1) / (clusters * size)
    return [Changed(m, (a, b)) for m, a, b in zip(means.tolist(), lower.tolist(), upper.tolist(), strict=True)]


@cache
def _pair(up: int, down: int, n: int) -> tuple[float, float]:
    found = paired_difference([(1.0, 0.0)] * up + [(0.0, 1.0)] * down + [(1.0, 1.0)] * (n - up - down))
    return (found.lower, found.upper) if found else (-1.0, 1.0)


def corrected(draws: int, rng: np.random.Generator) -> Iterator[Covered]:
    """Draw the scenarios under this name."""
    for truth, se, sp, labels, rows in (
        (0.70, 0.92, 0.60, 200, 2000),
        (0.85, 0.92, 0.60, 200, 2000),
        (0.70, 0.92, 0.60, 100, 2000),
        (0.85, 0.95, 0.90, 100, 1000),
        (0.85, 0.99, 0.99, 200, 2000),
        (0.95, 0.92, 0.60, 200, 2000),
        (0.85, 0.95, 0.90, 50, 500),
        (0.95, 0.95, 0.90, 50, 500),
    ):
        cells = [truth * se, (1 - truth) * (1 - sp), truth * (1 - se), (1 - truth) * sp]
        labelled = rng.multinomial(labels, cells, draws)
        judged = rng.binomial(rows - labels, cells[0] + cells[1], draws)
        fed = labels >= 100 and labels * truth * (1 - truth) >= 10
        name = f"t={truth} Se={se} Sp={sp} N={rows} m={labels}"
        pairs = zip(labelled.tolist(), judged.tolist(), strict=True)
        yield line(f"PPI++ {name}", truth, [_ppi(cell, good, rows - labels) for cell, good in pairs], strict=fed)
        card = zip(labelled.tolist(), judged.tolist(), strict=True)
        ends = [_turned(cell, good, rows - labels) for cell, good in card]
        yield line(f"Rogan–Gladen {name}", truth, ends, strict=fed and labels * (1 - truth) >= 50)


def _ppi(cell: Sequence[int], good: int, rest: int) -> tuple[float, float]:
    """Return the interval of labelled rows in the cells (both, judge alone, people alone, neither say good)."""
    labelled = np.repeat(((1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)), cell, axis=0)
    found = ppi_mean(np.repeat((1.0, 0.0), (good, rest - good)), labelled)  # type: ignore[arg-type]  # arrays do
    return (found.lower, found.upper) if found else (0.0, 1.0)


def _turned(cell: Sequence[int], good: int, rows: int) -> tuple[float, float]:
    both, judge_only, human_only, neither = cell
    if not both + human_only or not judge_only + neither:
        return 0.0, 1.0
    found = rogan_gladen(
        Count(right=good, of=rows),
        Count(right=both, of=both + human_only),
        Count(right=neither, of=judge_only + neither),
    )
    return (found.lower, found.upper) if found else (0.0, 1.0)


def judges(draws: int, rng: np.random.Generator) -> Iterator[Covered]:
    """Draw the scenarios under this name."""
    for good, se, sp, labels in (
        (0.7, 0.92, 0.6, 200),
        (0.5, 0.8, 0.8, 200),
        (0.85, 0.95, 0.9, 200),
        (0.7, 0.9, 0.8, 400),
    ):
        table = rng.multinomial(labels, _cells(good, se, sp), draws).tolist()
        name = f"share {good} Se={se} Sp={sp} m={labels}"
        fed = [part * rate * (1 - rate) >= 10 for part, rate in ((labels * good, se), (labels * (1 - good), sp))]
        shares = [(rate(a, a + c), rate(d, b + d), a / max(1, a + c), d / max(1, b + d)) for a, b, c, d in table]
        yield line(f"Se {name}", se, [one[0] for one in shares], strict=fed[0] and labels * good >= 100)
        yield line(f"Sp {name}", sp, [one[1] for one in shares], strict=fed[1] and labels * (1 - good) >= 100)
        joined = [youden(Measured(x, *first), Measured(y, *second))[1:] for first, second, x, y in shares]
        yield line(f"J {name}", se + sp - 1, joined, strict=all(fed))
    for good, se, sp, labels in ((0.7, 0.9, 0.8, 100), (0.5, 0.8, 0.8, 100)):
        table = rng.multinomial(labels, _cells(good, se, sp), draws).tolist()
        both = [_chance(*cells) for cells in table]
        for place, (word, truth) in enumerate(_truths(good, se, sp).items()):
            name = f"{word} share {good} Se={se} Sp={sp} m={labels}"
            yield line(name, truth, [found[place] for found in both], strict=True)


def _cells(good: float, se: float, sp: float) -> list[float]:
    return [good * se, (1 - good) * (1 - sp), good * (1 - se), (1 - good) * sp]


def _truths(good: float, se: float, sp: float) -> dict[str, float]:
    both, judge_only, human_only, _ = _cells(good, se, sp)
    unequal, judge = judge_only + human_only, both + judge_only
    middle = (judge + good) / 2
    kappa = 1 - unequal / (judge * (1 - good) + good * (1 - judge))
    return {"kappa": kappa, "AC1": 1 - unequal / (1 - 2 * middle * (1 - middle))}


@cache
def _chance(both: int, judge_only: int, human_only: int, neither: int) -> tuple[tuple[float, float], ...]:
    cells = ((both, True, True), (judge_only, True, False), (human_only, False, True), (neither, False, False))
    found = agreement([LabelledPair(judge=j, human=h) for count, j, h in cells for _ in range(count)])
    return tuple((one.lower, one.upper) if one else (-1.0, 1.0) for one in (found.kappa, found.ac1))


def sequences(draws: int, rng: np.random.Generator) -> Iterator[Covered]:
    """Draw the scenarios under this name."""
    for p in (0.5, 0.7, 0.85, 0.95):
        values = (rng.random((500, draws)) < p).astype(np.float64)
        yield _always(f"binary p={p}", p, values)
    yield _always("thirds p=0.85", 0.85, rng.binomial(3, 0.85, (500, draws)) / 3)
    drawn = rng.choice([1.0, 0.5, 0.0], size=(500, draws), p=[0.05, 0.90, 0.05])
    yield _always("paired differences +0.05 −0.05", 0.5, drawn)


def _always(name: str, truth: float, values: Floats) -> Covered:
    """Bet at the true mean in all draws side by side: the twin of `ConfidenceSequence`, which bets at all means."""
    stakes, above, below = Stakes(values.shape[1]), np.zeros(values.shape[1]), np.zeros(values.shape[1])
    rich = np.zeros(values.shape[1])
    for row in values:
        up, down = gains(row, truth, stakes.next())
        above, below = above + up, below + down
        rich = np.maximum(rich, np.maximum(above, below))
        stakes.take(row)
    return Covered(scenario=name, asked=ALWAYS, held=float((rich < math.log(40)).mean()), width=math.nan)


class RatesOf:
    """Draws one rate per document."""

    def __init__(self, p: float, rho: float, rng: np.random.Generator, *, latent: bool) -> None:
        """Name the mean, the correlation, and its kind."""
        self._p, self._rho, self._rng, self._latent = p, rho, rng, latent

    def __call__(self, shape: tuple[int, int]) -> Floats:
        """Draw."""
        p, rho = self._p, self._rho
        if not rho:
            return np.full(shape, p)
        if self._latent:
            centre = scipy.special.ndtri(p) + math.sqrt(rho) * self._rng.standard_normal(shape)
            found: Floats = scipy.special.ndtr(centre / math.sqrt(1 - rho))
            return found
        return self._rng.beta(p * (1 - rho) / rho, (1 - p) * (1 - rho) / rho, shape)


def _beta_rates(p: float, rho: float, rng: np.random.Generator) -> RatesOf:
    return RatesOf(p, rho, rng, latent=False)


def _latent_rates(p: float, rho: float, rng: np.random.Generator) -> RatesOf:
    return RatesOf(p, rho, rng, latent=True)


def _graded(table: Floats) -> Floats:
    return np.stack(clustered_limits(np.ones(table.shape[1], dtype=np.int64), table, (table**2).sum(axis=1)), axis=1)


PARTS: dict[str, Callable[[int, np.random.Generator], Iterator[Covered]]] = {
    "Rates of independent rows": rates,
    "Rates of documents × questions: beta-binomial with correlation ρ, or a latent normal with ρ": documents,
    "Means of values between 0 and 1: shares of three sentences, a rare disaster, documents × questions": graded,
    "Differences of two runs on the same rows; + and − are the shares that turned good and bad": paired,
    "A judge card from m labels: sensitivity, specificity, Youden's J, kappa, AC1": judges,
    "PPI++ and Rogan–Gladen: truth t, judge with sensitivity Se and specificity Sp; N judged, m labelled": corrected,
    "Confidence sequences, looked at after every row: held at all of 500 looks": sequences,
}
