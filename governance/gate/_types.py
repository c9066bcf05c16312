"""What the gate is given and what it says. Every value is frozen; unknown is an outcome, never a number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from assay.kernel import InputError, JsonValue, decimal_text, format_time, parse_time
from evaluation.runs import Doubt, Spend
from evaluation.statistics import Estimate
from governance.evidence import EvidenceOrigin
from governance.gate._known import Attempt, EvidenceRef

__all__ = ["Decision", "DecisionOutcome", "EvidenceOrigin", "RuleResult", "RunFacts", "UnreadableRun"]


class DecisionOutcome(StrEnum):
    """How a rule or a whole gate ended. `INCONCLUSIVE` blocks like `FAIL`."""

    PASS = "pass"  # noqa: S105  an outcome, not a password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"

    @property
    def exit_code(self) -> int:
        """0 pass · 1 fail · 3 cannot decide."""
        return {DecisionOutcome.PASS: 0, DecisionOutcome.FAIL: 1, DecisionOutcome.INCONCLUSIVE: 3}[self]


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """What the gate may know of a run: its plan, what of it is there, and its estimates."""

    run: str
    system: str
    digest: str  # of the run log
    created_at: datetime
    metrics: tuple[str, ...]  # asked for by the plan
    repeats: int
    questions: int  # asked for by the plan
    found: int  # rows that are there: (question, repeat) pairs
    incomplete: str  # "" if the run is complete, else why it is not
    policy: str | None  # digest of the policy that was fixed before the first call
    judges: Mapping[str, frozenset[str]]  # metric → names of its judge: its own, its model's
    judge_digests: Mapping[str, str]  # metric → digest of everything that shapes its judge
    estimates: Mapping[str, Estimate]  # metric → estimate
    ids_digest: str = ""  # of the ids that the plan asks for
    questions_digest: str = ""  # of the question set; "" where an answers file came with its own questions
    recorded: bool | None = None  # whether the record holds this very log; None where nobody keeps a record
    origin: EvidenceOrigin | None = None  # who handed it in; None where nobody keeps a record
    computed: frozenset[str] = frozenset()  # metrics that code computes without a judge
    languages: Mapping[str, int] = field(default_factory=dict)  # language → rows
    spend: Spend | None = None  # what the run took
    doubts: Mapping[Doubt, str] = field(default_factory=dict)  # why the log cannot have come from a run
    latest: str = ""  # when its last row ended
    cards: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # metric → language → what its card lacks, ""
    attempts: tuple[Attempt, ...] = ()  # recorded runs at the same candidate, this one too, first one first
    pooled: tuple[str, ...] = ()  # runs whose rows are in the estimates; none: this run's alone
    unpooled: Mapping[str, str] = field(default_factory=dict)  # attempt → why its rows are not


@dataclass(frozen=True, kw_only=True)
class UnreadableRun:
    """A run that was named and cannot be read."""

    run: str  # as the caller named it
    reason: str


@dataclass(frozen=True, kw_only=True)
class RuleResult:
    """One rule or expectation of the policy, held against the run."""

    rule: str  # its id in the policy
    words: str  # what it demands, for people
    outcome: DecisionOutcome
    reason: str  # what was found
    metric: str = ""  # the metric that the rule is about, "" where it is about the whole run
    observed: float | None = None  # mean or difference
    lower: float | None = None  # 95 % interval
    upper: float | None = None
    threshold: float | None = None  # 0..1, or −margin
    rows_still_needed: int | None = None  # questions to add; None where it needs none or no number would do
    documents_still_needed: int | None = None  # documents that these must come from; None where each row is its own
    at_most: bool = False  # whether the threshold is one from above

    def as_json(self) -> dict[str, JsonValue]:
        """Return the recorded form; numbers as decimal strings."""
        return {
            "rule": self.rule,
            "words": self.words,
            "outcome": self.outcome.value,
            "reason": self.reason,
            "metric": self.metric,
            "observed": _decimal(self.observed),
            "lower": _decimal(self.lower),
            "upper": _decimal(self.upper),
            "threshold": _decimal(self.threshold),
            "rows_still_needed": self.rows_still_needed,
            "documents_still_needed": self.documents_still_needed,
            "at_most": self.at_most,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, JsonValue]) -> "RuleResult":
        """Read the recorded form back; raise `InputError` for one that is not ours."""
        try:
            rows = document["rows_still_needed"]
            documents = document.get("documents_still_needed")  # decisions before 2026-11-21 did not say
            return cls(
                rule=str(document["rule"]),
                words=str(document["words"]),
                outcome=DecisionOutcome(str(document["outcome"])),
                reason=str(document["reason"]),
                metric=str(document["metric"]),
                observed=_number(document["observed"]),
                lower=_number(document["lower"]),
                upper=_number(document["upper"]),
                threshold=_number(document["threshold"]),
                rows_still_needed=rows if isinstance(rows, int) else None,
                documents_still_needed=documents if isinstance(documents, int) else None,
                at_most=document.get("at_most") is True,
            )
        except (KeyError, ValueError) as error:
            raise InputError(f"not a recorded rule result: {error}") from error


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What the gate decided, about which run, under which policy, and why."""

    outcome: DecisionOutcome
    policy: str  # name
    policy_digest: str
    run: str
    run_digest: str | None  # None where the run cannot be read
    baseline: str | None
    baseline_digest: str | None
    results: tuple[RuleResult, ...]
    decided_at: datetime
    release: str | None = None  # None: about a run alone
    release_digest: str | None = None  # of the release's manifest
    attempts: tuple[Attempt, ...] = ()  # recorded runs at the same candidate, the first one first
    evidence: tuple[EvidenceRef, ...] = ()  # what it rests on beside the run and its baseline
    catalogues: Mapping[str, str] = field(default_factory=dict)  # what risks and duties were told by → its digest

    def as_json(self) -> dict[str, JsonValue]:
        """Return the recorded form."""
        return {
            "outcome": self.outcome.value,
            "policy": self.policy,
            "policy_digest": self.policy_digest,
            "run": self.run,
            "run_digest": self.run_digest,
            "baseline": self.baseline,
            "baseline_digest": self.baseline_digest,
            "results": [result.as_json() for result in self.results],
            "decided_at": format_time(self.decided_at),
            "release": self.release,
            "release_digest": self.release_digest,
            "attempts": [attempt.as_json() for attempt in self.attempts],
            "evidence": [one.as_json() for one in self.evidence],
            "catalogues": dict(self.catalogues),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, JsonValue]) -> "Decision":
        """Read the recorded form back; raise `InputError` for one that is not ours."""
        try:
            results = document["results"]
            if not isinstance(results, Sequence):
                raise InputError(f"a recorded decision has a list of results, got {results!r}")
            attempts, evidence = (document.get(name) for name in ("attempts", "evidence"))  # since 2026-11-21
            catalogues = document.get("catalogues")  # since 2026-11-22
            return cls(
                outcome=DecisionOutcome(str(document["outcome"])),
                policy=str(document["policy"]),
                policy_digest=str(document["policy_digest"]),
                run=str(document["run"]),
                run_digest=_text(document["run_digest"]),
                baseline=_text(document["baseline"]),
                baseline_digest=_text(document["baseline_digest"]),
                results=tuple(RuleResult.from_json(result) for result in results if isinstance(result, Mapping)),
                decided_at=parse_time(str(document["decided_at"])),
                release=_text(document.get("release")),
                release_digest=_text(document.get("release_digest")),
                attempts=tuple(map(Attempt.from_json, attempts)) if isinstance(attempts, list) else (),
                evidence=tuple(map(EvidenceRef.from_json, evidence)) if isinstance(evidence, list) else (),
                catalogues={name: str(digest) for name, digest in catalogues.items()}
                if isinstance(catalogues, Mapping)
                else {},
            )
        except (KeyError, ValueError) as error:
            raise InputError(f"not a recorded decision: {error}") from error


def _text(value: JsonValue) -> str | None:
    return None if value is None else str(value)


def _number(text: JsonValue) -> float | None:
    return None if text is None else float(str(text))


def _decimal(number: float | None) -> str | None:
    return None if number is None else decimal_text(number)
