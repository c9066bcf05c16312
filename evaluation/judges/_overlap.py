"""Free checks of a sentence against contexts: words, word order, numbers, names, negation.

Rules of this place: pure text, no model, under half a millisecond for an ordinary row. Every feature is a plain
number in 0..1 (likelihoods apart), so that a fitted weight can be read.
"""

import math
import re
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final

from evaluation.judges._phrases import phrases

__all__ = ["FEATURES", "content_words", "denies", "features", "logit", "sigmoid", "words"]

FEATURES: Final = ("window", "pairs", "run", "numbers", "names", "negation", "personal", "bare")

_WORD: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?")
_SEPARATOR: Final = re.compile(r",(?=\d{3}(?:\D|$))")
_WINDOW: Final = 40  # words
_SHORTEST_STEM: Final = 3
_CLAMP: Final = 1e-4
_CAPITALISED: Final = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]*")  # the words of _WORD in ASCII without apostrophes
_LONGEST_KEPT: Final = 64  # code points without white space
_MOST_KEPT: Final = 16384  # stretches


def sigmoid(score: float) -> float:
    """Return 1 / (1 + e^-score) without overflow."""
    return 1 / (1 + math.exp(-score)) if score >= 0 else math.exp(score) / (1 + math.exp(score))


def logit(probability: float) -> float:
    """Return the log-odds, clamped to about ±9.2."""
    clamped = min(1 - _CLAMP, max(_CLAMP, probability))
    return math.log(clamped / (1 - clamped))


def words(text: str) -> tuple[str, ...]:
    """Lower-case words and numbers in order; numbers without thousands separators."""
    return tuple(word.word for word in _known(text))


def content_words(text: str) -> list[str]:
    """Return the stems of the words that carry meaning."""
    return [word.stem for word in _known(text) if word.means]


def features(sentence: str, contexts: Sequence[str]) -> dict[str, float]:
    """Return the values of `FEATURES` for one sentence against all contexts together."""
    source = _source("\n".join(contexts))
    spoken = _known(sentence)
    stems = [word.stem for word in spoken]
    content = frozenset(word.stem for word in spoken if word.means)
    window, denied = source.best_window(content)
    longest, pairs = source.runs(stems)
    return {
        "window": window,
        "pairs": pairs / (len(stems) - 1) if len(stems) > 1 else 1.0,
        "run": longest / len(stems) if stems else 0.0,
        "numbers": 1 - _share([word.word for word in spoken if word.counts], source.places),
        "names": 1 - _share(_names(sentence), source.places),
        "negation": float(bool(content) and denied != any(word.denies for word in spoken)),
        "personal": float(any(word.personal for word in spoken)),
        "bare": float(not content),
    }


@dataclass(frozen=True, slots=True)
class _Word:
    """What is looked up of a word once, however often it comes."""

    word: str
    stem: str
    means: bool  # it carries meaning
    denies: bool
    counts: bool  # it begins with a digit
    personal: bool


class _Source:
    """Contexts, tokenised once for all sentences of a row."""

    def __init__(self, text: str) -> None:
        self._spoken = _known(text)
        self._stems = [word.stem for word in self._spoken]
        self._pairs = set(pairwise(self._stems))
        self._joined = f" {' '.join(self._stems)} "  # no stem holds a space
        self.places: defaultdict[str, list[int]] = defaultdict(list)
        for at, stem in enumerate(self._stems):
            self.places[stem].append(at)

    def best_window(self, wanted: frozenset[str]) -> tuple[float, bool]:
        """Share of the wanted words inside the best window, and whether that window denies."""
        if not wanted:
            return 1.0, False
        stems, known = self._stems, [stem for stem in wanted if stem in self.places]
        hits = sorted(chain.from_iterable(map(self.places.__getitem__, known)))
        best, begin, left = 0, 0, 0
        seen: dict[str, int] = {}
        for at in hits:
            seen[stems[at]] = seen.get(stems[at], 0) + 1
            while at - hits[left] >= _WINDOW:
                gone = stems[hits[left]]
                seen[gone] -= 1
                if not seen[gone]:
                    del seen[gone]
                left += 1
            if len(seen) > best:
                best, begin = len(seen), hits[left]
                if best == len(known):
                    break  # no window holds more
        end = begin + _WINDOW // 2
        return best / len(wanted), any(word.denies for word in self._spoken[max(0, begin - 3) : end])

    def runs(self, stems: list[str]) -> tuple[int, int]:
        """Length in words of the longest stretch that stands in the source as it is, and how many pairs of words do."""
        best, pairs = int(any(stem in self.places for stem in stems)), 0
        unbroken = 1  # words up to here of which every two neighbours stand in the source: no stretch is longer
        for end, pair in enumerate(pairwise(stems), start=2):
            if pair not in self._pairs:
                unbroken = 1
                continue
            pairs, unbroken = pairs + 1, unbroken + 1
            if unbroken > best and f" {' '.join(stems[end - best - 1 : end])} " in self._joined:
                best += 1  # with one word more, the longest stretch grows by one at most
        return best, pairs


@lru_cache(maxsize=64)
def _source(text: str) -> _Source:
    return _Source(text)


def _share(parts: Sequence[str], whole: Container[str]) -> float:
    """Share of the parts that are in the whole; 1 when there are none."""
    return sum(part in whole for part in parts) / len(parts) if parts else 1.0


def _lower(text: str) -> str:
    """Lower the whole text at once; İ would become two characters, and the second of them ends a word."""
    return text.replace("İ", "i").lower().replace("’", "'")


class _Vocabulary(dict[str, tuple[_Word, ...]]):
    """The words of stretches without white space, each read once; all are forgotten when they are too many."""

    def __missing__(self, stretch: str) -> tuple[_Word, ...]:
        found = _read(stretch)
        if len(stretch) <= _LONGEST_KEPT:  # or what is kept would grow with the longest texts
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[stretch] = found
        return found


_vocabulary: Final = _Vocabulary()


def _known(text: str) -> list[_Word]:
    """Return the words of a text; no word reaches over white space, so each stretch without is looked up."""
    return list(chain.from_iterable(map(_vocabulary.__getitem__, text.split())))


def _read(stretch: str) -> tuple[_Word, ...]:
    found = [_SEPARATOR.sub("", word) if "," in word else word for word in _WORD.findall(_lower(stretch))]
    return tuple(
        _Word(
            word=word,
            stem=_stem(word),
            means=word not in phrases().stop,
            denies=denies(word),
            counts=word[0].isdigit(),
            personal=word in phrases().personal,
        )
        for word in found
    )


def denies(word: str) -> bool:
    """Whether a lower-case word negates."""
    return word in phrases().negations or word.endswith("n't")


def _stem(word: str) -> str:
    """Cut English plural, past, progressive and possessive endings off words that stay long enough."""
    for ending in ("'s", "ingly", "edly", "ing", "ied", "ies", "ed", "es", "ly", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)] + ("y" if ending in {"ied", "ies"} else "")
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM + 1 else word


def _names(sentence: str) -> list[str]:
    """Stems of the capitalised words that do not open a sentence."""
    found = []
    plain = "'" not in sentence and sentence.isascii()
    for match in (_CAPITALISED if plain else _WORD).finditer(sentence):
        name = match.group()
        if not name[0].isupper():
            continue
        before = sentence[: match.start()].rstrip(" \"'“‘(*_-•")
        opens = not before or before[-1] in ".!?:\n"
        if not opens and name.lower() not in phrases().personal:
            found.append(_stem(_lower(name)))
    return found
