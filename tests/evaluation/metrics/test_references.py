"""BLEU, chrF, ROUGE and METEOR: known values, the libraries of the field, and scripts that they were not made for."""

from typing import Any

import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.translate.meteor_score import single_meteor_score
from rouge_score.rouge_scorer import RougeScorer

from tests.evaluation.metrics.samples import row, value, verdict

WORDS = ["the", "The", "cat", "cats", "sat", "running", "runs", "ran", "mat", "3.5", "U.S.", "don't", "e-mail", "yes,"]
TEXT = st.lists(st.sampled_from(WORDS), min_size=2, max_size=14).map(" ".join)
COMPARED = ("bleu", "chrf", "rouge1", "rouge2", "rougeL", "meteor")
SYSTEM = "It is a guide to action which ensures that the military always obeys the commands of the party"
REFERENCE = "It is a guide to action that ensures that the military will forever heed Party commands"


class NoSynonyms:
    """A WordNet without a word in it."""

    def synsets(self, _word: str) -> list[Any]:
        """Return none."""
        return []


@pytest.mark.parametrize(
    ("metric", "expected"),
    # BLEU by hand: 5/6, 3/5, 1/4 and, smoothed, 1/(2·3); ROUGE by hand: 5 of 6 words, 3 of 5 pairs, 5 in order.
    [("bleu", (5 / 6 * 3 / 5 * 1 / 4 * 1 / 6) ** 0.25), ("rouge1", 5 / 6), ("rouge2", 3 / 5), ("rougeL", 5 / 6)],
)
def test_values_computed_by_hand(metric: str, expected: float) -> None:
    """One word of six differs, the third."""
    assert value(metric, "the cat sat on the mat", "the cat lay on the mat") == pytest.approx(expected)


@pytest.mark.parametrize("metric", COMPARED)
def test_the_reference_itself_is_as_good_as_it_gets(metric: str) -> None:
    """The same text is 1 exactly; METEOR takes off the penalty of its one chunk."""
    expected = 1 - 0.5 / len(REFERENCE.split()) ** 3 if metric == "meteor" else 1
    assert value(metric, REFERENCE, REFERENCE) == pytest.approx(expected)
    assert value(metric, "zzz qqq", "one two three") == pytest.approx(0)


def test_meteor_has_the_value_of_its_paper_s_example() -> None:
    """The example of nltk's documentation, 0.6944: its only matches are exact ones."""
    assert value("meteor", SYSTEM, REFERENCE) == pytest.approx(0.6944, abs=5e-5)


@settings(max_examples=60, deadline=None)
@given(TEXT, TEXT)
def test_rouge_is_that_of_the_rouge_score_package_on_ascii_text(answer: str, reference: str) -> None:
    """Words, pairs and the longest common subsequence agree with the package that papers use."""
    theirs = RougeScorer(["rouge1", "rouge2", "rougeL"]).score(reference, answer)
    for metric, score in theirs.items():
        found = verdict(metric, row(answer, reference))
        assert found.value == pytest.approx(score.fmeasure)


@settings(max_examples=60, deadline=None)
@given(TEXT, TEXT)
def test_bleu_and_chrf_are_those_of_sacrebleu(answer: str, reference: str) -> None:
    """A hundredth of what sacrebleu prints with its own settings."""
    assert value("bleu", answer, reference) == pytest.approx(sacrebleu.sentence_bleu(answer, [reference]).score / 100)
    assert value("chrf", answer, reference) == pytest.approx(sacrebleu.sentence_chrf(answer, [reference]).score / 100)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["cat", "cats", "run", "running", "on", "mat"]), min_size=1, max_size=9).map(" ".join))
def test_meteor_is_that_of_nltk_without_synonyms(answer: str) -> None:
    """The same alignment, with our short cut for stems."""
    reference = "the cats were running on a mat"
    theirs = single_meteor_score(reference.split(), answer.split(), wordnet=NoSynonyms())
    assert value("meteor", answer, reference) == pytest.approx(theirs)


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("Москва — столица России", "Столица России — Москва"),
        ("東京は日本の首都です", "日本の首都は東京です"),
        ("กรุงเทพเป็นเมืองหลวง", "เมืองหลวงคือกรุงเทพ"),
        ("दिल्ली भारत की राजधानी है", "भारत की राजधानी दिल्ली है"),
        ("الرياض هي العاصمة", "العاصمة هي الرياض"),
    ],
)
@pytest.mark.parametrize("metric", ["bleu", "chrf", "rouge1", "rougeL", "meteor", "token_f1"])
def test_no_script_is_dropped(metric: str, answer: str, reference: str) -> None:
    """The same words in another order share something and are not the same, in every script."""
    assert value(metric, answer, reference) > 0
    assert value(metric, answer, reference) < 1 or metric in {"rouge1", "token_f1"}
    assert value(metric, "xyz", reference) == pytest.approx(0, abs=0.01)


def test_a_word_keeps_its_marks_and_its_width() -> None:
    """Composed, decomposed, full-width and upper-case forms are one word; another vowel sign is another."""
    assert value("rouge1", "CAFE\u0301 １２", "café 12") == 1
    assert value("rouge1", "की", "का") == 0


@pytest.mark.parametrize("metric", ["rouge1", "rouge2", "rougeL", "meteor"])
def test_a_reference_without_words_is_not_applicable(metric: str) -> None:
    """Nothing could be found in it, so nothing is scored."""
    found = verdict(metric, row("yes", "…!"))
    assert (found.outcome, found.value) == ("not_applicable", None)
