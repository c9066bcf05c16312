"""Whether people agree among themselves: the ceiling for any judge.

Krippendorff's alpha (2011, Computing Krippendorff's Alpha-Reliability), nominal data of two kinds, any number of people
a row, rows with one label left out. The interval is a seeded percentile bootstrap over rows, 2,000 draws.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from evaluation.statistics import Measured

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

__all__ = ["people_alpha"]

_DRAWS = 2_000
_SEED = 20_261_121
_FEWEST = 2


def people_alpha(rows: Iterable[Sequence[bool]]) -> Measured | None:
    """Return alpha over rows of labels; `None` where fewer than two rows have two labels or all labels are alike."""
    import numpy as np  # noqa: PLC0415  lazy: only a card needs it

    shared = [labels for labels in rows if len(labels) >= _FEWEST]
    counts = np.array([[sum(labels), len(labels)] for labels in shared], dtype=np.float64).reshape(-1, 2)
    good, all_ = counts[:, 0], counts[:, 1]
    if len(shared) < _FEWEST or good.sum() in {0.0, all_.sum()}:
        return None
    unequal = 2 * good * (all_ - good) / (all_ - 1)
    columns = np.column_stack([unequal, good, all_])
    value = float(_alpha(columns.sum(axis=0)[None])[0])
    generator = np.random.default_rng(_SEED)
    picks = generator.multinomial(len(shared), np.full(len(shared), 1 / len(shared)), _DRAWS).astype(np.float64)
    drawn = np.sort(_alpha(picks @ columns))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Measured(value, max(-1.0, min(value, float(low))), min(1.0, max(value, float(high))))


def _alpha(sums: "Floats") -> "Floats":
    """Alpha of each line of (unequal pairs, good labels, labels); 1 where a draw holds one kind only."""
    import numpy as np  # noqa: PLC0415  lazy: as above

    unequal, good, total = sums[:, 0], sums[:, 1], sums[:, 2]
    by_chance = 2 * good * (total - good) / (total - 1)
    found: Floats = np.where(by_chance > 0, 1 - unequal / np.where(by_chance > 0, by_chance, 1), 1.0)
    return found
