"""METEOR of one answer against one reference, through nltk: exact and stem stages.

Source: Banerjee & Lavie 2005, Lavie & Agarwal 2007 (alpha 0.9, beta 3, gamma 0.5), Porter 1980 for the stems.
Rules of this place: no WordNet, which would have to be downloaded, so synonyms do not match and values are at most
those with WordNet. A one-word match is worth 0.5 at most: METEOR's penalty for fragments.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

from evaluation.metrics._words import words

__all__ = ["meteor"]

_LONGEST_WORD = 64  # code points; nothing longer is an English word, and the stemmer recurses over runs of y
_DEAR = ("sklearn", "scipy", "pandas", "matplotlib")


def meteor(answer: str, reference: str) -> float | None:
    """Return 0..1; None when the reference holds no word."""
    said, expected = words(answer), words(reference)
    if not expected:
        return None
    score = _nltk().single_meteor_score
    return float(score(expected, said, preprocess=str, stemmer=_Stemmer(), wordnet=_NoSynonyms()))


@cache
def _nltk() -> Any:  # noqa: ANN401  # nltk is not typed for us
    with _without_extras():
        # Lazy: a second, for this metric alone.
        from nltk.translate import meteor_score  # noqa: PLC0415
    return meteor_score


@contextmanager
def _without_extras() -> Iterator[None]:
    """Keep libraries away that nltk takes along where they are installed: five seconds and 150 MiB for nothing here."""
    kept_away = [name for name in _DEAR if name not in sys.modules]
    sys.modules.update(dict.fromkeys(kept_away))  # type: ignore[arg-type]  # None: "import of … halted" (importlib)
    try:
        yield
    finally:
        for name in kept_away:
            del sys.modules[name]


@cache
def _porter() -> Callable[[str], str]:
    _nltk()
    from nltk.stem.porter import PorterStemmer  # noqa: PLC0415  lazy, as above

    stem: Callable[[str], str] = PorterStemmer().stem
    return stem


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    return _porter()(word)


class _Stemmer:
    def stem(self, word: str) -> str:
        return _stem(word) if len(word) <= _LONGEST_WORD else word


class _NoSynonyms:
    def synsets(self, _word: str) -> tuple[()]:
        return ()
