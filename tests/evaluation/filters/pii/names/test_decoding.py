"""From shares at tokens to spans."""

import itertools

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.filters.pii.names import NameSpan, NameType
from evaluation.filters.pii.names._decoding import OUTPUTS, Thresholds, spans_of

THRESHOLDS = Thresholds(person=0.3, person_lower=0.5, place=0.35)
_NONE, _PERSON, _LOCATION, _ADDRESS = 0, 1, 2, 3


def _shares(*classes: int, share: float = 0.9) -> npt.NDArray[np.float32]:
    """Return rows in which one class has most."""
    found = np.full((len(classes), len(OUTPUTS)), (1 - share) / (len(OUTPUTS) - 1), dtype=np.float32)
    for row, one in enumerate(classes):
        found[row, one] = share
    return found


def _offsets(text: str, *pieces: str) -> npt.NDArray[np.int32]:
    found, at = [], 0
    for piece in pieces:
        start = text.index(piece, at)
        at = start + len(piece)
        found.append((start, at))
    return np.array(found, dtype=np.int32).reshape(-1, 2)


def _found(text: str, pieces: list[str], classes: list[int], share: float = 0.9) -> list[tuple[NameType, str]]:
    spans = spans_of(text, _offsets(text, *pieces), _shares(*classes, share=share), THRESHOLDS)
    return [(span.type, text[span.start : span.end]) for span in spans]


def test_words_of_a_name_are_one_span() -> None:
    """Given name, initial with its stop, and family name belong together."""
    text = "met Jane B. Doe today"
    pieces = ["met", "Jane", "B", ".", "Doe", "today"]

    assert _found(text, pieces, [0, 1, 1, 1, 1, 0]) == [(NameType.PERSON, "Jane B. Doe")]


def test_a_list_of_people_is_a_span_each() -> None:
    """A comma that is no part of a name parts two; one that is part of it does not."""
    text = "Jane, John"

    assert [name for _, name in _found(text, ["Jane", ",", "John"], [1, 0, 1])] == ["Jane", "John"]
    assert [name for _, name in _found(text, ["Jane", ",", "John"], [1, 1, 1])] == ["Jane, John"]


def test_pieces_of_a_word_stand_and_fall_together() -> None:
    """A span never ends inside a word."""
    text = "Xiomara left"

    assert _found(text, ["Xi", "omara", "left"], [1, 0, 0]) == [(NameType.PERSON, "Xiomara")]
    assert _found(text, ["Xi", "omara", "left"], [1, 0, 0], share=0.4) == []


def test_a_possessive_is_no_part_of_a_name() -> None:
    """The s of a genitive is left out."""
    assert _found("Jane's cat", ["Jane", "'", "s", "cat"], [1, 1, 1, 0]) == [(NameType.PERSON, "Jane")]


def test_a_title_belongs_to_the_person() -> None:
    """It says who is meant, so it is hidden with the name."""
    assert _found("ask Dr. Doe", ["ask", "Dr", ".", "Doe"], [0, 0, 0, 1]) == [(NameType.PERSON, "Dr. Doe")]


def test_a_title_that_is_part_of_another_span_stays_there() -> None:
    """Spans never overlap, whatever stands before a name."""
    assert _found("Mme Doe", ["Mme", "Doe"], [2, 1]) == [(NameType.LOCATION, "Mme"), (NameType.PERSON, "Doe")]


def test_an_address_goes_over_lines_and_a_name_does_not() -> None:
    """Lines of an address are one, names under each other are several."""
    text = "1 Elm St\n\nSpringfield"
    pieces = ["1", "Elm", "St", "Springfield"]

    assert _found(text, pieces, [3, 3, 3, 3]) == [(NameType.ADDRESS, text)]
    assert [name for _, name in _found("Jane\nJohn", ["Jane", "John"], [1, 1])] == ["Jane", "John"]


def test_place_and_address_are_weighed_together() -> None:
    """A word that is as much the one as the other is still a place."""
    shares = np.array([[0.6, 0, 0.2, 0.2, 0, 0]], dtype=np.float32)

    (span,) = spans_of("Springfield", _offsets("Springfield", "Springfield"), shares, THRESHOLDS)

    assert span.type is NameType.LOCATION
    assert span.score == pytest.approx(0.5 + 0.5 * (0.4 - 0.35) / 0.65)


def test_a_surname_before_an_address_stays_with_its_person() -> None:
    """What follows a given name without a mark is part of the name when it may be one."""
    shares = _shares(1, 0, 3, 3)
    shares[1] = [0, 0.35, 0, 0.65, 0, 0]
    text = "Jane Doe 1 Elm"

    spans = spans_of(text, _offsets(text, "Jane", "Doe", "1", "Elm"), shares, THRESHOLDS)

    assert [text[span.start : span.end] for span in spans] == ["Jane Doe", "1 Elm"]


def test_below_the_threshold_nothing_is_named() -> None:
    """The thresholds decide, not the greatest share."""
    shares = np.array([[0.0, 0.29, 0, 0.34, 0.2, 0.17]], dtype=np.float32)

    assert spans_of("word", _offsets("word", "word"), shares, THRESHOLDS) == []
    assert spans_of("", np.zeros((0, 2), np.int32), np.zeros((0, len(OUTPUTS)), np.float32), THRESHOLDS) == []


def test_a_word_without_a_capital_needs_more() -> None:
    """Chats are full of rare words in lower case."""
    assert _found("Doe", ["Doe"], [1], share=0.4) == [(NameType.PERSON, "Doe")]
    assert _found("doe", ["doe"], [1], share=0.4) == []
    assert _found("doe", ["doe"], [1], share=0.6) == [(NameType.PERSON, "doe")]


@given(st.text(max_size=60), st.randoms(use_true_random=False))
def test_spans_are_sorted_apart_and_inside_the_text(text: str, random: object) -> None:
    """Whatever the model says of whatever text."""
    draw = np.random.default_rng(getattr(random, "randint")(0, 2**32))  # noqa: B009 (hypothesis' type is untyped)
    cuts = sorted(set(draw.integers(0, len(text) + 1, 20).tolist()))
    offsets = np.array(list(itertools.pairwise(cuts)), dtype=np.int32).reshape(-1, 2)
    shares = draw.dirichlet(np.full(len(OUTPUTS), 0.2), len(offsets)).astype(np.float32)

    spans: list[NameSpan] = spans_of(text, offsets, shares, THRESHOLDS)

    assert all(0 <= span.start < span.end <= len(text) and 0.5 <= span.score <= 1 for span in spans)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))
