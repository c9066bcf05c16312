"""Means of clustered values in 0..1: the variance against numpy, honest widths, and the laws of the interval."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from evaluation.statistics import ClusterSums, clustered_mean, count_interval, rate_interval

EIGHTHS = st.integers(0, 8).map(lambda eighths: eighths / 8)  # exact, so that 1 − x turns back
VALUES = st.lists(st.tuples(st.integers(0, 12), EIGHTHS), min_size=1, max_size=60)


def test_many_equal_clusters_give_wilson_at_the_effective_size_of_the_clustered_variance() -> None:
    """With many carrying clusters the interval is Korn & Graubard's, computed here with numpy and scipy."""
    draws = np.random.default_rng(3)
    rates = draws.beta(3, 2, 60)
    table = (draws.random((60, 8)) < rates[:, None]).astype(float)
    mean, n, clusters = table.mean(), table.size, len(table)
    variance = clusters / (clusters - 1) * ((table - mean).sum(axis=1) ** 2).sum() / n**2
    size = mean * (1 - mean) / variance
    t = scipy.stats.t.ppf(0.975, clusters - 1)
    roots = np.roots([1 + t * t / size, -(2 * mean + t * t / size), mean * mean])

    found = clustered_mean(table.ravel().tolist(), np.repeat(np.arange(clusters), 8).tolist())

    assert found is not None
    assert (found.lower, found.upper) == pytest.approx(tuple(sorted(roots)), abs=2e-4)
    assert found.method == "clustered-wilson-t"


def test_rates_without_clusters_are_plain_wilson() -> None:
    """Each row its own cluster and values 0 or 1: nothing but the interval of a rate."""
    found = clustered_mean([1.0] * 70 + [0.0] * 30)

    assert found is not None
    assert (found.lower, found.upper) == count_interval(70, 100)
    assert found.method == "wilson"


@pytest.mark.parametrize("value", [0.0, 0.3, 0.8, 1.0])
@pytest.mark.parametrize("clusters", [1, 2, 5, 30])
@pytest.mark.parametrize("per_cluster", [1, 10])
def test_equal_values_never_give_a_width_of_zero(value: float, clusters: int, per_cluster: int) -> None:
    """No variance seen is not no variance: one unseen bad row in 3/n stays possible."""
    names = [name for name in range(clusters) for _ in range(per_cluster)]

    found = clustered_mean([value] * len(names), names)

    assert found is not None
    assert found.upper - found.lower > 0.9 / len(names)
    assert found.lower <= value + 1e-12
    assert value - 1e-12 <= found.upper


def test_equal_answers_of_few_documents_say_less_than_of_many() -> None:
    """200 good answers from 5 documents are weaker evidence than from 200 documents."""
    few = clustered_mean([1.0] * 200, [i % 5 for i in range(200)])
    many = clustered_mean([1.0] * 200)

    assert few is not None
    assert many is not None
    assert few.lower < many.lower - 0.05


def test_one_cluster_counts_as_one_row() -> None:
    """With a single document, correlation within it cannot be known."""
    found = clustered_mean([1.0] * 50, ["only"] * 50)

    assert found is not None
    assert found.lower == rate_interval(1.0, 1).lower


def test_correlated_rows_widen_the_interval() -> None:
    """Whole documents that are right or wrong carry less than independent rows."""
    values = [1.0] * 150 + [0.0] * 50
    together = clustered_mean(values, [i // 10 for i in range(200)])
    apart = clustered_mean(values)

    assert together is not None
    assert apart is not None
    assert together.upper - together.lower > 2 * (apart.upper - apart.lower)


def test_no_values_have_no_mean() -> None:
    """Unknown is not 0."""
    assert clustered_mean([]) is None


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan])
def test_values_outside_the_range_are_refused(value: float) -> None:
    """NaN and numbers outside 0..1 are misuse."""
    with pytest.raises(ValueError, match=r"0\.\.1"):
        clustered_mean([value])


def test_each_value_needs_a_cluster() -> None:
    """A list of clusters of another length is misuse."""
    with pytest.raises(ValueError, match="cluster"):
        clustered_mean([1.0, 0.0], ["a"])


@given(VALUES)
def test_the_interval_contains_the_mean_and_stays_in_range(rows: list[tuple[int, float]]) -> None:
    """0 ≤ lower ≤ mean ≤ upper ≤ 1, whatever the values."""
    found = clustered_mean([value for _, value in rows], [name for name, _ in rows])

    assert found is not None
    assert found.mean == pytest.approx(math.fsum(value for _, value in rows) / len(rows), abs=1e-12)
    assert 0 <= found.lower <= found.mean + 1e-12
    assert found.mean - 1e-12 <= found.upper <= 1
    assert found.upper > found.lower


@given(VALUES)
def test_turning_the_scale_round_turns_the_interval_round(rows: list[tuple[int, float]]) -> None:
    """Good and bad are treated alike: 1 − x has the mirrored interval."""
    names = [name for name, _ in rows]
    found = clustered_mean([value for _, value in rows], names)
    mirrored = clustered_mean([1 - value for _, value in rows], names)

    assert found is not None
    assert mirrored is not None
    assert (1 - mirrored.upper, 1 - mirrored.lower) == pytest.approx((found.lower, found.upper), abs=1e-6)


def test_memory_grows_with_clusters_and_not_with_rows() -> None:
    """A hundred thousand rows of three documents are three records."""
    sums = ClusterSums()
    for i in range(100_000):
        sums.add(i % 3, float(i % 2))

    assert sums.clusters == 3
    assert len(sums._sums) == 3
    assert sums.n == 100_000


@given(VALUES)
def test_a_cluster_taken_at_once_is_its_values_taken_one_by_one(rows: list[tuple[int, float]]) -> None:
    """Count, sum and sum of squares are all that the interval needs."""
    single, counted = ClusterSums(), ClusterSums()
    for name, value in rows:
        single.add(name, value)
    for name in dict.fromkeys(name for name, _ in rows):
        values = [value for other, value in rows if other == name]
        counted.add_counted(name, len(values), math.fsum(values), math.fsum(value * value for value in values))

    one, other = single.interval(), counted.interval()

    assert one is not None
    assert other is not None
    assert (one.lower, one.upper, one.n, one.method) == pytest.approx((other.lower, other.upper, other.n, other.method))


@given(VALUES, st.lists(st.integers(0, 100).map(lambda percent: percent / 100), max_size=60))
def test_values_that_are_clusters_of_their_own_need_no_names(rows: list[tuple[int, float]], alone: list[float]) -> None:
    """Alone or under a name that nobody shares, a value weighs the same; only its name is not remembered."""
    named, unnamed = ClusterSums(), ClusterSums()
    for cluster, value in rows:
        named.add(cluster, value)
        unnamed.add(cluster, value)
    for number, value in enumerate(alone):
        named.add(("row", number), value)
        unnamed.add_alone(value)
    one, other = named.interval(), unnamed.interval()

    assert one is not None
    assert other is not None
    assert (one.n, one.clusters, one.method) == (other.n, other.clusters, other.method)
    assert (other.mean, other.lower, other.upper) == pytest.approx((one.mean, one.lower, one.upper), abs=1e-9)


def test_values_that_are_clusters_of_their_own_take_no_memory_a_row() -> None:
    """Ten thousand rows of three values are remembered as three numbers."""
    sums = ClusterSums()
    for number in range(10_000):
        sums.add_alone(number % 3 / 2)

    assert sums.clusters == 10_000
    assert len(sums._alone) == 3
    assert not sums._sums
