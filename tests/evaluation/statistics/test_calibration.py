"""Calibration fits, against scikit-learn."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression

from evaluation.statistics import fit_isotonic, fit_platt

ROWS = st.lists(st.tuples(st.integers(0, 20).map(lambda x: x / 20), st.booleans()), min_size=1, max_size=60)


@given(ROWS, st.floats(0, 1))
def test_isotonic_is_that_of_scikit_learn(rows: list[tuple[float, bool]], score: float) -> None:
    """The same line, at the scores and between them."""
    scores, labels = [s for s, _ in rows], [label for _, label in rows]
    theirs = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(scores, [float(x) for x in labels])

    assert fit_isotonic(scores, labels)(score) == pytest.approx(float(theirs.predict([score])[0]), abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_platt_is_that_of_scikit_learn(seed: int) -> None:
    """The same logistic line from the same softened labels."""
    draws = np.random.default_rng(seed)
    scores = draws.normal(0, 2, 200)
    labels = draws.random(200) < 1 / (1 + np.exp(-(0.8 * scores + 0.5)))
    theirs = _SigmoidCalibration().fit(scores, labels.astype(int))

    found = fit_platt(scores.tolist(), labels.tolist())

    assert (found.slope, found.offset) == pytest.approx((-theirs.a_, -theirs.b_), rel=1e-3)


def test_a_score_that_runs_against_the_labels_says_nothing() -> None:
    """A higher score never gets a lower probability."""
    found = fit_platt([0.0, 0.1, 0.9, 1.0], [True, True, False, False])

    assert found.slope == 0
    assert found(0.0) == found(1.0) == pytest.approx(0.5)


def test_separable_labels_do_not_run_away() -> None:
    """Softened labels keep the probability off 0 and 1."""
    found = fit_platt([0.0] * 20 + [1.0] * 20, [False] * 20 + [True] * 20)

    assert found(1.0) == pytest.approx(21 / 22, abs=1e-3)
    assert found(0.0) == pytest.approx(1 / 22, abs=1e-3)


@given(ROWS)
def test_a_higher_score_never_gets_a_lower_probability(rows: list[tuple[float, bool]]) -> None:
    """Both fits rise, within 0..1."""
    scores, labels = [s for s, _ in rows], [label for _, label in rows]
    for fit in (fit_isotonic(scores, labels), fit_platt(scores, labels)):
        line = [fit(x / 50) for x in range(-10, 61)]
        assert all(low <= high + 1e-12 for low, high in pairwise(line))
        assert line[0] >= 0
        assert line[-1] <= 1


def test_a_fit_needs_labels() -> None:
    """Nothing can be learnt from nothing."""
    with pytest.raises(ValueError, match="label"):
        fit_isotonic([], [])
