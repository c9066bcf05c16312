"""What the model of names says and means nobody: words of a trade, of a form or of a command, and bare numbers.

Rules of this place: only a span that consists of such words alone is dropped, so that no part of a name is lost. A
number or a room without a street is at most a place, which flags nothing, unless a word names it as a postcode. In a
text that is clearly not in English a lone word at the beginning of a sentence, whose capital says nothing, must be more
likely.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import regex
import yaml

from assay.kernel import digest_bytes
from evaluation.answers import UNDETERMINED, language_of
from evaluation.filters.pii.names import NameSpan, NameType

__all__ = ["FILE", "file_digest", "meant"]

FILE: Final = Path(__file__).with_name("data") / "never-names.yaml"
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_BEGINNING = regex.compile(r"(?:^|[.!?:\n]\s*|[¡¿\"'«„“(]\s*)$")
_BEFORE: Final = 8  # code points that tell whether a sentence begins
_NAMED: Final = regex.compile(
    r"(?<!\w)(?:zip|post(?:al)?[ -]?code|postleitzahl|plz|code postal|c[óo]digo postal|cep|kod pocztowy)"
    r"[\p{L} ]{0,10}[ :]{0,2}$",
    regex.IGNORECASE,
)
_NAMED_BEFORE: Final = 30  # code points that are looked at for such a word
_POSTCODE: Final = 4  # digits from which a bare number may be a postcode
_SHORTEST: Final = 7  # letters of a word whose ending tells that it is no name: "Anweisungen", not "Sungen"
_SURE: Final = 0.6


@dataclass(frozen=True, kw_only=True, slots=True)
class _Words:
    anywhere: frozenset[str]  # casefolded
    exact: frozenset[str]
    endings: tuple[str, ...]
    units: frozenset[str]


def meant(text: str, spans: Sequence[NameSpan]) -> list[NameSpan]:
    """Return the spans that name somebody or some place, in their order; an address may become a place."""
    if not spans:
        return []
    return [kept for span in spans if (kept := _meant(text, span)) is not None]


@cache
def file_digest() -> str:
    """Return the digest of the lists' bytes."""
    return digest_bytes(FILE.read_bytes())


def _meant(text: str, span: NameSpan) -> NameSpan | None:
    words = _WORD.findall(text[span.start : span.end])
    letters = [word for word in words if not word.isdigit()]
    if letters and all(_empty(word, text) for word in letters):
        return None
    if span.type is NameType.PERSON:
        return None if len(words) == 1 and _doubtful(text, span, words[0]) else span
    return _address(text, span, words, letters)


def _empty(word: str, text: str) -> bool:
    """Whether the word names nobody: listed, a letter alone, or letters and digits mixed."""
    if len(word) == 1 or any(map(str.isdigit, word)):
        return True
    known = _words()
    return word.casefold() in known.anywhere or (word in known.exact and (text.strip() == word or not text.isupper()))


def _address(text: str, span: NameSpan, words: Sequence[str], letters: Sequence[str]) -> NameSpan | None:
    """Return it as a place, where it is a number, a room or a block alone; nothing, where it is a short number."""
    if not letters and max(map(len, words), default=0) < _POSTCODE:
        return None
    if not letters and _NAMED.search(text[max(0, span.start - _NAMED_BEFORE) : span.start]):
        return span
    named = any(len(word) > 1 and word.isalpha() and word.casefold() not in _words().units for word in letters)
    return span if named else replace(span, type=NameType.LOCATION)


def _doubtful(text: str, span: NameSpan, word: str) -> bool:
    ends = len(word) >= _SHORTEST and word.casefold().endswith(_words().endings)
    begins = span.score < _SURE and _BEGINNING.search(text[max(0, span.start - _BEFORE) : span.start]) is not None
    return (ends or begins) and language_of(text) not in {"en", UNDETERMINED}


@cache
def _words() -> _Words:
    document = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return _Words(
        anywhere=frozenset(document["words"].casefold().split()),
        exact=frozenset(document["exact"].split()),
        endings=tuple(document["endings"].split()),
        units=frozenset(document["units"].casefold().split()),
    )
