"""How often somebody may ask: a bucket of tokens each, in this process.

Rules of this place: keys are digests, so that what is kept says of nobody who they are; what was full again is
forgotten; a bucket lets a burst through and then its rate.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["RateLimit"]

_MOST_KEYS = 50_000
_BURST_S = 10.0  # of the rate may come at once


@dataclass
class _Bucket:
    level: float
    at: float  # monotonic seconds


class RateLimit:
    """So many requests a minute for each key."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the rate and a monotonic clock, in seconds."""
        self._rate = per_minute / 60
        self._size = max(1.0, self._rate * _BURST_S)
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def wait_s(self, key: str) -> int:
        """Count a request; return 0 where it may go on, else after how many seconds one may."""
        now = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            self._forget(now)
            bucket = self._buckets[key] = _Bucket(self._size, now)
        bucket.level = min(self._size, bucket.level + (now - bucket.at) * self._rate)
        bucket.at = now
        if bucket.level < 1:
            return math.ceil((1 - bucket.level) / self._rate)
        bucket.level -= 1
        return 0

    def _forget(self, now: float) -> None:
        if len(self._buckets) < _MOST_KEYS:
            return
        full = [key for key, one in self._buckets.items() if one.level + (now - one.at) * self._rate >= self._size]
        for key in full or list(self._buckets)[: _MOST_KEYS // 2]:
            del self._buckets[key]
