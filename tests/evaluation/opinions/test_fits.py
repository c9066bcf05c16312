"""From a filter's score and a model's word to one score."""

from importlib import resources

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evaluation.filters import DOUBTING
from evaluation.opinions import fit_for, question_of
from evaluation.weights import entry_of

SHARES = st.floats(min_value=0, max_value=1)


def entries() -> list[dict[str, str]]:
    """Return the fitted maps that are shipped."""
    raw = (resources.files("evaluation.opinions") / "data" / "opinions.yaml").read_text()
    found: list[dict[str, str]] = yaml.safe_load(raw)["models"]
    return found


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: f"{entry['filter']}-{entry['version']}")
def test_shipped_maps_belong_to_the_question_and_the_weights_that_are_asked(entry: dict[str, str]) -> None:
    """A question of other words would go by numbers that were fitted for another."""
    assert entry["prompt"] == question_of(entry["filter"]).digest
    assert entry["model"] == entry_of("judge").sha256
    assert fit_for(entry["filter"], entry["version"], entry["model"], entry["prompt"]).measured


@pytest.mark.parametrize("name", DOUBTING)
def test_a_model_that_nobody_measured_goes_by_the_map_that_says_so(name: str) -> None:
    """Its yes flags and its no does not, wherever in the band the filter's score lay."""
    fit = fit_for(name, "1", "", question_of(name).digest)
    assert not fit.measured
    assert fit.score(1, 0.2) > 0.75
    assert fit.score(0, 0.8) < 0.25


@given(low=SHARES, high=SHARES, first=SHARES)
def test_a_surer_yes_never_lowers_the_score(low: float, high: float, first: float) -> None:
    """By every map there is; scores stay shares."""
    fits = [fit_for(entry["filter"], entry["version"], entry["model"], entry["prompt"]) for entry in entries()]
    for fit in [*fits, fit_for("injection", "", "", "")]:
        below, above = sorted((low, high))
        assert 0 <= fit.score(below, first) <= fit.score(above, first) <= 1
