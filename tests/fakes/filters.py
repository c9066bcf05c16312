"""Filters for tests, which come through the door that plug-ins come through: a distribution with entry points.

`plug_in(folder)` writes one that points here; with `folder` on `PYTHONPATH`, every process of Assay knows them.
"""

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assay.kernel import ConfigurationError
from evaluation.filters import Filter, FilterResult, FilterSetting, FilterSpec, Finding, scored

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["NAMES", "ShoutFilter", "plug_in", "quiet", "shout", "stumble"]

NAMES = ("quiet", "shout", "stumble")


class ShoutFilter:
    """Finds words in capitals of two letters or more."""

    def __init__(self, threshold: float = 0.5) -> None:
        """Take the threshold."""
        self.spec = FilterSpec(name="shout", version="1", threshold=threshold)

    def scan(self, texts: "pa.StringArray") -> Sequence[FilterResult]:
        """Return the share of words in capitals as the score."""
        return [self._read(text) for text in texts.to_pylist()]

    def _read(self, text: str) -> FilterResult:
        findings, at, words = [], 0, text.split(" ")
        for word in words:
            if len(word) > 1 and word.isupper():
                findings.append(Finding(type="SHOUT", start=at, end=at + len(word), score=1.0, detail="capitals"))
            at += len(word) + 1
        return scored(self.spec, len(findings) / len(words), findings)


class QuietFilter:
    """Finds nothing, at once."""

    spec = FilterSpec(name="quiet", version="1", threshold=0.5)

    def scan(self, texts: "pa.StringArray") -> Sequence[FilterResult]:
        """Return a score of 0 for every text."""
        return [scored(self.spec, 0.0)] * len(texts)


class StumbleFilter:
    """Does what a text tells it to: `die`, `hang`, `raise`, `wrong`; else it finds nothing."""

    spec = FilterSpec(name="stumble", version="1", threshold=0.5)

    def scan(self, texts: "pa.StringArray") -> Sequence[FilterResult]:
        """Obey each text."""
        return [self._obey(text) for text in texts.to_pylist()]

    def _obey(self, text: str) -> FilterResult:
        if text == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if text == "hang":
            time.sleep(3600)
        if text == "raise":
            raise ValueError(text)
        if text == "wrong":
            return scored(self.spec, 0.9, [Finding(type="X", start=2, end=99, score=1.0)])
        if text == "dream":
            time.sleep(2)
        if text.startswith("wait"):
            time.sleep(0.02)
        return scored(self.spec, 0.0)


def shout(setting: FilterSetting) -> Filter:
    """Build the filter of words in capitals; option `threshold`."""
    if strangers := set(setting.options) - {"threshold"}:
        raise ConfigurationError(f"the filter 'shout' has no options {sorted(strangers)!r}", hint="threshold")
    threshold = setting.options.get("threshold", 0.5)
    assert isinstance(threshold, float)
    return ShoutFilter(threshold)


def quiet(_: FilterSetting) -> Filter:
    """Build the filter that finds nothing."""
    return QuietFilter()


def stumble(_: FilterSetting) -> Filter:
    """Build the filter that does what it is told."""
    return StumbleFilter()


def plug_in(folder: Path) -> dict[str, str]:
    """Write a distribution that announces these filters; return the environment in which Assay finds it."""
    info = folder / "assay_test_filters-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: assay-test-filters\nVersion: 1.0\n")
    points = "".join(f"{name} = tests.fakes.filters:{name}\n" for name in NAMES)
    (info / "entry_points.txt").write_text(f"[assay.filters]\n{points}")
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(Path(__file__).parents[2])])}
