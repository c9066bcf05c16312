"""Retrieval metrics over contexts in their order: by hand, by definition, and against scikit-learn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from tests.evaluation.metrics.samples import row, verdict

RANKED = ("hit_rate", "mrr", "ndcg", "recall_at_k", "precision_at_k")
TEXTS = [f"text number {word}" for word in ("one", "two", "three", "four", "five", "six")]
ORDERS = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=6, unique=True)


def measured(contexts: list[str], relevant: list[str]) -> dict[str, float | None]:
    """Return every retrieval metric of one row."""
    return {name: verdict(name, row("x", contexts=contexts, relevant=relevant)).value for name in RANKED}


def test_values_computed_by_hand() -> None:
    """Of two relevant texts one stands in the second of three contexts."""
    found = measured(["nothing", "It says: The Fee is 12 €.", "nothing"], ["the fee is 12 €", "somewhere else"])
    ideal = 1 + 1 / 1.584962500721156  # two texts, ranks 1 and 2
    assert found == {
        "hit_rate": 1,
        "mrr": 1 / 2,
        "ndcg": pytest.approx((1 / 1.584962500721156) / ideal),
        "recall_at_k": 1 / 2,
        "precision_at_k": pytest.approx(1 / 3),
    }


@given(ORDERS, ORDERS)
def test_mrr_recall_and_precision_follow_their_definitions(contexts: list[str], relevant: list[str]) -> None:
    """Sets and ranks of unique texts give the same numbers."""
    hits = [rank for rank, text in enumerate(contexts, start=1) if text in relevant]
    found = measured(contexts, relevant)
    assert found["hit_rate"] == bool(hits)
    assert found["mrr"] == (1 / hits[0] if hits else 0)
    assert found["recall_at_k"] == len(hits) / len(relevant)
    assert found["precision_at_k"] == len(hits) / len(contexts)


@given(st.permutations(TEXTS), st.integers(1, 5))
def test_ndcg_is_scikit_learn_s_where_everything_was_retrieved(contexts: list[str], count: int) -> None:
    """Binary relevance, any order."""
    relevant = TEXTS[:count]
    gains = [[int(text in relevant) for text in contexts]]
    theirs = ndcg_score(gains, [[-rank for rank in range(len(contexts))]])
    assert measured(contexts, relevant)["ndcg"] == pytest.approx(theirs)


def test_nothing_retrieved_is_zero_and_contexts_not_shown_are_unknown() -> None:
    """`contexts: []` is a finding, the absent field is none."""
    assert set(measured([], ["a"]).values()) == {0}
    assert set(measured(["a"], []).values()) == {None}
    assert verdict("mrr", row("x", relevant=["a"])).outcome == "not_applicable"
    assert verdict("mrr", row("x", contexts=["a"], relevant=[" "])).outcome == "not_applicable"


def test_one_context_may_hold_all_and_two_may_hold_the_same() -> None:
    """All in the first context is perfect; the same text again earns nothing more."""
    assert measured(["one two"], ["one", "two"])["ndcg"] == 1
    assert measured(["one", "one"], ["one"])["ndcg"] == 1
    assert measured(["one", "one", "two"], ["one", "two"])["ndcg"] == pytest.approx(1.5 / 1.6309297535714575)


@pytest.mark.parametrize(
    ("context", "held"),
    [
        ("He said ‘the  FEE’ is due", 1),
        ("the fee” is twelve euro a mo", 1),
        ("the fee", 0),
        ("fee is the due", 0),
        ("", 0),
    ],
)
def test_a_context_is_relevant_when_it_holds_the_text_or_most_of_it(context: str, held: float) -> None:
    """Case, quotation marks and white space apart; a scrap of the text does not count, nor do its words alone."""
    relevant = ["'the fee' is due", 'the fee" is twelve euro a month']
    assert measured([context], relevant)["hit_rate"] == held
