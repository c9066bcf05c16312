"""Documents of the injection filter: what is learned from and what is measured never meet."""

import random
from pathlib import Path

import pytest

from benchmarks.injection_documents import harmless, ordered
from benchmarks.injection_sets import by_hand
from benchmarks.training import injection_documents, injection_rows
from benchmarks.training.injection_documents import Document, aside, passages
from benchmarks.training.injection_texts import with_order

_TEXT = "\n\n".join(
    f"{number}. The keeper of the lighthouse shall write down each ship that passes." for number in "12"
)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> list[Document]:
    """Forty documents of an invented source instead of the open sets, which are not at hand everywhere."""
    found = [Document(source="harbour", name=f"rule {at}", text=f"{_TEXT} Light {at}.") for at in range(40)]
    for module in ("benchmarks.injection_documents", "benchmarks.training.injection_rows"):
        monkeypatch.setattr(f"{module}.documents", lambda _: iter(found))
    return found


def test_what_is_learned_from_is_not_measured(library: list[Document]) -> None:
    """A document is on one side with all its passages."""
    learned = {row.text for row in injection_rows._documents(Path(), random.Random(1)) if not row.attack}  # noqa: S311
    measured = set(harmless(Path())["harbour"])
    assert learned
    assert measured
    assert learned.isdisjoint(measured)
    assert len(learned | measured) == len(library)


@pytest.mark.usefixtures("library")
def test_half_of_the_passages_are_learned_with_an_order_too() -> None:
    """The same style is seen on both sides, so that a style alone says nothing."""
    rows = injection_rows._documents(Path(), random.Random(2))  # noqa: S311
    attacks = [row for row in rows if row.attack]
    assert 0.2 < len(attacks) / (len(rows) - len(attacks)) < 0.8
    assert all("lighthouse" in row.text for row in attacks)
    assert {row.family for row in attacks} == {"indirect_instruction"}


def test_each_document_is_measured_with_an_order_in_three_places(library: list[Document]) -> None:
    """The order stands before, within and behind the whole of the same document."""
    library.append(Document(source="harbour", name="rule 0", text=f"{_TEXT}\n\n" * 20))
    whole, hidden = ordered(Path())
    orders = [text for kind, text in by_hand("measured_documents") if kind == "hidden_orders"]
    assert len(hidden) == 3 * len(whole) > 0
    for at, one in enumerate(hidden):
        order = next(order for order in orders if order in one.text)
        assert (one.place == "start") == one.text.startswith(order)
        assert (one.place == "end") == one.text.endswith(order)
        assert len(one.text) > len(whole[at // 3])


def test_passages_leave_tables_and_short_lines_out() -> None:
    """What a retriever would not return is not measured; nothing is longer than a passage may be."""
    text = f"# Title\n\n{'| a | b |' * 12}\n\n{'One sentence of a page. ' * 60}\n\n- {_TEXT}"
    found = passages(text)
    assert found
    assert all(80 <= len(passage) <= 801 and "| a" not in passage for passage in found)


def test_an_order_is_added_and_nothing_is_lost() -> None:
    """Every line of the document is still there."""
    draw = random.Random(3)  # noqa: S311
    lines = ["Review the register.", "Keep the logs for two years."]
    for _ in range(50):
        text = with_order(draw, list(lines))
        assert all(line in text for line in lines)
        assert len(text) > sum(map(len, lines)) + 5


def test_sides_go_by_name_alone() -> None:
    """About half of the names are kept apart, the same ones always."""
    names = [f"GOVERN {at}" for at in range(200)]
    assert 60 < sum(map(aside, names)) < 140
    assert injection_documents.aside("GOVERN 1.3") == aside("GOVERN 1.3")
