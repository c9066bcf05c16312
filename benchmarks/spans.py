"""How well spans are found: precision, recall and F2 by overlap, with intervals.

Rules of this place: a labelled span is found when a span of its type shares a character with it; a span that was found
is right when it shares a character with a labelled span of its type; F2 weighs recall four times as much as precision
(van Rijsbergen 1979, ch. 7). 95 % percentile-bootstrap intervals over texts, because spans of one text hang together.
"""

import gzip
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["RESAMPLES", "Overlap", "Span", "overlap", "rows"]

RESAMPLES = 2000
_SEED = 20261121
Span: TypeAlias = tuple[str, int, int]  # type, start, end (code points, end exclusive)


def rows(data: Path, name: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of one open set."""
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Counts over texts, one row a text: labelled, labelled and found, given, given and right."""

    counts: NDArray[np.int64]

    @property
    def labelled(self) -> int:
        """Labelled spans."""
        return int(self.counts[:, 0].sum())

    def line(self) -> str:
        """Return precision, recall and F2 with its interval, as text."""
        precision, recall, f2 = _figures(self.counts.sum(axis=0))
        draw = np.random.default_rng(_SEED)
        texts = len(self.counts)
        values = [_figures(self.counts[draw.integers(texts, size=texts)].sum(axis=0))[2] for _ in range(RESAMPLES)]
        low, high = np.quantile(values, [0.025, 0.975])
        return f"P {precision:.3f}  R {recall:.3f}  F2 {f2:.3f} [{low:.3f}, {high:.3f}]"


def overlap(labelled: Sequence[Sequence[Span]], given: Sequence[Sequence[Span]], types: Collection[str]) -> Overlap:
    """Count spans of the types; the sequences are by text, in the same order."""
    rows = [
        _row([one for one in truth if one[0] in types], [one for one in found if one[0] in types])
        for truth, found in zip(labelled, given, strict=True)
    ]
    return Overlap(counts=np.array(rows, dtype=np.int64).reshape(-1, 4))


def _row(truth: Sequence[Span], found: Sequence[Span]) -> tuple[int, int, int, int]:
    return len(truth), _touching(truth, found), len(found), _touching(found, truth)


def _touching(these: Sequence[Span], those: Sequence[Span]) -> int:
    return sum(any(a[0] == b[0] and a[1] < b[2] and b[1] < a[2] for b in those) for a in these)


def _figures(counts: NDArray[np.int64]) -> tuple[float, float, float]:
    labelled, found, given, right = (int(count) for count in counts)
    precision = right / given if given else 0.0
    recall = found / labelled if labelled else 0.0
    whole = 4 * precision + recall
    return precision, recall, 5 * precision * recall / whole if whole else 0.0
