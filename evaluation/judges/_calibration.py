"""Calibrations of judge models, by the digest of their weights and of the prompt.

Rules of this place: a calibration is data with provenance, and belongs to one set of weights under one prompt; another
model, or another prompt, has none until it is measured.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from assay.kernel import digest_bytes
from evaluation.judges._fitted import Logistic
from evaluation.judges._overlap import logit

__all__ = ["Calibration", "Cuts", "calibration_for", "cuts_for"]


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A logistic over the log-odds of the model's yes and of the free checks, for one sentence and block."""

    logistic: Logistic

    @property
    def digest(self) -> str:
        """Digest of the data file that it came from."""
        return self.logistic.digest

    def probability(self, likelihood: float, checks: float) -> float:
        """Return the calibrated P(supported) from the model's P(yes) and the free checks' P(supported), all 0..1."""
        return self.logistic.probability({"likelihood": logit(likelihood), "checks": logit(checks)})

    def supports(self, probability: float) -> bool:
        """Whether a probability is enough for the hard verdict `supported`."""
        return probability >= self.logistic.threshold


@dataclass(frozen=True, kw_only=True)
class Cuts:
    """How probable yes must be for each of relevancy's two points, 0..1."""

    digest: str  # of the data file
    subject: float
    focus: float


def calibration_for(model_digest: str, prompt_digest: str) -> Calibration | None:
    """Return what was measured for these weights under this faithfulness prompt, or None."""
    digest, entries = _entries("calibrations")
    entry = entries.get((model_digest, prompt_digest))
    if entry is None:
        return None
    weights = {name: float(weight) for name, weight in entry["weights"].items()}
    return Calibration(
        logistic=Logistic(
            digest=digest, threshold=float(entry["threshold"]), intercept=float(entry["intercept"]), weights=weights
        )
    )


def cuts_for(model_digest: str, prompt_digest: str) -> Cuts | None:
    """Return what was measured for these weights under this relevancy prompt, or None."""
    digest, entries = _entries("cuts")
    entry = entries.get((model_digest, prompt_digest))
    return Cuts(digest=digest, subject=float(entry["subject"]), focus=float(entry["focus"])) if entry else None


@cache
def _entries(kind: str) -> tuple[str, dict[tuple[str, str], dict[str, Any]]]:
    raw = (resources.files("evaluation.judges") / "data" / "calibrations.yaml").read_bytes()
    return digest_bytes(raw), {(entry["model"], entry["prompt"]): entry for entry in yaml.safe_load(raw)[kind]}
