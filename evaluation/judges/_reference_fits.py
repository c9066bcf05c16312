"""What the small judges of references and contexts were fitted to: `data/reference_judges.yaml`.

Rules of this place: a fit is data with provenance and belongs to one question (`same`, `helps`, `answered`), one
encoder, and, where a language model is asked too, one set of weights under one prompt. Without one there is no judge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import yaml

from assay.kernel import ConfigurationError, digest_bytes
from evaluation.judges._fitted import Logistic

__all__ = ["Asked", "Fits", "ModelFit", "shipped_fits"]


class Asked(StrEnum):
    """What is asked of a pair of texts."""

    SAME = "same"  # does the answer say the same as a short reference?
    HELPS = "helps"  # does the context help to answer the question?
    ANSWERED = "answered"  # does the answer give what a part of the question asks for?


@dataclass(frozen=True, kw_only=True)
class ModelFit:
    """When a language model is asked, and how what it says joins the rest."""

    low: float  # below it, and above `high`, the encoder's probability settles it
    high: float
    logistic: Logistic  # over the reader's log-odds (`reader`) and those of the model's yes (`likelihood`)

    def in_doubt(self, probability: float) -> bool:
        """Whether the model is asked."""
        return self.low <= probability <= self.high


@dataclass(frozen=True, kw_only=True)
class Fits:
    """A data file of fits."""

    digest: str
    entries: Sequence[Mapping[str, Any]]  # as the file holds them

    def reader(self, asked: Asked, encoder: str) -> Logistic:
        """Return what was fitted for this encoder (a digest); raise `ConfigurationError` where nothing was."""
        found = self._entry(asked, encoder, None, None)
        if found is None:
            raise ConfigurationError(
                f"the encoder {encoder!r} has no fit for {asked.value!r}, expected one that was measured",
                hint="reinstall Assay, or name an endpoint of assay.yaml with --judge",
            )
        return self._logistic(found)

    def model(self, asked: Asked, encoder: str, model: str, prompt: str) -> ModelFit:
        """Return what was fitted for this encoder, model and prompt (digests); raise `ConfigurationError` without."""
        found = self._entry(asked, encoder, model, prompt)
        if found is None:
            raise ConfigurationError(
                f"the weights {model or 'without a digest'!r} have no calibration as a judge of {asked.value!r}",
                hint="assay models pull judge, or name an endpoint of assay.yaml with --judge",
            )
        low, high = (float(edge) for edge in found["doubt"])
        return ModelFit(low=low, high=high, logistic=self._logistic(found))

    def _entry(self, asked: Asked, encoder: str, model: str | None, prompt: str | None) -> Mapping[str, Any] | None:
        wanted = (asked.value, encoder, model, prompt)
        keys = ("asked", "encoder", "model", "prompt")
        return next((entry for entry in self.entries if tuple(map(entry.get, keys)) == wanted), None)

    def _logistic(self, entry: Mapping[str, Any]) -> Logistic:
        return Logistic(
            digest=self.digest,
            threshold=float(entry["threshold"]),
            intercept=float(entry["intercept"]),
            weights={name: float(weight) for name, weight in entry["weights"].items()},
        )


@cache
def shipped_fits() -> Fits:
    """Read the data file."""
    raw = (resources.files("evaluation.judges") / "data" / "reference_judges.yaml").read_bytes()
    return Fits(digest=digest_bytes(raw), entries=yaml.safe_load(raw)["fits"])
