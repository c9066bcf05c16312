"""Retrieval metrics where it is known which texts had to be found, over the contexts in the order of retrieval.

Sources: Järvelin & Kekäläinen 2002 (nDCG), Voorhees 1999 (MRR), Manning, Raghavan & Schütze 2008 ch. 8.
Rules of this place:
- A context is relevant when it holds a relevant text (case, width, white space and quotation marks apart), or when it
  is itself a piece of one that is at least half of it. Words in another order or paraphrased do not count.
- k is the number of contexts that the application showed: all of them reach the model, and nothing else does. Contexts
  that were shown but hold nothing lower `precision_at_k` alone; `contexts: []` scores 0.
- A text that is found twice counts once for nDCG; the ideal order has every relevant text that was not found as well.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.metrics._words import folded

__all__ = ["Found", "hit_rate", "look_for", "mrr", "ndcg", "precision_at_k", "recall_at_k"]

_QUOTES = str.maketrans("‘’‚‛“”„‟«»", '\'\'\'\'""""""')
_LEAST_PIECE = 0.5  # share of the relevant text that a context must be to count as it


@dataclass(frozen=True, kw_only=True)
class Found:
    """For each context, in order, which of the relevant texts it holds, as indices."""

    held: tuple[frozenset[int], ...]
    relevant: int

    @property
    def texts(self) -> frozenset[int]:
        """The relevant texts that were found anywhere."""
        return frozenset().union(*self.held)


def look_for(relevant: Sequence[str], contexts: Sequence[str]) -> Found:
    """Find each relevant text in each context; texts that are the same count once."""
    wanted = list(dict.fromkeys(filter(None, map(_plain, relevant))))
    held = tuple(_held(wanted, _plain(context)) for context in contexts)
    return Found(held=held, relevant=len(wanted))


def hit_rate(found: Found) -> float:
    """Return 1 when any relevant text was found, else 0."""
    return float(any(found.held))


def mrr(found: Found) -> float:
    """Reciprocal rank of the first relevant context, 0 when there is none."""
    return next((1 / rank for rank, texts in enumerate(found.held, start=1) if texts), 0.0)


def recall_at_k(found: Found) -> float:
    """Share of the relevant texts that were found."""
    return len(found.texts) / found.relevant


def precision_at_k(found: Found) -> float:
    """Share of the contexts that hold a relevant text, 0 when nothing was retrieved."""
    return sum(map(bool, found.held)) / len(found.held) if found.held else 0.0


def ndcg(found: Found) -> float:
    """Discounted gain of the contexts that bring a relevant text for the first time, over that of the ideal order."""
    seen: frozenset[int] = frozenset()
    gains = []
    for texts in found.held:
        gains.append(bool(texts - seen))
        seen |= texts
    ideal = sum(gains) + found.relevant - len(seen)
    return _discounted(gains) / _discounted([True] * ideal)


def _discounted(gains: Sequence[bool]) -> float:
    return math.fsum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _held(wanted: Sequence[str], context: str) -> frozenset[int]:
    return frozenset(place for place, text in enumerate(wanted) if text in context or _is_piece(context, text))


def _is_piece(context: str, text: str) -> bool:
    return len(context) >= _LEAST_PIECE * len(text) and context in text


def _plain(text: str) -> str:
    return " ".join(folded(text.translate(_QUOTES)).split())
