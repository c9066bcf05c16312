"""The run log's types: what `run.json` holds and what one line of `verdicts.jsonl` means.

The run log is the contract between measuring and judging. `run.json` is everything that shaped the result, written
once before the first call; a row is written when all its metrics have a verdict; completeness is derived from the rows
against the plan and never claimed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assay.kernel import JsonValue
from evaluation.answers import AnswerOutcome
from evaluation.verdicts import Verdict

__all__ = ["Completeness", "Origin", "Payload", "QuestionsRef", "Row", "RunOutcome", "RunPlan"]


class RunOutcome(StrEnum):
    """Whether a run holds everything its plan asked for."""

    COMPLETE = "complete"
    PARTIAL = "partial"


@dataclass(frozen=True, kw_only=True)
class QuestionsRef:
    """Which questions were asked."""

    digest: str  # of the question set or the answers file, tagged
    count: int
    ids_digest: str  # digest_json(sorted ids)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Who or what started the run."""

    kind: str  # person | ci
    actor: str  # pseudonymous id
    job: str = ""  # CI job URL or id
    commit: str = ""


@dataclass(frozen=True, kw_only=True)
class RunPlan:
    """`run.json`."""

    run: str
    system: str
    created_at: str  # kernel.format_time
    metrics: tuple[str, ...]
    repeats: int
    questions: QuestionsRef
    judges: tuple[Mapping[str, JsonValue], ...]  # JudgeSpec.as_json()
    target: Mapping[str, JsonValue] | None  # TargetSpec, None when answers were collected elsewhere
    answers_digest: str | None  # of the answers file
    corpus: Mapping[str, JsonValue] | None  # {digest, documents, skipped}
    policy: str | None  # digest of the gate policy fixed beforehand
    environment: Mapping[str, JsonValue]  # {python, platform, packages}
    git: Mapping[str, JsonValue] | None  # {commit, dirty}
    seed: int
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of `verdicts.jsonl`: an item and a repeat with all its verdicts, no free text."""

    id: str
    repeat: int
    cluster: str | None
    tags: tuple[str, ...]
    at: str
    answer_outcome: AnswerOutcome
    answer_empty: bool
    answer_latency_ms: int
    contexts: int | None
    model: str
    commitments: Mapping[str, JsonValue]
    verdicts: tuple[Verdict, ...]  # reason "" here: texts live in the payload
    language: str | None = None  # ISO 639-1 or `und`; None in logs of older versions


@dataclass(frozen=True, kw_only=True)
class Payload:
    """One line of `payloads.jsonl`: the texts of a row, or the time at which they were erased."""

    id: str
    repeat: int
    erased: str | None = None
    salt: str = ""  # 64 hex digits
    question: str = ""
    answer: str = ""
    contexts: tuple[str, ...] | None = None
    reference: str | None = None
    answer_reason: str = ""
    reasons: Mapping[str, str] | None = None  # metric → the judge's reason


@dataclass(frozen=True, kw_only=True)
class Completeness:
    """The plan against the rows."""

    outcome: RunOutcome
    expected: int  # rows × repeats
    found: int
    reason: str  # "" when complete
