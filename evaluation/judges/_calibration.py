"""Calibrations: what was measured of the encoder and of judge models, by the digest of their weights and prompts.

Rules of this place: a calibration is data with provenance, and belongs to one set of weights under one prompt; another
model, or another prompt, has none until it is measured.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

from assay.kernel import ConfigurationError, digest_bytes
from evaluation.judges._fitted import Logistic
from evaluation.judges._overlap import logit
from evaluation.llm import ModelSpec

__all__ = [
    "Calibration",
    "CascadeFit",
    "PointFit",
    "RelevancyFit",
    "calibration_for",
    "cascade_fit",
    "relevancy_calibration",
    "relevancy_fit",
    "uncalibrated",
]

_FILE: Final = "calibrations.yaml"


@dataclass(frozen=True, kw_only=True)
class CascadeFit:
    """What the encoder's stage of the faithfulness cascade goes by."""

    floor: float  # P(supported) by the free checks, below which nobody else is asked
    verbatim: float  # P(supported) where the whole sentence stands in the contexts word for word
    low: float  # joint probabilities from `low` to below `high` are in doubt
    high: float
    encoder: Logistic  # over the log-odds of the encoder's probability and of the free checks'

    @property
    def digest(self) -> str:
        """Digest of the data file that it came from."""
        return self.encoder.digest

    def doubts(self, probability: float) -> bool:
        """Whether a joint probability leaves enough doubt to ask a language model."""
        return self.low <= probability < self.high


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A logistic over the log-odds of the model's yes and of what was known before, for one sentence."""

    logistic: Logistic

    @property
    def digest(self) -> str:
        """Digest of the data file that it came from."""
        return self.logistic.digest

    def probability(self, likelihood: float, before: float) -> float:
        """Return the calibrated P(supported) from the model's P(yes) and the P(supported) known before, all 0..1."""
        return self.logistic.probability({"likelihood": logit(likelihood), "before": logit(before)})


@dataclass(frozen=True, kw_only=True)
class PointFit:
    """What one point of relevancy goes by: a logistic over the encoder's readings, and where it is in doubt."""

    logistic: Logistic
    low: float
    high: float

    def doubts(self, probability: float) -> bool:
        """Whether a probability leaves enough doubt to ask a language model."""
        return self.low <= probability < self.high


@dataclass(frozen=True, kw_only=True)
class RelevancyFit:
    """Relevancy's two points."""

    digest: str  # of the data file
    subject: PointFit
    focus: PointFit


def cascade_fit(encoder: str) -> CascadeFit:
    """Return what was fitted for the encoder of this digest; raise `ConfigurationError` for another one."""
    digest, data = _file()
    entry = _entry(data["cascades"], encoder=encoder)
    if entry is None:
        raise _unfitted(encoder)
    return CascadeFit(
        floor=float(entry["floor"]),
        verbatim=float(entry["verbatim"]),
        low=float(entry["band"][0]),
        high=float(entry["band"][1]),
        encoder=_logistic(digest, entry),
    )


def calibration_for(model: str, prompt: str, encoder: str) -> Calibration | None:
    """Return what was measured for these weights under this prompt after this encoder, or None."""
    digest, data = _file()
    entry = _entry(data["models"], model=model, prompt=prompt, encoder=encoder)
    return None if entry is None else Calibration(logistic=_logistic(digest, entry))


def relevancy_fit(encoder: str) -> RelevancyFit:
    """Return what was fitted for the encoder of this digest; raise `ConfigurationError` for another one."""
    digest, data = _file()
    entry = _entry(data["relevancy"], encoder=encoder)
    if entry is None:
        raise _unfitted(encoder)
    return RelevancyFit(digest=digest, subject=_point(digest, entry["subject"]), focus=_point(digest, entry["focus"]))


def relevancy_calibration(model: str, prompt: str, encoder: str) -> dict[str, Calibration] | None:
    """Return what was measured for these weights under this relevancy prompt, by point, or None."""
    digest, data = _file()
    entry = _entry(data["relevancy_models"], model=model, prompt=prompt, encoder=encoder)
    if entry is None:
        return None
    return {point: Calibration(logistic=_logistic(digest, entry[point])) for point in ("subject", "focus")}


def _entry(entries: list[dict[str, Any]], **wanted: str) -> dict[str, Any] | None:
    """Return the entry of these digests, or None."""
    return next((entry for entry in entries if all(entry[key] == digest for key, digest in wanted.items())), None)


def _point(digest: str, entry: dict[str, Any]) -> PointFit:
    low, high = entry["band"]
    return PointFit(logistic=_logistic(digest, entry), low=float(low), high=float(high))


def _unfitted(encoder: str) -> ConfigurationError:
    return ConfigurationError(
        f"the encoder {encoder} has no calibration as a judge", hint="python -m benchmarks.fitting encoder --data DIR"
    )


def uncalibrated(model: ModelSpec) -> ConfigurationError:
    """Return the error for weights that were never measured as a judge."""
    return ConfigurationError(
        f"the weights {model.model!r} ({model.digest or 'no digest'}) have no calibration as a judge",
        hint="assay models pull judge, or name an endpoint of assay.yaml with --judge",
    )


def _logistic(digest: str, entry: dict[str, Any]) -> Logistic:
    weights = {name: float(weight) for name, weight in entry["weights"].items()}
    return Logistic(
        digest=digest, threshold=float(entry["threshold"]), intercept=float(entry["intercept"]), weights=weights
    )


@cache
def _file() -> tuple[str, dict[str, Any]]:
    raw = (resources.files("evaluation.judges") / "data" / _FILE).read_bytes()
    return digest_bytes(raw), yaml.safe_load(raw)
