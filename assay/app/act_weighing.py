"""How likely an answer is, from the words that point at it and from what a model says: fitted numbers, as data.

Rules of this place: numbers are fitted for one set of weights; any other model goes by the numbers `unmeasured`, and
without a model the words alone decide. `python -m benchmarks.act_proposals` fits and measures them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

from assay.kernel import digest_bytes
from risks.act import Strength

__all__ = ["Weights", "weights_for"]

_LEAST: Final = 1e-6
_DIGITS: Final = 4  # of a belief


@dataclass(frozen=True, kw_only=True)
class Weights:
    """belief = sigmoid(words + slope · (log-odds of P(yes) - what is usual for that option)), capped."""

    digest: str  # of the data file
    measured: bool  # whether they were fitted for this model
    words: Mapping[str, float]  # log-odds by strength of the words, "silent" without any
    slope: float
    most: float  # log-odds of P(yes), at most
    usual: Mapping[str, float]  # log-odds of P(yes) of systems that are not meant for the option, by "question.option"

    def belief(self, question: str, option: str, strength: Strength | None, likelihood: float | None) -> float:
        """Return the probability of an option, 0..1; `likelihood` is P(yes) of a model, if one was asked."""
        log_odds = self.words[strength or "silent"]
        if likelihood is not None:
            log_odds += self.slope * (self._said(likelihood) - self.usual.get(f"{question}.{option}", 0.0))
        return round(1 / (1 + math.exp(-log_odds)), _DIGITS)

    def _said(self, likelihood: float) -> float:
        kept = min(1 - _LEAST, max(_LEAST, likelihood))
        return max(-self.most, min(self.most, math.log(kept / (1 - kept))))


def weights_for(model_digest: str | None) -> Weights:
    """Return the weights of a model ("" where nobody knows its digest), or of words alone."""
    digest, data = _file()
    if model_digest is None:
        return _weights(digest, data["words_alone"], measured=True)
    for entry in data["models"]:
        if entry["model"] == model_digest:
            return _weights(digest, entry, measured=True)
    return _weights(digest, data["unmeasured"], measured=False)


def _weights(digest: str, entry: Mapping[str, Any], *, measured: bool) -> Weights:
    return Weights(
        digest=digest,
        measured=measured,
        words={key: float(value) for key, value in entry["words"].items()},
        slope=float(entry["slope"]),
        most=float(entry["most"]),
        usual={key: float(value) for key, value in entry.get("usual", {}).items()},
    )


@cache
def _file() -> tuple[str, dict[str, Any]]:
    raw = (resources.files("assay.app") / "data" / "act_proposals.yaml").read_bytes()
    return digest_bytes(raw), yaml.safe_load(raw)
