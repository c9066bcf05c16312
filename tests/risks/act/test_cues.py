"""Words that point at answers: which sentence, how strongly, and what a broken file is told."""

import pytest

from assay.kernel import InputError
from risks.act import Strength, cues, parse_cues, sightings, tree
from risks.act._header import shipped

ASKED = ("prohibited", "annex_iii", "annex_i")


def found(sentence: str) -> dict[str, Strength]:
    """Return what one sentence points at."""
    return {f"{one.question}.{one.option}": one.strength for one in sightings(cues(), [sentence])}


@pytest.mark.parametrize("question", ASKED)
def test_every_practice_use_and_law_has_words(question: str) -> None:
    """An option without cues could be proposed by a model alone."""
    options = next(one.options for one in tree().questions if one.id == question)
    pointed = {one.option for one in cues().pointers if one.question == question}
    assert {one.id for one in options} <= pointed


@pytest.mark.parametrize(
    ("sentence", "key"),
    [
        ("It screens the CVs of applicants.", "annex_iii.4a"),
        ("Das System bewertet Bewerbungen.", "annex_iii.4a"),
        ("A bank uses it for credit scoring.", "annex_iii.5b"),
        ("The app undresses people in photos.", "prohibited.ba"),
        ("It predicts cancer from X-ray images.", "annex_i.a11"),
    ],
)
def test_a_sentence_points_at_what_it_says(sentence: str, key: str) -> None:
    """Whatever the case and the ending of its words."""
    assert found(sentence)[key] is Strength.STRONG
    assert found(sentence.upper())[key] is Strength.STRONG


@pytest.mark.parametrize(
    "sentence",
    ["It does not rank job applicants.", "Job applicants are never ranked.", "It works without ranking applicants."],
)
def test_a_denied_sentence_points_the_other_way(sentence: str) -> None:
    """A denial reaches to the end of its clause."""
    assert found(sentence)["annex_iii.4a"] is Strength.DENIED


def test_a_denial_ends_with_its_clause() -> None:
    """What comes after "but" is said."""
    assert found("It does not store data, but it ranks job applicants.")["annex_iii.4a"] is Strength.STRONG


def test_words_in_two_sentences_are_no_cue() -> None:
    """What is quoted has to say it."""
    assert "annex_iii.4a" not in {f"{one.question}.{one.option}" for one in sightings(cues(), ["Candidates.", "Rank."])}


def test_a_broken_file_is_told_all_its_mistakes() -> None:
    """An unknown option, a missing list, a wrong count, a wrong assumption."""
    text = shipped("cues.yaml").replace("annex_iii.4a:", "annex_iii.4z:").replace("options: ", "options: 9")
    text = text.replace("  subject: [ai_system]", "  subject: [robot]")
    with pytest.raises(InputError) as refused:
        parse_cues(text, "ours.yaml", tree())
    for place in ("/cues/annex_iii.4z", "/counts/options", "/silent/subject"):
        assert f"ours.yaml#{place}" in refused.value.message
