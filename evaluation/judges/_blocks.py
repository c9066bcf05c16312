"""Contexts laid out for calls: in their order, packed together while they fit, cut where one alone does not."""

from collections.abc import Sequence
from itertools import pairwise

from evaluation.judges._quotes import Block, Piece

__all__ = ["pack"]

_OVERLAP = 200  # code points that two windows of one context share, so that a sentence is whole in one of them


def pack(contexts: Sequence[str], budget: int) -> tuple[Block, ...]:
    """Return blocks of at most `budget` code points each; blank contexts are left out and keep their number."""
    blocks: list[list[Piece]] = []
    room = 0
    for piece in (piece for number, text in enumerate(contexts) for piece in _windows(number, text, budget)):
        if not blocks or len(piece.text) > room:
            blocks.append([])
            room = budget
        blocks[-1].append(piece)
        room -= len(piece.text)
    return tuple(tuple(block) for block in blocks)


def _windows(number: int, text: str, budget: int) -> list[Piece]:
    if not text.strip():
        return []
    cuts = [0]
    while len(text) - cuts[-1] > budget:
        limit = cuts[-1] + budget - _OVERLAP
        space = text.rfind(" ", cuts[-1] + budget // 2, limit)
        cuts.append(space + 1 if space > 0 else limit)
    ends = [after + _OVERLAP for _, after in pairwise(cuts)] + [len(text)]
    return [Piece(context=number, offset=start, text=text[start:end]) for start, end in zip(cuts, ends, strict=True)]
