"""Every entry at once, letter by letter: Aho and Corasick, "Efficient string matching" (CACM 18(6), 1975).

Rules of this place: entries made of words are looked for in the words of a text with one space around each, so that a
hit is a whole word without being checked; what else there is (substrings, signs, scripts without spaces) is looked for
in the text itself, and a whole word is checked by the letters beside it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Final

import ahocorasick

from evaluation.filters.keywords._tokens import Spans, plain_words, unspaced
from evaluation.filters.keywords._types import Entry

__all__ = ["ExactIndex"]

_ALONE: Final = frozenset({1, 2})  # code points of an entry that is never looked for inside words


class ExactIndex:
    """Finds entries, by their number."""

    def __init__(self, entries: Iterable[tuple[int, Entry]]) -> None:
        """Build both automata; about 1 s and 100 MB for 100,000 entries."""
        by_words: dict[str, list[int]] = {}
        by_letters: dict[str, list[tuple[int, bool]]] = {}
        for number, entry in entries:
            words, text = plain_words(entry.text)
            odd = unspaced(text, words)
            if entry.whole_word and not odd:
                by_words.setdefault(f" {' '.join(words)} ", []).append(number)
            elif text:
                whole = entry.whole_word or len(text) in _ALONE
                by_letters.setdefault(text, []).append((number, whole and not _writes_without_spaces(text)))
        self._words = _automaton(by_words)
        self._letters = _automaton(by_letters)

    def find(self, text: str, words: Sequence[str], spans: Spans) -> Iterator[tuple[int, int, int]]:
        """Yield number, start and end in the normalised text, whose words and their spans are given."""
        yield from self._in_words(words, spans)
        yield from self._in_letters(text)

    def _in_words(self, words: Sequence[str], spans: Spans) -> Iterator[tuple[int, int, int]]:
        if self._words is None:
            return
        starts: list[int] = []
        for last, (length, numbers) in self._words.iter(f" {' '.join(words)} "):
            starts = starts or list(accumulate((len(word) + 1 for word in words), initial=1))
            first = bisect_right(starts, last - length + 2) - 1
            final = bisect_right(starts, last - 1) - 1
            for number in numbers:
                yield number, spans[first][0], spans[final][1]

    def _in_letters(self, text: str) -> Iterator[tuple[int, int, int]]:
        if self._letters is None:
            return
        for last, (length, found) in self._letters.iter(text):
            start, end = last + 1 - length, last + 1
            whole = _is_whole(text, start, end)
            for number, whole_only in found:
                if whole or not whole_only:
                    yield number, start, end


def _automaton(patterns: "dict[str, list[Any]]") -> Any:  # noqa: ANN401 (the library has no types)
    if not patterns:
        return None
    automaton = ahocorasick.Automaton()
    for pattern, found in patterns.items():
        automaton.add_word(pattern, (len(pattern), found))
    automaton.make_automaton()
    return automaton


def _is_whole(text: str, start: int, end: int) -> bool:
    before = start and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not before and not after


def _writes_without_spaces(text: str) -> bool:
    return unspaced("".join(filter(str.isalnum, text)), ["".join(filter(str.isalnum, text))])
