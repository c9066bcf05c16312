"""Calibrations of judge models, by the digest of their weights and of the prompt.

Rules of this place: a calibration is data with provenance, and belongs to one set of weights under one prompt; another
model, or another prompt, has none until it is measured.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from assay.kernel import digest_bytes
from evaluation.judges._overlap import features, logit, sigmoid

__all__ = ["Calibration", "calibration_for"]


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A logistic over the model's likelihood, whether its quote was found, and the free checks of the sentence."""

    digest: str  # of the data file
    threshold: float  # a `supported` below it is absent
    intercept: float
    weights: Mapping[str, float]

    def probability(self, likelihood: float, sentence: str, contexts: Sequence[str], *, quoted: bool) -> float:
        """Return the calibrated P(supported)."""
        values = {**features(sentence, contexts), "likelihood": logit(likelihood), "quoted": float(quoted)}
        return sigmoid(self.intercept + math.fsum(weight * values[name] for name, weight in self.weights.items()))


def calibration_for(model_digest: str, prompt_digest: str) -> Calibration | None:
    """Return what was measured for these weights under this prompt, or None."""
    entry, digest = _entries()
    found = entry.get((model_digest, prompt_digest)) if model_digest else None
    if found is None:
        return None
    return Calibration(
        digest=digest,
        threshold=float(found["threshold"]),
        intercept=float(found["intercept"]),
        weights={name: float(weight) for name, weight in found["weights"].items()},
    )


@cache
def _entries() -> tuple[dict[tuple[str, str], dict], str]:  # type: ignore[type-arg]  # validated where it is read
    raw = (resources.files("evaluation.judges") / "data" / "calibrations.yaml").read_bytes()
    data = yaml.safe_load(raw)
    return {(entry["model"], entry["prompt"]): entry for entry in data["calibrations"]}, digest_bytes(raw)
