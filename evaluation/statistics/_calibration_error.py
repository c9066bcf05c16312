"""How far a judge's probabilities lie from how often people agree."""

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from evaluation.statistics._types import LabelledPair, Measured

__all__ = ["calibration_error"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_BINS = 10
_DRAWS = 2_000
_SEED = 20_261_121


def calibration_error(pairs: Sequence[LabelledPair], *, bins: int = _BINS) -> Measured | None:
    """Estimate the expected calibration error over `bins` equal bins (Guo et al. 2017, arXiv 1706.04599).

    The interval is the bias-corrected percentile bootstrap over whole clusters (Efron 1987, JASA 82:171), seeded: 2,000
    draws. With few labels the estimate itself is too large: a perfect judge does not reach 0. `None` without
    probabilities.
    """
    rated = [(p, p.probability, i) for i, p in enumerate(pairs) if p.probability is not None]
    if not rated:
        return None
    odds = np.array([probability for _, probability, _ in rated])
    weights = np.array([p.weight for p, _, _ in rated])
    truth = np.array([float(p.human) for p, _, _ in rated])
    place: Indices = np.minimum((odds * bins).astype(np.int64), bins - 1)
    names = [("row", i) if p.cluster is None else ("cluster", p.cluster) for p, _, i in rated]
    order = {name: number for number, name in enumerate(dict.fromkeys(names))}
    cluster: Indices = np.array([order[name] for name in names])
    gaps, masses = np.zeros((len(order), bins)), np.zeros((len(order), bins))
    np.add.at(gaps, (cluster, place), weights * (odds - truth))
    np.add.at(masses, (cluster, place), weights)
    value = float(_error(gaps.sum(axis=0), masses.sum(axis=0)))
    generator = np.random.default_rng(_SEED)
    picks = generator.multinomial(len(order), np.full(len(order), 1 / len(order)), _DRAWS).astype(np.float64)
    drawn = np.sort(_error(picks @ gaps, picks @ masses))
    return Measured(value, *_corrected(drawn, value))


def _error(gaps: Floats, masses: Floats) -> Floats:
    found: Floats = abs(gaps).sum(axis=-1) / masses.sum(axis=-1)
    return found


def _corrected(drawn: Floats, value: float) -> tuple[float, float]:
    """Percentiles shifted by how far the draws' median lies from the estimate."""
    normal = NormalDist()
    below = (float((drawn < value).sum()) + float((drawn <= value).sum())) / 2
    shift = normal.inv_cdf(min(max(below, 0.5), len(drawn) - 0.5) / len(drawn))
    ends = [normal.cdf(2 * shift + normal.inv_cdf(share)) for share in (0.025, 0.975)]
    low, high = (float(drawn[min(len(drawn) - 1, int(end * len(drawn)))]) for end in ends)
    return max(0.0, min(low, value)), min(1.0, max(high, value))
