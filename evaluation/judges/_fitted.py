"""Fitted logistic functions: coefficients are data with provenance, read from `data/`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from assay.kernel import digest_bytes
from evaluation.judges._overlap import features, sigmoid

__all__ = ["Logistic", "local_fit", "local_support"]


@dataclass(frozen=True, kw_only=True)
class Logistic:
    """P = sigmoid(intercept + Σ weight · value); at `threshold` and above the verdict is yes."""

    digest: str  # of the data file
    threshold: float
    intercept: float
    weights: Mapping[str, float]

    def probability(self, values: Mapping[str, float]) -> float:
        """Return P for values that hold every weight's name."""
        return sigmoid(self.intercept + math.fsum(weight * values[name] for name, weight in self.weights.items()))


@cache
def local_fit() -> Logistic:
    """Return the coefficients over the free checks (`data/local_faithfulness.yaml`)."""
    raw = (resources.files("evaluation.judges") / "data" / "local_faithfulness.yaml").read_bytes()
    data = yaml.safe_load(raw)
    return Logistic(
        digest=digest_bytes(raw),
        threshold=float(data["threshold"]),
        intercept=float(data["intercept"]),
        weights={name: float(weight) for name, weight in data["weights"].items()},
    )


def local_support(sentence: str, contexts: Sequence[str]) -> float:
    """Return P(the contexts support the sentence) from its words alone, 0..1."""
    return local_fit().probability(features(sentence, contexts))
