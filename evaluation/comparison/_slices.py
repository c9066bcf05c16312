"""Into which slices a row falls."""

from collections.abc import Iterator
from typing import Final

from evaluation.comparison._paired import PairedRow

__all__ = ["PAIR_TAG", "slices_of"]

PAIR_TAG: Final = "pair:"  # links the twins of a counterfactual set; as a slice it would be one row each
_UNKNOWN: Final = "unknown"


def slices_of(row: PairedRow, by: str) -> Iterator[str]:
    """Yield the row's slices: every tag, its document, its language, or what stands behind `by:` in its tags."""
    if by == "document":
        yield row.cluster or _UNKNOWN
    elif by == "language" and row.language is not None:
        yield row.language
    elif by == "tag":
        yield from (tag for tag in row.tags if not tag.startswith(PAIR_TAG))
    else:
        yield from (tag.removeprefix(f"{by}:") for tag in row.tags if tag.startswith(f"{by}:"))
