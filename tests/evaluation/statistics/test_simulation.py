"""The program that simulates our intervals and our gate: its twins are the real thing, and its lines hold."""

import numpy as np
import pytest

from benchmarks.statistics import NAMED, tables
from benchmarks.twin import clustered_limits, difference_limits
from evaluation.statistics import ClusterSums, clustered_mean
from evaluation.statistics._paired import DifferenceSums

SHAPES = [(3, 8, 0.9), (20, 10, 0.85), (40, 1, 0.97), (6, 4, 0.5)]


@pytest.mark.parametrize(("clusters", "size", "p"), SHAPES)
def test_the_twin_of_a_clustered_mean_is_the_real_one(clusters: int, size: int, p: float) -> None:
    """Column by column the same limits, for rates and for graded values, documents of unequal size too."""
    draws = np.random.default_rng(clusters)
    sizes = draws.integers(1, size + 1, clusters) + 1
    for parts in (1, 3):
        tables_ = [draws.binomial(parts, draws.beta(4 * p, 4 * (1 - p)), (30, n)) / parts for n in sizes]
        totals = np.stack([table.sum(axis=1) for table in tables_], axis=1)
        squares = np.stack([(table**2).sum(axis=1) for table in tables_], axis=1).sum(axis=1)
        lower, upper = clustered_limits(sizes, totals, squares, binary=parts == 1)
        for draw in range(30):
            names = [name for name, n in enumerate(sizes) for _ in range(n)]
            real = clustered_mean(np.concatenate([table[draw] for table in tables_]).tolist(), names)
            assert real is not None
            assert (lower[draw], upper[draw]) == pytest.approx((real.lower, real.upper), abs=1e-7)


@pytest.mark.parametrize(("clusters", "size", "p"), SHAPES)
def test_the_twin_of_a_difference_is_the_real_one(clusters: int, size: int, p: float) -> None:
    """Rows that turned good and bad, document by document."""
    draws = np.random.default_rng(size)
    size += 1
    counts = draws.multinomial(size, [(1 - p) / 2, (1 - p) / 2, p], (40, clusters)).astype(np.float64)
    lower, upper = difference_limits(np.full(clusters, size), counts[:, :, 0], counts[:, :, 1])
    for draw in range(40):
        sums = DifferenceSums()
        for cluster, (up, down, same) in enumerate(counts[draw].tolist()):
            sums.gains.add_counted(cluster, size, up, up)
            sums.losses.add_counted(cluster, size, down, down)
            sums.centred.add_counted(cluster, size, up + same / 2, up + same / 4)
        real = sums.interval()
        assert real is not None
        assert (lower[draw], upper[draw]) == pytest.approx((real.lower, real.upper), abs=1e-7)


def test_sums_that_no_values_have_are_refused() -> None:
    """Three values in 0..1 cannot add up to four."""
    with pytest.raises(ValueError, match="squares"):
        ClusterSums().add_counted("d", 3, 4.0, 1.0)


@pytest.mark.soak
@pytest.mark.parametrize("part", list(NAMED))
def test_every_line_of_the_simulation_is_met(part: str) -> None:
    """A tenth of the published draws, with two standard errors of slack."""
    assert tables(2_000, [part]) == 0
