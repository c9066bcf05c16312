"""Exact match and token F1 of one answer against one reference (Rajpurkar et al. 2016, SQuAD 1.1).

Rules of this place: SQuAD's normalisation (lower case, no punctuation, no English articles, single spaces), with three
differences, each where SQuAD's calls things equal that are not: a decimal point and a sign belong to their number (3.5
is not 35), a text that holds nothing else keeps its articles and marks ("A" is not "The"), and characters of scripts
without spaces are tokens.
"""

import re
import string
import unicodedata
from collections import Counter

from evaluation.metrics._words import folded, spaced

__all__ = ["exact_match", "normalised", "token_f1"]

_ARTICLES = frozenset({"a", "an", "the"})
_OF_A_NUMBER = r"(?<=\d)\.(?=\d)|(?<!\S)-(?=\d)"  # decimal point, sign
_ASCII_MARK = re.compile(rf"(?!{_OF_A_NUMBER})[{re.escape(string.punctuation)}]")
_NUMBER_MARK = re.compile(_OF_A_NUMBER)


def exact_match(answer: str, reference: str) -> float:
    """Return 1 when both are the same after normalisation, else 0."""
    return float(normalised(answer) == normalised(reference))


def token_f1(answer: str, reference: str) -> float:
    """Harmonic mean of precision and recall over the normalised tokens, with their counts."""
    said, expected = Counter(normalised(answer).split()), Counter(normalised(reference).split())
    shared = (said & expected).total()
    return 2 * shared / (said.total() + expected.total()) if shared else 0.0


def normalised(text: str) -> str:
    """Return the text as both metrics compare it; empty only for white space."""
    plain = folded(text).replace("\u2212", "-")  # the minus sign
    bare = _without_marks(plain).split()
    said = [word for word in bare if word not in _ARTICLES]
    return spaced(" ".join(said or bare or plain.split())).strip()


def _without_marks(text: str) -> str:
    if text.isascii():
        return _ASCII_MARK.sub("", text)
    keep = {match.start() for match in _NUMBER_MARK.finditer(text)}
    return "".join(mark for place, mark in enumerate(text) if place in keep or not _is_punctuation(mark))


def _is_punctuation(mark: str) -> bool:
    if mark.isascii():
        return mark in string.punctuation
    return unicodedata.category(mark).startswith("P")
