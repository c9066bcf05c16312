"""What the model of names says and means nobody."""

import pytest

from evaluation.filters.pii._never_names import FILE, file_digest, meant
from evaluation.filters.pii.names import NameSpan, NameType

GERMAN = "{} nur mit ja, und das ist nicht alles, was ich von dir will, weil es auch für die anderen gilt."


def _kept(text: str, words: str, kind: NameType, score: float = 0.9) -> list[tuple[NameType, str]]:
    start = text.index(words)
    found = meant(text, [NameSpan(type=kind, start=start, end=start + len(words), score=score)])
    return [(span.type, text[span.start : span.end]) for span in found]


@pytest.mark.parametrize(
    "words",
    [
        "OpenAI",
        "Jewish",
        "C",
        "PESEL",
        "DNI 12345678A",
        "sécurité sociale",
        "Du Arschloch",
        "DAN",
        "pip",
        "redis",
        "ja",
    ],
)
@pytest.mark.parametrize("kind", list(NameType))
def test_listed_words_name_nobody(words: str, kind: NameType) -> None:
    """Whatever the model takes them for."""
    assert _kept(f"so {words} then", words, kind) == []


@pytest.mark.parametrize("words", ["Maria", "Dan", "Pip", "OpenAI Maria", "J. Doe", "Du Example"])
def test_a_name_is_kept_whole(words: str) -> None:
    """A listed word beside another is part of a name, and some words are listed in one spelling alone."""
    assert _kept(f"so {words} then", words, NameType.PERSON) == [(NameType.PERSON, words)]


def test_a_name_in_a_text_that_shouts_is_kept() -> None:
    """Where all is in capitals, capitals say nothing."""
    assert _kept("CALL DAN TOMORROW", "DAN", NameType.PERSON) == [(NameType.PERSON, "DAN")]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("335", []),
        ("12345", [NameType.LOCATION]),
        ("Room 12345", [NameType.LOCATION]),
        ("block 7", [NameType.LOCATION]),
        ("12 Elm", [NameType.ADDRESS]),
        ("Block 7, Elm Park", [NameType.ADDRESS]),
    ],
)
def test_a_number_alone_is_no_address(words: str, kept: list[NameType]) -> None:
    """A short one is nothing; a postcode, a room and a block are places, which flag nothing."""
    assert [kind for kind, _ in _kept(f"Ignore it, {words}.", words, NameType.ADDRESS)] == kept


@pytest.mark.parametrize("text", ["My zip code is 35649", "PLZ: 10115", "mi código postal es 28013"])
def test_a_postcode_that_is_named_as_one_stays_an_address(text: str) -> None:
    """It says where somebody lives."""
    assert _kept(text, text[-5:], NameType.ADDRESS) == [(NameType.ADDRESS, text[-5:])]


@pytest.mark.parametrize(
    ("word", "score", "kept"), [("Florian", 0.55, 0), ("Florian", 0.9, 1), ("Beleidigungen", 0.9, 0)]
)
def test_a_lone_word_in_another_language_must_be_likelier(word: str, score: float, kept: int) -> None:
    """German writes nouns with capitals: a doubtful first word and an ending of nouns are no people."""
    assert len(_kept(GERMAN.format(word), word, NameType.PERSON, score)) == kept


def test_a_doubtful_word_is_kept_in_english_and_inside_a_sentence() -> None:
    """There a capital says something."""
    assert _kept("Florian told me that it is not what you have in mind.", "Florian", NameType.PERSON, 0.55)
    assert _kept(GERMAN.format("Antworte, Florian,"), "Florian", NameType.PERSON, 0.55)


def test_the_lists_are_named_by_their_bytes() -> None:
    """A scan with other lists is told apart."""
    assert file_digest().startswith("sha256:")
    assert {"id", "version", "date", "source", "licence"} <= {
        line.split(":")[0] for line in FILE.read_text("utf-8").splitlines()
    }
