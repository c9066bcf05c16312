"""Where an answer cites, what each citation stands for, and whether it holds."""

import pytest

from evaluation.judges import build_judge
from evaluation.judges._citation_marks import cited_sentences
from evaluation.verdicts import Outcome, Support
from tests.evaluation.metrics.samples import row, verdict

SKY, GRASS, FEE = "The sky is blue at noon.", "Grass is green in spring.", "[rules-3] The fee is 12 euro."
CONTEXTS = [SKY, GRASS, FEE]


def found(answer: str, contexts: list[str] = CONTEXTS) -> list[tuple[str, tuple[int | None, ...]]]:
    """Return each sentence that cites, with the places of what it cites."""
    return [(sentence.text, sentence.cited) for sentence in cited_sentences(answer, contexts)]


@pytest.mark.parametrize(
    ("mark", "places"),
    [
        ("[1]", (0,)),
        ("[1, 2]", (0, 1)),
        ("[1][2]", (0, 1)),
        ("[1-3]", (0, 1, 2)),
        ("[^2]", (1,)),
        ("【2†source】", (1,)),
        ("(source 3)", (2,)),
        ("(Quellen 1 und 2)", (0, 1)),
        ("[Source: 2]", (1,)),
        ("[rules-3]", (2,)),
        ("[rules-4]", (None,)),
        ("[4]", (None,)),
        ("[0]", (None,)),
        ("[1-999]", (None,)),
        ("[9-1]", (None,)),
    ],
)
def test_a_citation_is_read_in_every_usual_form(mark: str, places: tuple[int | None, ...]) -> None:
    """Contexts count from 1; what names no context is kept as such."""
    assert found(f"The sky is blue {mark}.") == [("The sky is blue.", places)]


@pytest.mark.parametrize("text", ["The sky is blue.", "In [2019] it was.", "See (1) and [a].", "[sic!] is no source"])
def test_other_brackets_are_no_citations(text: str) -> None:
    """Years, list numbers and remarks; labels count only where contexts begin with labels."""
    assert found(text, [SKY, GRASS]) == []


def test_contexts_that_carry_numbers_of_their_own_are_cited_by_them() -> None:
    """Where each begins with a number in brackets; one footnote mark does not renumber the others."""
    assert found("It is [9, 7].", ["[7] " + SKY, "[9] " + GRASS]) == [("It is.", (1, 0))]
    assert found("It is [1, 2].", ["[2] " + SKY, GRASS]) == [("It is.", (0, 1))]


@pytest.mark.parametrize(
    "answer",
    [
        "The sky is blue [1]. Grass is green [2].",
        "The sky is blue.[1] Grass is green.[2]",
        "The sky is blue. [1] Grass is green. [2]",
        "- The sky is blue [1]\n- Grass is green [2]",
        "[1] The sky is blue.\n[2] Grass is green.",
        "The sky is blue [1]. Grass is green [2].\n\nSources:\n[1] A book of skies\n[2] A book of grass",
    ],
)
def test_a_citation_stands_for_the_sentence_it_belongs_to(answer: str) -> None:
    """Inside, after the full stop, in lists, before the sentence; an entry of a list of sources is no citation."""
    assert [(text.removeprefix("- ").rstrip("."), cited) for text, cited in found(answer)] == [
        ("The sky is blue", (0,)),
        ("Grass is green", (1,)),
    ]


@pytest.mark.parametrize("answer", ["The sky is blue.\n\nSources: [1], [2]", "[1]", "[1] [2]\n[3]", "Quellen [1]"])
def test_a_citation_beside_no_words_stands_for_nothing(answer: str) -> None:
    """Which sentence it means cannot be known."""
    assert verdict("citation_correctness", row(answer, contexts=CONTEXTS)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("The sky is blue [1]. Grass is green [2].", 1),
        ("The sky is blue [2]. Grass is green [1].", 0),
        ("The sky is blue [1]. Grass is green [7].", 1 / 2),
        ("The sky is blue [1, 2].", 1 / 2),
        ("The fee is 12 euro [rules-3].", 1),
        ("The fee is 15 euro [rules-3].", 0),
    ],
)
def test_the_value_is_the_share_of_citations_that_hold(answer: str, value: float) -> None:
    """A citation of a context that is not there, or that says something else, does not hold."""
    assert verdict("citation_correctness", row(answer, contexts=CONTEXTS)).value == pytest.approx(value)


def test_two_contexts_that_support_only_together_both_hold() -> None:
    """Neither can be left out, so neither is idle."""
    contexts = ["Anna Meier leads the laboratory.", "The laboratory opened in Graz in 1998."]
    answer = "Anna Meier leads the laboratory which opened in Graz in 1998 [1][2]."
    assert verdict("citation_correctness", row(answer, contexts=contexts)).value == 1
    assert verdict("citation_correctness", row(answer.replace("[2]", ""), contexts=contexts)).value == 0


def test_the_verdict_shows_which_sentences_hold() -> None:
    """Spans of the sentences in the answer, without their marks."""
    answer = "The sky is blue [1]. Cows eat hay [2]."
    units = verdict("citation_correctness", row(answer, contexts=CONTEXTS)).units
    assert [answer[unit.start : unit.end] for unit in units] == ["The sky is blue [1].", "Cows eat hay [2]."]
    assert [unit.support for unit in units] == [Support.SUPPORTED, Support.ABSENT]


def test_contexts_that_are_there_but_none_make_every_citation_wrong() -> None:
    """Retrieved nothing, cited something: 0, and not unknown."""
    found = verdict("citation_correctness", row("The sky is blue [1].", contexts=[]))
    assert (found.value, found.reason) == (0, "0 of 1 citations hold; 1 name no context")


def test_too_many_citations_are_an_error() -> None:
    """A bound on the work of one row."""
    answer = "The sky is blue [1]. " * 257
    assert verdict("citation_correctness", row(answer, contexts=CONTEXTS)).outcome is Outcome.ERROR


def test_the_spec_names_what_decides_support() -> None:
    """Other coefficients are another judge."""
    options = build_judge("citation_correctness", "local").spec.options
    assert str(options["coefficients"]).startswith("sha256:")
