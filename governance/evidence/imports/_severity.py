"""How grave a finding is, from the words and scores that tools use.

Rules of this place: a score outranks a word, a word outranks a level; what is not known stays unknown and never
becomes low. Scores are those of CVSS 3 and 4 (qualitative severity rating scale, FIRST); levels SARIF's (§3.27.10).
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final

from governance.evidence.imports._types import Severity

__all__ = ["by_level", "by_score", "by_word", "worst"]

_SCALE: Final = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM))
_HIGHEST: Final = 10.0
_LEVELS: Final = {
    "error": Severity.HIGH,
    "warning": Severity.MEDIUM,
    "note": Severity.LOW,
    "none": Severity.INFO,
}
_WORDS: Final[Mapping[str, Severity]] = {
    **{severity.value: severity for severity in Severity},
    "moderate": Severity.MEDIUM,
    "none": Severity.INFO,
    "informational": Severity.INFO,
    "negligible": Severity.LOW,
}
_ORDER: Final = {severity: place for place, severity in enumerate(Severity)}


def by_score(score: float | None) -> Severity | None:
    """Return the severity of a CVSS score, None for what is none."""
    if score is None or not math.isfinite(score) or not 0 <= score <= _HIGHEST:
        return None
    graver = (severity for least, severity in _SCALE if score >= least)
    return next(graver, Severity.LOW if score > 0 else Severity.INFO)


def by_word(word: str | None) -> Severity | None:
    """Return the severity that a word means, None for a word that means none."""
    return _WORDS.get((word or "").strip().lower())


def by_level(level: str | None) -> Severity | None:
    """Return the severity of a SARIF level."""
    return _LEVELS.get((level or "").strip().lower())


def worst(severities: Iterable[Severity | None]) -> Severity:
    """Return the gravest that is known, unknown where none is."""
    known = [severity for severity in severities if severity is not None]
    return min(known, key=_ORDER.__getitem__, default=Severity.UNKNOWN)
