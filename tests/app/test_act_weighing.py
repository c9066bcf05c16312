"""How words, the reader and a model's yes add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.app.act_weighing import weights_for
from evaluation.weights import entry_of
from risks.act import Strength

CHANCES = st.floats(0, 1)
STRENGTHS = st.sampled_from([None, *Strength])
EMBEDDED = entry_of("judge").sha256


@given(strength=STRENGTHS, told=st.none() | CHANCES, likelihood=CHANCES, model=st.sampled_from([EMBEDDED, ""]))
def test_a_model_takes_nothing_away(
    strength: Strength | None, told: float | None, likelihood: float, model: str
) -> None:
    """Whatever it says, an option is as likely as without it, or likelier."""
    without = weights_for(None).belief("annex_iii.4a", strength, told, None)
    assert 0 <= without <= weights_for(model).belief("annex_iii.4a", strength, told, likelihood) <= 1


@given(strength=STRENGTHS, told=CHANCES, pair=st.tuples(CHANCES, CHANCES))
def test_a_surer_yes_and_a_surer_reader_make_nothing_less_likely(
    strength: Strength | None, told: float, pair: tuple[float, float]
) -> None:
    """Each of the three counts one way only."""
    weights, (low, high) = weights_for(EMBEDDED), sorted(pair)
    by_model = [weights.belief("annex_iii.4a", strength, told, one) for one in (low, high)]
    by_reader = [weights.belief("annex_iii.4a", strength, one, told) for one in (low, high)]
    assert by_model == sorted(by_model)
    assert by_reader == sorted(by_reader)


@pytest.mark.parametrize("told", [None, 0.0, 0.5, 1.0])
def test_strong_words_count_more_than_weak_ones_and_denied_ones_least(told: float | None) -> None:
    """The order of strengths is the order of beliefs."""
    order = [Strength.DENIED, None, Strength.WEAK, Strength.STRONG]
    beliefs = [weights_for(None).belief("annex_iii.4a", one, told, None) for one in order]
    assert beliefs == sorted(beliefs)


def test_strong_words_are_proposed_whatever_the_reader_says() -> None:
    """The reader lowers them, and not below even odds."""
    assert weights_for(None).belief("annex_iii.4a", Strength.STRONG, 0.0, None) >= 0.5


def test_numbers_of_another_model_are_said_to_be_nobody_s() -> None:
    """What was not fitted says so."""
    assert weights_for(EMBEDDED).measured
    assert not weights_for("sha256:other").measured
