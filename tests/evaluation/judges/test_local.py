"""Judges without a language model."""

import asyncio

import pytest

from evaluation.answers import Item
from evaluation.judges import build_judge
from evaluation.judges._overlap import FEATURES, content_words, features, words
from evaluation.verdicts import Outcome, Support, Verdict
from tests.evaluation.judges.fakes import item

SOURCE = "The Board reviews all AI systems each year. In 2023 it audited 14 models and Acme paid 5,000 euros."


def judged(metric: str, row: Item) -> Verdict:
    """Judge one row without a language model."""
    return asyncio.run(build_judge(metric, "local").judge(row, repeat=0))


def test_copied_sentence_is_supported_and_an_invented_one_is_absent() -> None:
    """Words, numbers and names that are not in the contexts count against a sentence."""
    row = item("The Board reviews all AI systems each year. Zeus fined Berlin 99 dollars.", "Unrelated.", SOURCE)

    verdict = judged("faithfulness", row)

    assert [unit.support for unit in verdict.units] == [Support.SUPPORTED, Support.ABSENT]
    assert verdict.value == 0.5
    assert verdict.probability is not None
    assert min(unit.probability or 0 for unit in verdict.units) < verdict.probability < 0.5


@pytest.mark.parametrize(
    ("sentence", "name", "expected"),
    [
        ("It audited 14 models.", "numbers", 0.0),
        ("It audited 15 models.", "numbers", 1.0),
        ("Acme paid 5000 euros.", "numbers", 0.0),
        ("In fact Bolt paid.", "names", 1.0),
        ("The Board does not review AI systems.", "negation", 1.0),
        ("The board reviews AI systems.", "negation", 0.0),
        ("I love it.", "personal", 1.0),
        ("It is.", "bare", 1.0),
        ("The Board reviews all AI systems each year.", "run", 1.0),
        ("The Board reviews all AI systems each year.", "window", 1.0),
    ],
)
def test_each_free_check_sees_its_own_fault(sentence: str, name: str, expected: float) -> None:
    """One feature, one fault."""
    assert features(sentence, [SOURCE])[name] == expected


def test_features_are_complete_and_within_0_to_1_for_odd_text() -> None:
    """Empty and wordless text has values too."""
    for sentence in ("", "…", "12", "これは本です。", "a" * 5000):
        values = features(sentence, ["", "x"])
        assert set(values) == set(FEATURES)
        assert all(0 <= value <= 1 for value in values.values())


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("The sky's colour is blue.", 1.0),
        ("Stock prices rose in March.", 0.0),
        ("I don't know the colour of the sky.", 0.5),
    ],
)
def test_checked_relevancy_is_a_rule_on_shared_words(answer: str, value: float) -> None:
    """Subject by some of the question's words, focus by half of them; declining has no focus."""
    verdict = asyncio.run(build_judge("relevancy", "checks").judge(item(answer), repeat=0))

    assert (verdict.outcome, verdict.value) == (Outcome.SCORED, value)


def test_stems_join_the_forms_of_a_word() -> None:
    """Plural, past and progressive forms meet."""
    assert len(set(content_words("review reviews reviewed reviewing"))) == 1


def test_words_are_lowered_whole() -> None:
    """A letter whose small form is two characters cuts no word, a curly apostrophe is a plain one."""
    assert words("İzmir’s fee: 1,234,567.50") == ("izmir's", "fee", "1234567.50")
