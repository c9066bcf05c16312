"""Words near a word: an index of deletions, so that a word of a text is never held against a whole list.

The symmetric deletion neighbourhood of W. Garbe (SymSpell, 2012), after Mor and Fraenkel (1982): two words within k
edits share a form that up to k deletions make of their first letters. Candidates are confirmed by the optimal string
alignment distance: insertions, deletions, replacements and swaps of neighbours count one each.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

import numpy as np
from rapidfuzz.distance import OSA

__all__ = ["Neighbours", "edits_of"]

_PREFIX: Final = 7
_TWO_EDITS: Final = 9  # letters
_ONE_EDIT: Final = 4
_LONGEST: Final = 40
_KEPT: Final = 100_000  # words of texts whose neighbours are kept


def edits_of(length: int) -> int:
    """Return how many edits a word of a list may be away: none below four letters, two from nine on."""
    return 2 if length >= _TWO_EDITS else 1 if length >= _ONE_EDIT else 0


class Neighbours:
    """Words of a list by number; `of` gives those near a word."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        """Index the words: up to 29 hashes of 8 bytes each."""
        self._numbers = numbers
        self._words = list(numbers)
        keys: list[int] = []
        owners: list[int] = []
        for place, word in enumerate(self._words):
            forms = set(map(hash, _forms(word, edits_of(len(word))))) if edits_of(len(word)) else set()
            keys.extend(forms)
            owners.extend([place] * len(forms))
        order = np.argsort(np.array(keys, dtype=np.int64), kind="stable")
        self._keys = np.array(keys, dtype=np.int64)[order]
        self._owners = np.array(owners, dtype=np.int32)[order]
        self._kept: dict[str, tuple[tuple[int, int], ...]] = {}

    def of(self, word: str) -> tuple[tuple[int, int], ...]:
        """Return number and distance of each word near this one."""
        near = self._kept.get(word)
        if near is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            near = self._kept[word] = tuple(self._near(word))
        return near

    def _near(self, word: str) -> Iterator[tuple[int, int]]:
        if word in self._numbers:
            yield self._numbers[word], 0
        if not _ONE_EDIT - 1 <= len(word) <= _LONGEST or not word.isalpha():
            return
        hashes = np.array(list(map(hash, _forms(word, edits_of(len(word) + 2)))), dtype=np.int64)
        low = np.searchsorted(self._keys, hashes, side="left")
        high = np.searchsorted(self._keys, hashes, side="right")
        owners = {int(owner) for a, b in zip(low, high, strict=True) if a < b for owner in self._owners[a:b]}
        for owner in sorted(owners):
            known = self._words[owner]
            bound = edits_of(len(known))
            distance = OSA.distance(word, known, score_cutoff=bound)
            if 0 < distance <= bound:
                yield self._numbers[known], distance


def _forms(word: str, edits: int) -> list[str]:
    prefix = word[:_PREFIX]
    forms = [prefix]
    if edits >= 1:
        forms += [prefix[:place] + prefix[place + 1 :] for place in range(len(prefix))]
    if edits > 1:
        forms += [prefix[:a] + prefix[a + 1 : b] + prefix[b + 1 :] for a, b in combinations(range(len(prefix)), 2)]
    return forms
