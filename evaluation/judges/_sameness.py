"""Free checks of an answer against a short reference: words, figures, spelling, denial.

Rules of this place: pure text, no model. Case, accents, articles, common endings and the order of words do not count;
of several alternatives the one that is most like the answer does. Words that only echo the question are not held
against the answer. Every feature is 0..1, so that a fitted weight can be read.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final

import yaml
from rapidfuzz import fuzz

from evaluation.judges._overlap import denies
from evaluation.judges._statements import alternatives

__all__ = ["SAMENESS", "Sameness", "sameness"]

SAMENESS: Final = ("recall", "precision", "figures", "order", "stretch", "denial")

_WORD: Final = re.compile(r"\d+(?:[.,:]\d+)*|\w+(?:['’]\w+)?")
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_ENDINGS: Final = ("ations", "ation", "ings", "ing", "ed", "es", "'s", "s", "e")
_SHORTEST_STEM: Final = 3


@dataclass(frozen=True, kw_only=True)
class Sameness:
    """What the checks found, against the closest alternative of the reference."""

    alternative: str
    values: dict[str, float]  # SAMENESS

    @property
    def equal(self) -> bool:
        """Whether the same words stand on both sides, in the same order."""
        same = all(self.values[name] == 1 for name in ("recall", "precision", "stretch"))
        return same and not self.values["denial"]

    @property
    def other_figures(self) -> bool:
        """Whether the answer gives figures, but none of the reference's, and shares no word with it."""
        return self.values["figures"] == 1 and self.values["recall"] == 0

    @property
    def differs(self) -> bool:
        """Whether the answer denies what the reference says, or gives other figures for the same matter."""
        return self.values["denial"] == 1 or (self.values["figures"] == 1 and self.values["recall"] < 1)


def sameness(question: str, reference: str, answer: str) -> Sameness:
    """Return the values of `SAMENESS` for one short reference."""
    found = [_held(question, one, answer) for one in alternatives(reference)]
    return max(found, key=lambda one: one.values["recall"] + one.values["precision"] + one.values["order"])


def _held(question: str, reference: str, answer: str) -> Sameness:
    wanted, said = _stems(reference), _stems(answer)
    echoed = frozenset(_stems(question)) - frozenset(wanted)
    told = [stem for stem in said if stem not in echoed] or said
    expected, given = frozenset(wanted), frozenset(told)
    shared = expected & given
    figures, others = _figures(expected), _figures(given)
    one, other = " ".join(wanted), " ".join(told)
    values = {
        "recall": len(shared) / len(expected) if expected else 0.0,
        "precision": len(shared) / len(given) if given else 0.0,
        "figures": float(bool(figures - others) and bool(others)),
        "order": fuzz.token_sort_ratio(one, other) / 100,
        "stretch": fuzz.partial_ratio(one, other) / 100 if one and other else 0.0,
        "denial": float(_denies(reference) != _denies(answer)),
    }
    return Sameness(alternative=reference, values=values)


def _figures(stems: frozenset[str]) -> frozenset[str]:
    return frozenset(stem for stem in stems if stem[0].isdigit())


def _denies(text: str) -> bool:
    return any(denies(word) for word in _words(text))


@lru_cache(maxsize=1024)
def _stems(text: str) -> tuple[str, ...]:
    words = _words(text)
    little, numerals = _known_words()
    kept = [word for word in words if word not in little] or words
    return tuple(_stem(numerals.get(word, word)) for word in kept)


@cache
def _known_words() -> tuple[frozenset[str], dict[str, str]]:
    """Read `data/sameness.yaml`: words that do not count, and numbers that are written out, as `_words` yields them."""
    data = yaml.safe_load((resources.files("evaluation.judges") / "data" / "sameness.yaml").read_text("utf-8"))
    little = frozenset(word for words in data["little"].values() for word in words)
    return little, {_words(word)[0]: str(at) for known in data["numerals"].values() for word, at in known.items()}


def _words(text: str) -> list[str]:
    """Lower-case words without accents; a letter that a broken export wrote as its escape is read as the letter."""
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text).replace("’", "'")
    folded = unicodedata.normalize("NFKD", plain)
    return _WORD.findall("".join(one for one in folded if not unicodedata.combining(one)).casefold())


def _stem(word: str) -> str:
    if word[0].isdigit():
        return word.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", word) else word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word
