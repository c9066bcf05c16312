"""How well a score ranks rows that come in groups, and by how much better than another score of the same rows.

Rules of this place: rows on one source go together into every resample (a cluster bootstrap: Field and Welsh 2007), so
that twenty answers to one text do not count as twenty texts; a difference of two scores is taken in the same resamples.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Ranked", "difference", "ranking", "sharpness"]

SEED = 20261121
RESAMPLES = 1000
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """Rows of one set: what is true of them, and which belong together."""

    positive: Sequence[bool]
    groups: Sequence[str]

    def draws(self) -> npt.NDArray[np.float64]:
        """Return how often each row is in each resample: resamples × rows; the first is the sample itself."""
        names, place = np.unique(np.array(self.groups), return_inverse=True)
        random = np.random.default_rng(SEED)
        counts = random.multinomial(len(names), np.full(len(names), 1 / len(names)), size=RESAMPLES)
        return np.vstack([np.ones(len(self.positive)), counts[:, place]]).astype(np.float64)


def _auc(scores: Sequence[float], rows: Ranked) -> _Floats:
    """Return the AUC in the sample and in every resample; a resample without one of the kinds gives NaN."""
    values, good = np.array(scores, dtype=np.float64), np.array(rows.positive, dtype=bool)
    above = np.sign(values[good][:, None] - values[~good][None, :]) / 2 + 0.5
    draws = rows.draws()
    better, worse = draws[:, good], draws[:, ~good]
    with np.errstate(invalid="ignore"):
        found = np.einsum("rg,gb,rb->r", better, above, worse, optimize=True)
        return np.asarray(found / (better.sum(1) * worse.sum(1)), dtype=np.float64)


def ranking(scores: Sequence[float], rows: Ranked) -> str:
    """Return the AUC with its 95 % interval; ties count half."""
    return _written(_auc(scores, rows))


def difference(scores: Sequence[float], others: Sequence[float], rows: Ranked) -> str:
    """Return by how much the first AUC is above the second, with its 95 % interval."""
    return _written(_auc(scores, rows) - _auc(others, rows), sign="+")


def sharpness(scores: Sequence[float], rows: Ranked, cut: float = 0.5) -> str:
    """Return the balanced accuracy of calling what scores at least `cut` positive, with its 95 % interval."""
    called, good = np.array(scores) >= cut, np.array(rows.positive, dtype=bool)
    draws = rows.draws()
    with np.errstate(invalid="ignore"):
        found = draws[:, good & called].sum(1) / draws[:, good].sum(1)
        spared = draws[:, ~good & ~called].sum(1) / draws[:, ~good].sum(1)
    return _written((found + spared) / 2)


def _written(values: _Floats, sign: str = "") -> str:
    low, high = np.nanquantile(values[1:], [0.025, 0.975])
    return f"{values[0]:{sign}.3f} [{low:{sign}.3f}, {high:{sign}.3f}]"
