"""Which passages are asked about: spread over the documents, the same ones for the same seed.

Rules of this place: every document has its turn before one has its second; memory holds one document and the chosen.
"""

import hashlib
import heapq
from collections.abc import Iterable, Iterator
from itertools import groupby

from evaluation.documents import Passage

__all__ = ["choose_passages"]

_FEWEST_WORDS = 12  # less is a heading or a fragment
_LONGEST = 6_000  # code points: more does not fit into a small model's context


def choose_passages(passages: Iterable[Passage], limit: int, seed: int) -> tuple[Passage, ...]:
    """Return at most `limit` passages that can carry a question, in the order in which to ask about them."""
    return tuple(passage for _, _, passage in heapq.nsmallest(limit, _ranked(passages, seed), key=_turn))


def _ranked(passages: Iterable[Passage], seed: int) -> Iterator[tuple[int, str, Passage]]:
    usable = (passage for passage in passages if _is_usable(passage))
    for document, group in groupby(usable, key=lambda passage: passage.document):
        shuffled = sorted(group, key=lambda passage: _draw(seed, passage.id))
        for rank, passage in enumerate(shuffled):
            yield rank, _draw(seed, document), passage


def _turn(ranked: tuple[int, str, Passage]) -> tuple[int, str, int]:
    rank, lot, passage = ranked
    return rank, lot, passage.start


def _is_usable(passage: Passage) -> bool:
    return len(passage.text) <= _LONGEST and len(passage.text.split()) >= _FEWEST_WORDS


def _draw(seed: int, identity: str) -> str:
    return hashlib.sha256(f"{seed}/{identity}".encode()).hexdigest()
