"""Judge cards: from labels and verdicts to what a judge is worth."""

import json

import krippendorff
import numpy as np
import pytest

from assay.kernel import InputError, JsonValue, canonical_bytes
from evaluation.calibration import card_document, make_cards, parse_card, people_alpha, shipped_cards
from evaluation.calibration._quantiles import quantiles
from tests.evaluation.calibration.samples import AT, SPEC, card, checked, rows_of


def test_a_card_counts_how_often_the_judge_is_right() -> None:
    """Sensitivity over the good rows, specificity over the others, with intervals around them."""
    found = card(rows_of(45, 5, 30, 20)).agreement

    assert found.sensitivity is not None
    assert found.specificity is not None
    assert found.youden is not None
    assert (found.sensitivity.value, found.specificity.value) == pytest.approx((0.9, 0.6))
    assert found.youden.value == pytest.approx(0.5)
    assert found.sensitivity.lower < 0.9 < found.sensitivity.upper


def test_every_language_has_a_card_of_its_own_and_unknown_ones_join_the_most_frequent() -> None:
    """A card never mixes languages."""
    rows = [checked("a", [True], 1.0), checked("b", [False], 0.0), checked("c", [True], 1.0, language="de")]

    cards, _ = make_cards(SPEC, rows, labels_digest="", source="", made_at=AT)

    assert [(one.language, one.labelled) for one in cards] == [("en", 2), ("de", 1)]


def test_a_disagreement_names_the_row_and_both_words() -> None:
    """The judge's reason comes along; a row on which people are split is none."""
    rows = [checked("a", [True, True, False], 0.0), checked("b", [True, False], 0.0), checked("c", [True], 1.0)]

    (made,), found = make_cards(SPEC, rows, labels_digest="", source="", made_at=AT)

    assert [(one.id, one.people, one.judge, one.reason) for one in found] == [("a", True, False, "why a")]
    assert (made.labelled, made.tied, made.agreement.n) == (3, 1, 2)


def test_failures_are_counted_and_are_no_verdict() -> None:
    """A judge that fails on a row says nothing about it."""
    made = card([checked("a", [True], None), checked("b", [True], 1.0)])

    assert made.failures == {"error": 1}
    assert made.agreement.n == 1


def test_repeats_give_a_flip_rate() -> None:
    """Two draws of each of two rows, one row flips."""
    made = card([checked("a", [True], 1.0, 0.0), checked("b", [True], 1.0, 1.0)])

    assert made.repeats == 2
    assert made.flip_rate is not None
    assert made.flip_rate.value == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((10, 0, 10, 0), "rests on 20 labels"),
        ((60, 0, 0, 0), "labels of one kind"),
        ((30, 30, 30, 30), "at chance"),
        ((45, 5, 30, 20), ""),
    ],
)
def test_a_card_says_when_it_is_not_enough(counts: tuple[int, int, int, int], words: str) -> None:
    """Few labels, one kind of label, or a judge at chance."""
    found = card(rows_of(*counts)).shortcoming

    assert words in found
    assert bool(found) is bool(words)


def test_a_card_comes_back_from_its_document() -> None:
    """The recorded form is canonical and loses nothing that it shows."""
    document = card_document(card(rows_of(45, 5, 30, 20)))

    again = json.loads(canonical_bytes(document))

    assert card_document(parse_card(again)) == document


@pytest.mark.parametrize("change", [{"format": "other"}, {"agreement": {}}, {"labelled": "3"}, {"flip_rate": "0.5"}])
def test_a_document_that_is_no_card_is_refused(change: dict[str, JsonValue]) -> None:
    """A field of another kind is found."""
    document = json.loads(canonical_bytes(card_document(card(rows_of(45, 5, 30, 20)))))

    with pytest.raises(InputError):
        parse_card({**document, **change})


def test_people_among_themselves_are_measured_as_krippendorff_does() -> None:
    """The reference package gives the same alpha, with missing labels and three people."""
    draws = np.random.default_rng(1)
    truth = draws.random(80) < 0.6
    table = np.where(draws.random((3, 80)) < 0.85, truth, ~truth).astype(float)
    table[draws.random((3, 80)) < 0.2] = np.nan

    found = people_alpha([[bool(one) for one in column if not np.isnan(one)] for column in table.T])

    assert found is not None
    assert found.value == pytest.approx(krippendorff.alpha(table, level_of_measurement="nominal"))
    assert found.lower < found.value < found.upper


@pytest.mark.parametrize("rows", [[], [[True], [False]], [[True, True], [True, True]]])
def test_people_who_share_no_row_or_all_agree_on_one_kind_have_no_alpha(rows: list[list[bool]]) -> None:
    """Unknown is not 0."""
    assert people_alpha(rows) is None


def test_quantiles_stand_between_their_order_statistics() -> None:
    """The interval of the median of 1..99 holds 50, and nothing is made up without values."""
    found = quantiles([float(one) for one in range(1, 100)])

    assert found is not None
    assert found.median.value == 50
    assert (found.median.lower, found.median.upper) == (39, 61)
    assert found.p95.value == 95
    assert quantiles([]) is None


def test_the_shipped_cards_can_be_read_and_name_one_judge_each() -> None:
    """One per judge, metric and language."""
    keys = [(one.name, one.metric, one.language) for one in shipped_cards()]

    assert len(set(keys)) == len(keys)
    assert all(one.agreement.n > 100 for one in shipped_cards())
