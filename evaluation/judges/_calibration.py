"""Calibrations of judge models, by the digest of their weights and of the prompt.

Rules of this place: a calibration is data with provenance, and belongs to one set of weights under one prompt; another
model, or another prompt, has none until it is measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from assay.kernel import digest_bytes
from evaluation.judges._fitted import Logistic, local_support
from evaluation.judges._overlap import logit

__all__ = ["Calibration", "calibration_for"]


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A logistic over the model's likelihood, whether its quote was found, and the free checks of the sentence."""

    logistic: Logistic

    @property
    def digest(self) -> str:
        """Digest of the data file that it came from."""
        return self.logistic.digest

    def probability(self, likelihood: float, sentence: str, contexts: Sequence[str], *, quoted: bool) -> float:
        """Return the calibrated P(supported)."""
        local = logit(local_support(sentence, contexts))
        return self.logistic.probability({"likelihood": logit(likelihood), "quoted": float(quoted), "local": local})

    def supports(self, probability: float) -> bool:
        """Whether a probability is enough for the hard verdict `supported`."""
        return probability >= self.logistic.threshold


def calibration_for(model_digest: str, prompt_digest: str) -> Calibration | None:
    """Return what was measured for these weights under this prompt, or None."""
    return _calibrations().get((model_digest, prompt_digest)) if model_digest else None


@cache
def _calibrations() -> dict[tuple[str, str], Calibration]:
    raw = (resources.files("evaluation.judges") / "data" / "calibrations.yaml").read_bytes()
    digest = digest_bytes(raw)
    return {
        (entry["model"], entry["prompt"]): Calibration(
            logistic=Logistic(
                digest=digest,
                threshold=float(entry["threshold"]),
                intercept=float(entry["intercept"]),
                weights={name: float(weight) for name, weight in entry["weights"].items()},
            )
        )
        for entry in yaml.safe_load(raw)["calibrations"]
    }
