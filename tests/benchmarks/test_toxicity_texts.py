"""The texts that the toxicity filter learns from, and those that it is measured with."""

import random
import re
from collections.abc import Iterator

import pytest

from benchmarks.toxicity import by_hand, by_language
from benchmarks.training.toxicity_dress import disguised, dressed
from benchmarks.training.toxicity_grammar import Drawn, Grammar, read_grammar, read_languages

_TOGETHER = 6  # words that two sentences share only when one was copied
_BORDER = re.compile(r"\{\w+\}|\[[^\]]*\]")


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    """Return the grammar as it ships."""
    return read_grammar()


def drawn(grammar: Grammar, count: int, *, template: bool = False, group: bool = False) -> Iterator[Drawn]:
    """Yield sentences of every function."""
    draw = random.Random(7)  # noqa: S311 (a repeatable sample, not a secret)
    for name in grammar.functions:
        for _ in range(count):
            one = grammar.drawn(name, draw, template=template, group=group)
            if one:
                yield one


def stretches(text: str) -> set[tuple[str, ...]]:
    """Return every `_TOGETHER` words that stand side by side."""
    words = re.findall(r"[a-z']+", text.lower())
    return {tuple(words[at : at + _TOGETHER]) for at in range(len(words) - _TOGETHER + 1)}


def test_every_template_can_be_filled(grammar: Grammar) -> None:
    """No slot, choice or bracket is left in a sentence."""
    assert not [one.text for one in drawn(grammar, 60) if re.search(r"[{}\[\]|]", one.text)]


def test_learning_never_sees_what_is_kept_aside(grammar: Grammar) -> None:
    """Neither a template nor a group of the one side is drawn for the other."""
    learned = list(drawn(grammar, 80))
    templates = {(one.function, one.template) for one in drawn(grammar, 80, template=True)}
    groups = {one.group for one in drawn(grammar, 80, group=True)}

    assert templates.isdisjoint((one.function, one.template) for one in learned)
    assert groups.isdisjoint(one.group for one in learned)
    assert len(templates) > 100
    assert len(groups - {""}) >= 6


def test_both_answers_are_drawn_from_many_functions(grammar: Grammar) -> None:
    """A filter that always says the same learns nothing here."""
    toxic = {one.function for one in drawn(grammar, 5) if one.toxic}
    other = {one.function for one in drawn(grammar, 5) if not one.toxic}

    assert len(toxic) >= 10
    assert len(other) >= 10


def test_a_sentence_is_drawn_again_from_the_same_seed(grammar: Grammar) -> None:
    """A training run can be repeated."""
    assert [one.text for one in drawn(grammar, 3)] == [one.text for one in drawn(grammar, 3)]


def test_the_article_fits_the_word(grammar: Grammar) -> None:
    """`a immigrant` would be a sign by which to tell templates from people."""
    texts = " | ".join(one.text for one in drawn(grammar, 60))

    assert not re.search(r"\b[Aa] (?:immigrant|Asian|elderly|idiot|old)\b", texts)
    assert not re.search(r"\b[Aa]n (?:woman|Jew|gay|trans|person)\b", texts)


def test_dress_and_disguise_keep_a_text(grammar: Grammar) -> None:
    """Every sentence survives, whatever is drawn."""
    draw = random.Random(3)  # noqa: S311 (as above)

    assert all(disguised(dressed(one.text, draw), draw).strip() for one in drawn(grammar, 20))


@pytest.mark.parametrize("name", ["functional", "fresh"])
def test_what_is_measured_was_not_copied_from_what_is_learned(grammar: Grammar, name: str) -> None:
    """No sentence of a hand-written set shares six words in a row with the fixed words of a template."""
    fixed = {
        words
        for function in grammar.functions.values()
        for line in function.lines
        for part in _BORDER.split(line)
        for words in stretches(part)
    }

    assert not [row.text for row in by_hand(name) if stretches(row.text) & fixed]


@pytest.mark.parametrize(("name", "least"), [("functional", 600), ("fresh", 200)])
def test_a_hand_written_set_is_large_and_says_each_thing_once(name: str, least: int) -> None:
    """Hundreds of sentences, both answers, none twice."""
    rows = by_hand(name)

    assert len({row.text for row in rows}) == len(rows) >= least
    assert min(sum(row.toxic for row in rows), sum(not row.toxic for row in rows)) >= least * 0.4


def test_seven_languages_are_measured_with_as_many_harmless_texts() -> None:
    """Each language has forty sentences, half of them flagged, and none is made for learning."""
    every = by_language()
    made = {
        one.text
        for language in read_languages().values()
        for name in language.functions
        for one in (language.drawn(name, random.Random(seed)) for seed in range(200))  # noqa: S311 (as above)
        if one
    }

    assert sorted(every) == ["de", "es", "fr", "it", "nl", "pl", "pt"]
    assert all(sum(row.toxic for row in rows) * 2 == len(rows) == 40 for rows in every.values())
    assert made.isdisjoint(row.text.rstrip(".!") for rows in every.values() for row in rows)
