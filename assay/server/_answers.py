"""What the API answers with: models that describe themselves, made from the record's values.

Rules of this place: numbers are those of the record, as it writes them; people are pseudonymous ids; comments stay
away.
"""

from typing import Any, Self

from pydantic import BaseModel

from assay.kernel import decimal_text
from evaluation.statistics import Estimate
from governance import IngestedRun, LedgerEntry, RecordedDecision, RecordedReport, RecordedRun, RecordedSystem
from governance.approvals import ApprovalRequest, Standing

__all__ = [
    "Approval",
    "ApprovalList",
    "Checkpoint",
    "Consistency",
    "DecisionList",
    "DecisionMade",
    "Entry",
    "EntryList",
    "Pushed",
    "Ready",
    "Report",
    "ReportList",
    "Run",
    "RunList",
    "SystemList",
    "Verification",
]


class EstimateMade(BaseModel):
    """A metric over a run, with its 95 % interval; null: unknown."""

    metric: str
    asked: int
    applicable: int
    scored: int
    failures: dict[str, int]
    mean: str | None
    lower: str | None
    upper: str | None
    worst: str | None
    best: str | None

    @classmethod
    def of(cls, one: Estimate) -> Self:
        """Write numbers as decimal strings."""
        numbers = {name: getattr(one, name) for name in ("mean", "lower", "upper", "worst", "best")}
        return cls(
            metric=one.metric,
            asked=one.asked,
            applicable=one.applicable,
            scored=one.scored,
            failures={str(kind): count for kind, count in one.failures.items()},
            **{name: None if value is None else decimal_text(value, 12) for name, value in numbers.items()},
        )


class Run(BaseModel):
    """A recorded run."""

    run: str
    system: str
    digest: str
    outcome: str
    expected: int
    found: int
    created_at: str
    recorded_at: str
    entry: int
    origin: str
    estimates: list[EstimateMade]

    @classmethod
    def of(cls, one: RecordedRun) -> Self:
        """Leave the plan out: it is in the run log."""
        return cls(
            run=one.run,
            system=one.system,
            digest=one.digest,
            outcome=one.outcome.value,
            expected=one.expected,
            found=one.found,
            created_at=one.created_at,
            recorded_at=one.ingested_at,
            entry=one.seq,
            origin=one.origin.value,
            estimates=[EstimateMade.of(estimate) for estimate in one.estimates],
        )


class RunList(BaseModel):
    """Newest first."""

    runs: list[Run]


class Pushed(BaseModel):
    """What became of a run log."""

    run: str
    digest: str
    outcome: str
    entry: int
    is_new: bool
    checkpoint: str

    @classmethod
    def of(cls, one: IngestedRun) -> Self:
        """Take it over."""
        return cls(
            run=one.run,
            digest=one.digest,
            outcome=one.outcome.value,
            entry=one.seq,
            is_new=one.is_new,
            checkpoint=one.checkpoint,
        )


class DecisionMade(BaseModel):
    """The document of `assay gate --json`, and where the record has it."""

    model_config = {"extra": "allow"}

    id: str
    system: str
    run: str
    outcome: str
    exit_code: int
    ledger_entry: int

    @classmethod
    def of(cls, one: RecordedDecision) -> Self:
        """Put the document beside its place."""
        document: dict[str, Any] = dict(one.decision.as_json())
        return cls(
            **{
                **document,
                "id": one.id,
                "system": one.system,
                "exit_code": one.decision.outcome.exit_code,
                "ledger_entry": one.seq,
            }
        )


class DecisionList(BaseModel):
    """Newest first."""

    decisions: list[DecisionMade]


class Report(BaseModel):
    """What is recorded of a document."""

    id: str
    kind: str
    format: str
    system: str
    subject: str
    digest: str
    as_of: int
    built_at: str
    entry: int

    @classmethod
    def of(cls, one: RecordedReport) -> Self:
        """Take it over."""
        built = one.report
        return cls(
            id=one.id,
            kind=built.kind,
            format=built.format,
            system=built.system,
            subject=built.subject,
            digest=built.digest,
            as_of=built.as_of,
            built_at=one.built_at,
            entry=one.seq,
        )


class ReportList(BaseModel):
    """Newest first."""

    reports: list[Report]


class SystemFound(BaseModel):
    """What is governed."""

    id: str
    name: str
    entry: int

    @classmethod
    def of(cls, one: RecordedSystem) -> Self:
        """Take it over."""
        return cls(id=one.id, name=one.name, entry=one.seq)


class SystemList(BaseModel):
    """By their ids."""

    systems: list[SystemFound]


class Checkpoint(BaseModel):
    """The newest signed checkpoint, and the key to check it with."""

    origin: str
    size: int
    root: str
    checkpoint: str
    vkey: str


class Consistency(BaseModel):
    """That the ledger begins with its own first entries; base64 hashes."""

    old_size: int
    size: int
    path: list[str]
    checkpoint: str


class Entry(BaseModel):
    """An entry of the ledger; `body` are the bytes that are hashed."""

    seq: int
    at: str
    action: str
    actor: str
    role: str
    subject_type: str
    subject: str
    digest: str | None
    leaf: str
    body: str

    @classmethod
    def of(cls, one: LedgerEntry) -> Self:
        """Take it over."""
        return cls(
            seq=one.seq,
            at=one.at,
            action=one.action,
            actor=one.actor.id,
            role=one.actor.role,
            subject_type=one.subject.type,
            subject=one.subject.id,
            digest=one.subject.digest,
            leaf=one.leaf,
            body=one.body.decode("utf-8"),
        )


class EntryList(BaseModel):
    """Oldest first; entries that the caller may not read are left out, `next` is where to go on."""

    entries: list[Entry]
    size: int
    next: int | None


class Approval(BaseModel):
    """A request and what became of it so far; comments are shown to people who are signed in."""

    id: str
    purpose: str
    system: str | None
    subject_type: str
    subject: str
    subject_digest: str
    requester: str
    needed: int
    roles: list[str]
    expires_at: str
    entry: int
    state: str
    missing: int
    four_eyes: bool

    @classmethod
    def of(cls, one: Standing) -> Self:
        """Put request and state together."""
        return cls.asked(one.request, state=one.state.value, missing=one.missing, four_eyes=one.four_eyes)

    @classmethod
    def asked(cls, one: ApprovalRequest, *, state: str, missing: int, four_eyes: bool) -> Self:
        """Describe a request."""
        return cls(
            id=one.id,
            purpose=one.purpose.value,
            system=one.system,
            subject_type=one.subject_type,
            subject=one.subject,
            subject_digest=one.subject_digest,
            requester=one.requester,
            needed=one.needed,
            roles=[role.value for role in one.roles],
            expires_at=one.expires_at,
            entry=one.seq,
            state=state,
            missing=missing,
            four_eyes=four_eyes,
        )


class ApprovalList(BaseModel):
    """Newest first."""

    approvals: list[Approval]


class Verification(BaseModel):
    """How a verification ended; `findings` and `notes` are for those who may read the whole store."""

    exit_code: int
    verdict: str
    size: int
    trusted_size: int | None
    findings_total: int
    findings: list[dict[str, Any]] | None
    notes: list[str] | None


class Ready(BaseModel):
    """Whether the server can do its work."""

    ready: bool
    store: bool
    key: bool
    disk: bool
