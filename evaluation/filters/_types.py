"""Types of a filter's work. A filter that could not run is `error`, never clean: only `SCORED` carries a flag.

Rules of this place: offsets are Unicode code points into the text as it came; findings of one text never overlap and
stand in their order; no type carries a piece of the text, so a result can be logged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from assay.kernel import JsonValue, digest_json

__all__ = ["FilterOutcome", "FilterResult", "FilterSpec", "Finding", "could_not", "scored"]


class FilterOutcome(StrEnum):
    """How the reading of one text ended."""

    SCORED = "scored"
    ERROR = "error"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found in one text."""

    type: str  # PII: Presidio's names; toxicity: a category; injection: a family of attack; keywords: a list's name
    start: int  # code points, inclusive
    end: int  # code points, exclusive
    score: float  # 0..1
    detail: str = ""  # which rule, list or head found it; never a piece of the text


@dataclass(frozen=True, kw_only=True)
class FilterResult:
    """What one filter says of one text. `flagged` and `score` are None when it could not be read."""

    outcome: FilterOutcome
    flagged: bool | None = None  # score ≥ the spec's threshold
    score: float | None = None  # 0..1
    findings: tuple[Finding, ...] = ()
    categories: Mapping[str, float] = field(default_factory=dict)  # 0..1 each, where the filter has several heads
    reason: str = ""  # why it could not be read; never a piece of the text


@dataclass(frozen=True, kw_only=True)
class FilterSpec:
    """Everything that shapes a filter's results; its digest names the filter in every scan."""

    name: str
    version: str
    threshold: float  # 0..1; a text is flagged at it or above
    model_digest: str = ""  # of local weights, tagged; "" without weights
    data_digest: str = ""  # of lists, patterns and corpora, tagged
    languages: tuple[str, ...] = ()  # ISO 639-1; those that its card was measured in
    options: Mapping[str, JsonValue] = field(default_factory=dict)

    def as_json(self) -> dict[str, JsonValue]:
        """Return the recorded form (decimals as text)."""
        return {
            "name": self.name,
            "version": self.version,
            "threshold": f"{self.threshold:.6g}",
            "model_digest": self.model_digest,
            "data_digest": self.data_digest,
            "languages": list(self.languages),
            "options": dict(self.options),
        }

    @cached_property
    def digest(self) -> str:
        """Digest of the recorded form."""
        return digest_json(self.as_json())


def scored(
    spec: FilterSpec, score: float, findings: Sequence[Finding] = (), categories: Mapping[str, float] | None = None
) -> FilterResult:
    """Return the result of a text that was read; it is flagged from the spec's threshold on."""
    return FilterResult(
        outcome=FilterOutcome.SCORED,
        flagged=score >= spec.threshold,
        score=score,
        findings=tuple(findings),
        categories=categories or {},
    )


def could_not(outcome: FilterOutcome, reason: str) -> FilterResult:
    """Return the result of a text that could not be read."""
    return FilterResult(outcome=outcome, reason=reason)
