"""Types of a verdict. A judge that fails is a verdict; it never leaves a mean silently and is never 0."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from assay.kernel import JsonValue, digest_json

__all__ = ["JudgeSpec", "Outcome", "QuoteSpan", "Stage", "Support", "UnitVerdict", "Usage", "Verdict"]


class Outcome(StrEnum):
    """How judging ended; only `SCORED` carries a value."""

    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"
    REFUSED = "refused"
    UNPARSABLE = "unparsable"
    TIMED_OUT = "timed_out"
    ERROR = "error"


class Support(StrEnum):
    """What the contexts say about one sentence of the answer."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    ABSENT = "absent"


class Stage(StrEnum):
    """Which stage of a cascade settled a sentence, in order of cost."""

    CHECKS = "checks"  # free checks in code
    ENCODER = "encoder"  # a small local model
    MODEL = "model"  # a language model
    JURY = "jury"  # several judges together


@dataclass(frozen=True, kw_only=True)
class QuoteSpan:
    """Where the judge's quote stands, found by code: code points in one context."""

    context: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class UnitVerdict:
    """The verdict on one sentence: code points in the answer, and the quote that carries it."""

    start: int
    end: int
    support: Support
    quote: QuoteSpan | None = None
    probability: float | None = None  # P(supported), 0..1, where the judge gives one
    stage: Stage | None = None  # who settled it, where the judge is a cascade


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What a verdict or an answer cost. Cached calls cost nothing again."""

    calls: int = 0
    cached_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: Decimal = Decimal(0)  # in the currency of the endpoint's prices in assay.yaml
    latency_ms: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Add two usages field by field."""
        return Usage(
            calls=self.calls + other.calls,
            cached_calls=self.cached_calls + other.cached_calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cost=self.cost + other.cost,
            latency_ms=self.latency_ms + other.latency_ms,
        )


@dataclass(frozen=True, kw_only=True)
class JudgeSpec:
    """Everything that shapes a judge's verdicts; its digest names the judge in every verdict."""

    name: str
    version: str
    metric: str
    model: str = ""  # model id as asked of the endpoint, "" for a judge without a model
    model_digest: str = ""  # sha256 of local weights, tagged; "" where only the vendor knows
    prompt_digest: str = ""
    options: Mapping[str, JsonValue] = field(default_factory=dict)

    def as_json(self) -> dict[str, JsonValue]:
        """Return the recorded form."""
        return {
            "name": self.name,
            "version": self.version,
            "metric": self.metric,
            "model": self.model,
            "model_digest": self.model_digest,
            "prompt_digest": self.prompt_digest,
            "options": dict(self.options),
        }

    @cached_property
    def digest(self) -> str:
        """Digest of the recorded form."""
        return digest_json(self.as_json())


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One judge's finding on one item, metric and repeat."""

    metric: str
    outcome: Outcome
    judge: str  # JudgeSpec.digest
    value: float | None = None  # 0..1, higher is better; None unless scored
    probability: float | None = None  # calibrated probability that the whole answer is good on this metric
    reason: str = ""  # free text: goes to payloads, never to the digested file
    units: tuple[UnitVerdict, ...] = ()
    usage: Usage = Usage()
    disagreement: float | None = None  # of a jury: share of its members' votes that were otherwise, 0..1
    unreached: bool = False  # no reply came from the model, whatever the row says; for the runner, not recorded

    def __post_init__(self) -> None:
        """Refuse a verdict that would lie: scored without a value, or a value without being scored."""
        if (self.outcome is Outcome.SCORED) != (self.value is not None):
            raise ValueError(f"a verdict has a value exactly when it is scored, got {self.outcome} with {self.value!r}")
        if self.value is not None and not 0 <= self.value <= 1:
            raise ValueError(f"a verdict's value lies in 0..1, got {self.value!r}")
