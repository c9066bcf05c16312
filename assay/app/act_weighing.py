"""How likely an answer is, from the words that point at it, the reader, and what a model says: fitted numbers, as data.

Rules of this place: numbers are fitted for one set of weights; any other model goes by the numbers `unmeasured`, and
without a model the words and the reader decide. `python -m benchmarks.act_proposals` fits and measures them.
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

__all__ = ["Weights", "log_odds", "weights_for"]

_LEAST: Final = 1e-6
_MOST: Final = 6.0  # log-odds at most: a word without a probability proves no more
_DIGITS: Final = 4  # of a belief


@dataclass(frozen=True, kw_only=True)
class Reckoning:
    """log-odds = words + reader · log-odds of the reader + slope · (log-odds of P(yes) − what is usual)."""

    words: Mapping[str, float]  # log-odds by strength of the words, "silent" without any
    reader: float
    veto: float  # what the reader takes from strong words at most
    slope: float


@dataclass(frozen=True, kw_only=True)
class Weights:
    """How words, the reader and one model count."""

    digest: str  # of the data file
    measured: bool  # whether they were fitted for this model
    plain: Mapping[str, float]  # log-odds by strength of the words, of options that the reader does not tell of
    unasked: Reckoning  # of options that no model was asked about
    asked: Reckoning
    usual: Mapping[str, float]  # by "question.option", or "any": log-odds of P(yes) of systems not meant for it

    def belief(self, key: str, strength: Strength | None, told: float | None, likelihood: float | None) -> float:
        """Return the probability of `question.option`, 0..1, by its words, the reader, and P(yes) of a model.

        A model adds and takes nothing away: a text that tells it to deny everything would gain by that.
        """
        found = self._read(self.unasked, strength, told)
        if likelihood is not None:
            said = log_odds(likelihood) - self.usual.get(key, self.usual.get("any", 0.0))
            found = max(found, self._read(self.asked, strength, told) + self.asked.slope * said)
        return round(1 / (1 + math.exp(-found)), _DIGITS)

    def _read(self, by: Reckoning, strength: Strength | None, told: float | None) -> float:
        name = strength or "silent"
        if told is None:
            return self.plain[name]
        heard = by.reader * log_odds(told)
        return by.words[name] + (max(heard, -by.veto) if strength is Strength.STRONG else heard)


def weights_for(model_digest: str | None) -> Weights:
    """Return the weights of a model ("" where nobody knows its digest), or of words and reader alone."""
    digest, data = _file()
    models = [entry for entry in data["models"] if model_digest and entry["model"] == model_digest]
    entry = models[0] if models else data["unmeasured"]
    return Weights(
        digest=digest,
        measured=bool(models) or model_digest is None,
        plain={key: float(value) for key, value in data["plain"].items()},
        unasked=_reckoning(data["without_model"]),
        asked=_reckoning(entry),
        usual={key: float(value) for key, value in entry["usual"].items()},
    )


def _reckoning(entry: Mapping[str, Any]) -> Reckoning:
    return Reckoning(
        words={key: float(value) for key, value in entry["words"].items()},
        reader=float(entry["reader"]),
        veto=float(entry["veto"]),
        slope=float(entry.get("slope", 0)),
    )


def log_odds(chance: float) -> float:
    """Return the log-odds of a probability, bounded."""
    kept = min(1 - _LEAST, max(_LEAST, chance))
    return max(-_MOST, min(_MOST, math.log(kept / (1 - kept))))


@cache
def _file() -> tuple[str, dict[str, Any]]:
    raw = (resources.files("assay.app") / "data" / "act_proposals.yaml").read_bytes()
    return digest_bytes(raw), yaml.safe_load(raw)
