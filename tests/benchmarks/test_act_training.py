"""The texts that the reader of descriptions learned from, and whether it still tells what the tree asks."""

from collections import Counter
from importlib import resources

from benchmarks.act_systems import described_systems
from benchmarks.training.act import outputs, texts
from evaluation.encoder._files import read_text_card
from risks.act import tree

LISTS = ("prohibited", "annex_iii", "transparency", "exclusion")


def test_the_reader_tells_the_options_of_the_tree_in_force() -> None:
    """An option that is new in the tree needs a reader that learned it."""
    with resources.as_file(resources.files("assay.app") / "data" / "act_reader") as folder:
        assert read_text_card(folder).outputs == outputs()


def test_every_label_is_an_option_of_the_tree() -> None:
    """And every row says something about every question that is learned."""
    options = {one.id: {option.id for option in one.options} for one in tree().questions}
    for row in texts():
        assert all(set(row[question]) <= options[question] for question in LISTS), row
        assert row["subject"] in options["subject"]
        assert isinstance(row["product"], bool)


def test_no_text_is_learned_twice_or_measured() -> None:
    """What is measured was never learned from."""
    counts = Counter(" ".join(row["text"].split()).casefold() for row in texts())
    measured = {" ".join(one.text.split()).casefold() for one in described_systems()}
    assert max(counts.values()) == 1
    assert not measured & set(counts)


def test_every_practice_and_every_use_has_a_dozen_texts() -> None:
    """Fewer teach nothing."""
    seen = Counter(f"{question}.{option}" for row in texts() for question in LISTS for option in row[question])
    wanted = {f"{one.id}.{option.id}" for one in tree().questions if one.id in LISTS[:3] for option in one.options}
    assert {name: seen[name] for name in wanted if seen[name] < 12} == {}
