"""Made texts of the injection filter's training: repeatable, filled, and apart from what is measured."""

import random
import re
from collections import Counter

from benchmarks.injection_sets import by_hand, by_language
from benchmarks.training.injection_grammar import Grammar, held_out
from benchmarks.training.injection_rows import made
from benchmarks.training.injection_texts import undressed


def _draw(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 (a repeatable sample, not a secret)


def test_the_same_seed_makes_the_same_texts() -> None:
    """A run can be repeated."""
    assert made(_draw(5), 60, attack=True) == made(_draw(5), 60, attack=True)


def test_no_slot_stays_empty() -> None:
    """No choice of a template is left in a text."""
    rows = made(_draw(1), 400, attack=True) + made(_draw(1), 400, attack=False)
    assert [row.text for row in rows if "((" in row.text and "|" in row.text and "))" in row.text] == []
    assert not any(re.search(r"\{(?:benign|harmact|name|payload|dropall)\}", row.text) for row in rows)


def test_what_is_no_prose_is_filled_too() -> None:
    """Harmless identifiers, secrets and rows are among the made texts, with no slot left in them."""
    rows = [row for row in made(_draw(4), 800, attack=False) if row.source in {"made:machine", "made:secrets"}]
    assert len(rows) > 40
    assert not any(re.search(r"\{x_[a-z]+\}|\{(?:env|secret|level)\}", row.text) for row in rows)


def test_held_back_templates_are_not_trained_on() -> None:
    """What a draw for training takes is a template that is not held back."""
    lines = [f"line {number}" for number in range(200)]
    grammar = Grammar(slots={}, templates={"kind": lines})
    draw = _draw(2)
    drawn = {grammar.text(draw, "kind") for _ in range(2_000)}
    assert any(map(held_out, lines))
    assert not any(map(held_out, drawn))
    assert all(map(held_out, {grammar.text(draw, "kind", dev=True) for _ in range(100)}))


def test_nothing_measured_is_made() -> None:
    """The sets written by hand and the made texts have no text in common."""
    rows = made(_draw(3), 2_000, attack=True) + made(_draw(3), 2_000, attack=False)
    texts = {undressed(row.text) for row in rows}
    names = ("measured_harmless", "measured_attacks", "measured_fresh", "measured_second", "measured_languages",
             "measured_documents")  # fmt: skip
    measured = [text for name in names for _, text in by_hand(name)]
    assert texts.isdisjoint(map(undressed, measured))


def test_seven_languages_are_measured_with_as_many_harmless_texts() -> None:
    """Each language has twenty attacks and twenty harmless texts, none twice."""
    rows = list(by_language())
    counts = Counter((language, attack) for language, attack, _ in rows)

    assert set(counts.values()) == {20}
    assert {language for language, _ in counts} == {"de", "es", "fr", "it", "nl", "pl", "pt"}
    assert len({text for _, _, text in rows}) == len(rows)
