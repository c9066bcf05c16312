"""What a worker is told at its start, and how many of them there are."""

import base64
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import orjson

from assay.kernel import JsonValue

__all__ = ["available_cores", "worker_setup"]

_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def worker_setup(filters: Mapping[str, Mapping[str, JsonValue]], folder: Path, key: bytes) -> bytes:
    """Return the first frame: the filters with their options, where their paths start, the key of text digests."""
    options = {name: dict(one) for name, one in filters.items()}
    document = {"filters": options, "folder": str(folder), "key": base64.b64encode(key).decode("ascii")}
    return orjson.dumps(document)


def available_cores() -> int:
    """Return how many cores this process may use: by its affinity and, in a container, by its quota."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        quota, period = _QUOTA.read_text(encoding="ascii").split()
        cores = min(cores, max(1, round(int(quota) / int(period))))
    return cores
