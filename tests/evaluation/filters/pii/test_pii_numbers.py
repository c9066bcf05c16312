"""House numbers and postcodes belong to the address or place at which they stand."""

import pytest

from evaluation.filters.pii._candidates import Candidate, Ground
from evaluation.filters.pii._numbers import with_numbers

CASES = [
    ("addresses", "at «07 Example Road», now"),
    ("addresses", "at «07 Example Road 12345», now"),
    ("addresses", "paid 1.50 «Example Road» now"),
    ("places", "in «Exampleville 12345», now"),
    ("places", "in «10115 Exampleville», now"),
    ("places", "the games of «Exampleville» 2024"),
    ("places", "in 1999 «Exampleville» grew"),
    ("places", "the 12 «Exampleville» hotels"),
    ("places", "«Exampleville», 12345.50 euros"),
]


@pytest.mark.parametrize(("detail", "marked"), CASES, ids=[marked for _, marked in CASES])
def test_a_number_belongs_to_a_place_or_not(detail: str, marked: str) -> None:
    """What is marked is the finding; the model saw the name alone."""
    before, whole, _ = marked.replace("»", "«").split("«")
    text = marked.replace("«", "").replace("»", "")
    name = "Example Road" if "Road" in text else "Exampleville"
    start = text.index(name)
    named = Candidate(type="LOCATION", start=start, end=start + len(name), score=0.9, ground=Ground.NAME, detail=detail)

    found = with_numbers(text, named)

    assert text[found.start : found.end] == whole
    assert found.start == len(before)


def test_other_types_stay_as_they_are() -> None:
    """A person beside a number is no address."""
    person = Candidate(type="PERSON", start=3, end=6, score=0.9, ground=Ground.NAME, detail="names")

    assert with_numbers("12 Ada 12345", person) is person
