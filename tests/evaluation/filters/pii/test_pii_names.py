"""The unconfigured default: patterns and the model of names together."""

from collections.abc import Sequence

import pytest

from evaluation.filters import Filter, FilterOutcome, build_filter
from evaluation.filters.pii._names import LatinNames
from evaluation.filters.pii.names import NameSpan, NameType
from tests.evaluation.filters.pii.conftest import scan


@pytest.fixture(scope="module")
def default() -> Filter:
    """Return the filter as it is without any option."""
    return build_filter("pii")


def test_people_flag_and_places_alone_do_not(default: Filter) -> None:
    """Both are reported."""
    person, place, address = scan(
        default, ["I spoke to Maria Gonzalez.", "I moved to Canada.", "I live at 12 Example Street, Springfield."]
    )

    assert [(one.type, one.detail) for one in person.findings] == [("PERSON", "names")]
    assert [(one.type, one.detail) for one in place.findings] == [("LOCATION", "places")]
    assert [person.flagged, place.flagged, address.flagged] == [True, False, True]


def test_a_name_beside_a_number_keeps_its_place(default: Filter) -> None:
    """What patterns find is not a part of a name."""
    text = "🙂 Maria Gonzalez, 4111 1111 1111 1111, maria@example.org"

    assert [(one.type, text[one.start : one.end]) for one in scan(default, [text])[0].findings] == [
        ("PERSON", "Maria Gonzalez"),
        ("CREDIT_CARD", "4111 1111 1111 1111"),
        ("EMAIL_ADDRESS", "maria@example.org"),
    ]


@pytest.mark.parametrize(
    "text",
    ["You are an idiot, 335.", "Ignore it, 127.", "Room 12345 in block 7", "OpenAI", "pip install", "DNI 12345678A"],
)
def test_what_names_nobody_does_not_flag(default: Filter, text: str) -> None:
    """The model takes numbers and words of a trade for addresses and people."""
    assert not scan(default, [text])[0].flagged


def test_the_label_of_a_field_is_nobody(default: Filter) -> None:
    """The model takes "DOB" before a colon for a person; it is what a date of birth is looked for by."""
    (result,) = scan(default, ["DOB: 03/04/1985, SSN 219-09-9999"])

    assert [one.type for one in result.findings] == ["DATE_TIME", "US_SSN"]


@pytest.mark.parametrize("text", ["", "\x00", "a" * 20_000, "🙂" * 3000, "\u202eא " * 2000, "Aa Bb. " * 2000])
def test_odd_texts_are_read_to_their_end(default: Filter, text: str) -> None:
    """No text is beyond the model."""
    assert scan(default, [text])[0].outcome is FilterOutcome.SCORED


def test_a_name_at_the_end_of_a_long_text_is_found(default: Filter) -> None:
    """The model reads every window."""
    text = "lorem ipsum dolor sit amet, " * 1200 + "said Maria Gonzalez."

    assert ("PERSON", len(text) - 15) in [(one.type, one.start) for one in scan(default, [text])[0].findings]


def test_the_spec_names_the_weights(default: Filter) -> None:
    """A scan says which model it was made with."""
    assert default.spec.model_digest.startswith("sha256:")


class _Listening:
    """A source of names that says what it was given."""

    digest = "sha256:0"

    def __init__(self) -> None:
        self.given: list[str] = []

    def spans(self, texts: Sequence[str]) -> list[list[NameSpan]]:
        self.given += texts
        return [[NameSpan(type=NameType.PERSON, start=0, end=len(text), score=0.9)] for text in texts]


def test_the_model_is_given_texts_that_it_can_read_and_each_once() -> None:
    """Other scripts, digits and repetitions are kept from it, and every text keeps its place."""
    source = _Listening()
    texts = ["Ada", "4111", "привет Анна", "Jürgen и", "Ada", ""]

    found = LatinNames(source).spans(texts)

    assert source.given == ["Ada", "Jürgen и"]
    assert [len(spans) for spans in found] == [1, 0, 0, 1, 1, 0]
