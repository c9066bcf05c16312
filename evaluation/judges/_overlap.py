"""Free checks of a sentence against contexts: words, word order, numbers, names, negation.

Rules of this place: pure text, no model, under half a millisecond for an ordinary row. Every feature is a plain
number in 0..1 (likelihoods apart), so that a fitted weight can be read.
"""

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from evaluation.judges._phrases import phrases

__all__ = ["FEATURES", "content_words", "denies", "features", "logit", "sigmoid", "words"]

FEATURES: Final = ("window", "pairs", "run", "numbers", "names", "negation", "personal", "bare")

_WORD: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?")
_SEPARATOR: Final = re.compile(r",(?=\d{3}(?:\D|$))")
_WINDOW: Final = 40  # words
_SHORTEST_STEM: Final = 3
_CLAMP: Final = 1e-4


def sigmoid(score: float) -> float:
    """Return 1 / (1 + e^-score) without overflow."""
    return 1 / (1 + math.exp(-score)) if score >= 0 else math.exp(score) / (1 + math.exp(score))


def logit(probability: float) -> float:
    """Return the log-odds, clamped to about ±9.2."""
    clamped = min(1 - _CLAMP, max(_CLAMP, probability))
    return math.log(clamped / (1 - clamped))


def words(text: str) -> tuple[str, ...]:
    """Lower-case words and numbers in order; numbers without thousands separators."""
    found = _WORD.findall(_lower(text))
    return tuple(_without_separators(word) if word[0].isdigit() else word for word in found)


def content_words(text: str) -> list[str]:
    """Return the stems of the words that carry meaning."""
    return [_stem(word) for word in words(text) if word not in phrases().stop]


def features(sentence: str, contexts: Sequence[str]) -> dict[str, float]:
    """Return the values of `FEATURES` for one sentence against all contexts together."""
    source = _source("\n".join(contexts))
    spoken = words(sentence)
    stems = [_stem(word) for word in spoken]
    content = [stem for stem, word in zip(stems, spoken, strict=True) if word not in phrases().stop]
    window, denied = source.best_window(frozenset(content))
    steps = list(pairwise(stems))
    return {
        "window": window,
        "pairs": _share(steps, source.pairs),
        "run": source.longest_run(stems) / len(stems) if stems else 0.0,
        "numbers": 1 - _share([word for word in spoken if word[0].isdigit()], source.stems),
        "names": 1 - _share(_names(sentence), source.stems),
        "negation": float(bool(content) and denied != any(denies(word) for word in spoken)),
        "personal": float(any(word in phrases().personal for word in spoken)),
        "bare": float(not content),
    }


class _Source:
    """Contexts, tokenised once for all sentences of a row."""

    def __init__(self, text: str) -> None:
        spoken = words(text)
        self.sequence = [_stem(word) for word in spoken]
        self.denials = [denies(word) for word in spoken]
        self.stems = frozenset(self.sequence)
        self.pairs = frozenset(pairwise(self.sequence))
        self._line = " " + " ".join(self.sequence) + " "

    def best_window(self, wanted: frozenset[str]) -> tuple[float, bool]:
        """Share of the wanted words inside the best window, and whether that window denies."""
        if not wanted:
            return 1.0, False
        hits = [(at, stem) for at, stem in enumerate(self.sequence) if stem in wanted]
        best, begin, left = 0, 0, 0
        seen: dict[str, int] = {}
        for at, stem in hits:
            seen[stem] = seen.get(stem, 0) + 1
            while at - hits[left][0] >= _WINDOW:
                gone = hits[left][1]
                seen[gone] -= 1
                if not seen[gone]:
                    del seen[gone]
                left += 1
            if len(seen) > best:
                best, begin = len(seen), hits[left][0]
        end = begin + _WINDOW // 2
        return best / len(wanted), any(self.denials[max(0, begin - 3) : end])

    def longest_run(self, stems: list[str]) -> int:
        """Length in words of the longest stretch of the sentence that stands in the source as it is."""
        best = start = 0
        for end in range(1, len(stems) + 1):
            while start < end and f" {' '.join(stems[start:end])} " not in self._line:
                start += 1
            best = max(best, end - start)
        return best


@lru_cache(maxsize=64)
def _source(text: str) -> _Source:
    return _Source(text)


def _share(parts: Sequence[object], whole: frozenset[object] | frozenset[str] | frozenset[tuple[str, str]]) -> float:
    """Share of the parts that are in the whole; 1 when there are none."""
    return sum(part in whole for part in parts) / len(parts) if parts else 1.0


def _lower(text: str) -> str:
    """Lower the whole text at once; İ would become two characters, and the second of them ends a word."""
    return text.replace("İ", "i").lower().replace("’", "'")


def _without_separators(number: str) -> str:
    return _SEPARATOR.sub("", number) if "," in number else number


def denies(word: str) -> bool:
    """Whether a lower-case word negates."""
    return word in phrases().negations or word.endswith("n't")


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    """Cut English plural, past, progressive and possessive endings off words that stay long enough."""
    for ending in ("'s", "ingly", "edly", "ing", "ied", "ies", "ed", "es", "ly", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)] + ("y" if ending in {"ied", "ies"} else "")
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM + 1 else word


def _names(sentence: str) -> list[str]:
    """Stems of the capitalised words that do not open a sentence."""
    found = []
    for match in _WORD.finditer(sentence):
        before = sentence[: match.start()].rstrip(" \"'“‘(*_-•")
        opens = not before or before[-1] in ".!?:\n"
        if match.group()[0].isupper() and not opens and match.group().lower() not in phrases().personal:
            found.append(_stem(_lower(match.group())))
    return found
