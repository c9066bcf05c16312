"""The encoder as the judges use it: off the event loop, one reader at a time, replaced by a fake in tests."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Protocol

from evaluation.encoder import Head

__all__ = ["PairReader", "read_pairs"]


class PairReader(Protocol):
    """Reads pairs of texts: the encoder, or a fake in a test."""

    @property
    def digest(self) -> str:
        """Digest of its weights."""

    def probabilities(self, head: Head, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return P for each pair, 0..1, in their order."""


async def read_pairs(reader: PairReader, head: Head, pairs: Sequence[tuple[str, str]]) -> list[float]:
    """Return the reader's probabilities; the event loop stays free meanwhile."""
    if not pairs:
        return []
    return await asyncio.get_running_loop().run_in_executor(_thread(), reader.probabilities, head, pairs)


@cache
def _thread() -> ThreadPoolExecutor:
    """One thread: the encoder itself uses the cores."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder")
