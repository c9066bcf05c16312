"""From a filter's score and a model's word to one score: fitted numbers, as data (`data/opinions.yaml`).

Rules of this place: fitted numbers belong to one version of a filter, one set of weights and one question; any other
model goes by the map `unmeasured`, which says so in the record.
"""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

from assay.kernel import digest_bytes
from evaluation.judges._overlap import logit, sigmoid

__all__ = ["Fit", "fit_for"]

_DIGITS: Final = 6  # of a score


@dataclass(frozen=True, kw_only=True)
class Fit:
    """score = sigmoid(intercept + likelihood · logit P(yes) + first · logit(the filter's score))."""

    digest: str  # of the data file
    measured: bool  # whether the numbers were fitted for this filter, model and question
    intercept: float
    likelihood: float
    first: float
    most: float  # log-odds of P(yes), at most: a word without a probability proves no more

    def score(self, likelihood: float, first: float) -> float:
        """Return the score of both together, 0..1; `likelihood` is P(yes), `first` the filter's score."""
        said = max(-self.most, min(self.most, logit(likelihood)))
        return round(sigmoid(self.intercept + self.likelihood * said + self.first * logit(first)), _DIGITS)


def fit_for(name: str, version: str, model_digest: str, prompt_digest: str) -> Fit:
    """Return the map for a filter of this version, these weights ("" where nobody knows them) and this question."""
    digest, data = _file()
    wanted = {"filter": name, "version": version, "model": model_digest, "prompt": prompt_digest}
    for entry in data["models"]:
        if all(entry[key] == value for key, value in wanted.items()):
            return _fit(digest, entry, measured=True)
    return _fit(digest, data["unmeasured"], measured=False)


def _fit(digest: str, entry: dict[str, Any], *, measured: bool) -> Fit:
    return Fit(
        digest=digest,
        measured=measured,
        intercept=float(entry["intercept"]),
        likelihood=float(entry["weights"]["likelihood"]),
        first=float(entry["weights"]["first"]),
        most=float(entry["most"]),
    )


@cache
def _file() -> tuple[str, dict[str, Any]]:
    raw = (resources.files("evaluation.opinions") / "data" / "opinions.yaml").read_bytes()
    return digest_bytes(raw), yaml.safe_load(raw)
