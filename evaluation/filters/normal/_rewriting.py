"""Replacing stretches of a text without losing where each code point comes from.

Rules of this place: edits are in order, never overlap and never insert between code points; the arrays are computed
for all edits at once, so a million edits cost as much as a million code points.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from evaluation.filters.normal._types import Normalised, Offsets

__all__ = ["Edit", "replaced", "rewritten"]

Edit: TypeAlias = tuple[int, int, str]  # start, end (exclusive, after start) and what stands there instead


def replaced(normal: Normalised, text: str) -> Normalised:
    """Return another text whose code points stand where those of the first stood; raise ValueError for the length."""
    if len(text) != len(normal.text):
        raise ValueError("a text of another length needs edits")
    return Normalised(text=text, starts=normal.starts, ends=normal.ends)


def rewritten(normal: Normalised, edits: Sequence[Edit]) -> Normalised:
    """Return the text after the edits."""
    if not edits:
        return normal
    pieces: list[str] = []
    done = 0
    for start, end, instead in edits:
        pieces += (normal.text[done:start], instead)
        done = end
    pieces.append(normal.text[done:])
    text = "".join(pieces)
    if all(end - start == 1 == len(instead) for start, end, instead in edits):
        return replaced(normal, text)
    starts, ends = _origins(edits, len(normal.text))
    if normal.starts is not None and normal.ends is not None:
        starts, ends = normal.starts[starts], normal.ends[ends - 1]
    return Normalised(text=text, starts=starts, ends=ends)


def _origins(edits: Sequence[Edit], size: int) -> tuple[Offsets, Offsets]:
    # Stretches that stay (even numbers) alternate with stretches that are replaced (odd numbers).
    came = np.zeros(2 * len(edits) + 1, dtype=np.int32)
    went = np.full(2 * len(edits) + 1, size, dtype=np.int32)
    came[1::2] = went[:-1:2] = [start for start, _, _ in edits]
    came[2::2] = went[1::2] = [end for _, end, _ in edits]
    lengths = went - came
    lengths[1::2] = [len(instead) for _, _, instead in edits]
    stretch = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    inside = np.arange(len(stretch), dtype=np.int32) - (np.cumsum(lengths, dtype=np.int32) - lengths)[stretch]
    stays = stretch % 2 == 0
    starts = came[stretch] + np.where(stays, inside, 0)
    ends = np.where(stays, starts + 1, went[stretch])
    return starts.astype(np.int32, copy=False), ends.astype(np.int32, copy=False)
