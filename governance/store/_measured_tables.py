"""The tables of what was measured and decided: systems, runs, scans, labels, evidence, decisions, reports."""

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from governance.store._columns import BIG, stamp

__all__ = [
    "DecisionRow",
    "EstimateRow",
    "EvidenceRow",
    "JudgeCardRow",
    "LabelRow",
    "LabelSetRow",
    "OutboxRow",
    "ReportRow",
    "RunRow",
    "ScanRow",
    "SystemRow",
]


class SystemRow(SQLModel, table=True):
    """A governed system."""

    __tablename__ = "system"
    system: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    name: str
    purpose: str


class RunRow(SQLModel, table=True):
    """A version of a run: longer versions of a partial run come as new rows."""

    __tablename__ = "run"
    run: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    system: str = Field(index=True)
    digest: str = Field(index=True)
    outcome: str
    expected: int
    found: int
    reason: str
    created_at: str
    ingested_at: str
    plan_digest: str
    plan: str = Field(sa_column=Column(Text, nullable=False))  # run.json, byte for byte
    verdicts_size: int = Field(sa_column=Column(BIG, nullable=False))  # bytes of verdicts.jsonl
    verdicts_digest: str


class EstimateRow(SQLModel, table=True):
    """A metric over a version of a run, computed once at ingest."""

    __tablename__ = "estimate"
    run: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    metric: str = Field(primary_key=True)
    asked: int
    applicable: int
    scored: int
    failures: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON: outcome → count
    clusters: int
    mean: str | None
    lower: str | None
    upper: str | None
    worst: str | None
    best: str | None
    method: str
    corrected: str | None = Field(default=None, sa_column=Column(Text))  # canonical JSON, where people labelled rows


class ScanRow(SQLModel, table=True):
    """A version of a scan: a partial one that was gone on with comes as a new row."""

    __tablename__ = "scan"
    scan: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    system: str = Field(index=True)
    digest: str  # of the document
    outcome: str
    rows: int
    source_digest: str
    document: str = Field(sa_column=Column(Text, nullable=False))  # scan.json, byte for byte
    recorded_at: str


class LabelSetRow(SQLModel, table=True):
    """One file of labels, with the rubric that people followed; the texts that were labelled are not here."""

    __tablename__ = "label_set"
    label_set: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    metric: str
    digest: str  # of the file
    rubric: str = Field(sa_column=Column(Text, nullable=False))
    skipped: int
    run_digest: str | None = Field(default=None, index=True)
    sampling: str | None = Field(default=None, sa_column=Column(Text))  # canonical JSON
    recorded_at: str


class LabelRow(SQLModel, table=True):
    """What one person said of one answer."""

    __tablename__ = "label"
    label_set: str = Field(primary_key=True)
    row: str = Field(primary_key=True)
    repeat: int = Field(primary_key=True)
    annotator: str = Field(primary_key=True)  # pseudonym, "" where nobody was named
    seq: int = Field(sa_column=stamp())
    good: int  # 1 or 0
    language: str | None
    probability: str | None  # that the row was drawn; decimal text
    commitment: str | None  # of question and answer, salted


class JudgeCardRow(SQLModel, table=True):
    """What labels say of one judge on one metric in one language; the newest one counts."""

    __tablename__ = "judge_card"
    card: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    judge: str = Field(index=True)  # digest
    metric: str
    language: str
    label_set: str
    document: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON of the card


class EvidenceRow(SQLModel, table=True):
    """Something that a decision may stand on."""

    __tablename__ = "evidence"
    evidence: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    kind: str
    system: str = Field(index=True)
    subject: str
    digest: str
    origin_kind: str
    origin_actor: str
    origin_job: str
    origin_commit: str
    issued_at: str


class DecisionRow(SQLModel, table=True):
    """A gate's decision."""

    __tablename__ = "decision"
    decision: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    system: str = Field(index=True)
    run: str = Field(index=True)
    run_digest: str | None
    outcome: str
    policy: str  # digest
    document: str = Field(sa_column=Column(Text, nullable=False))  # canonical JSON of the decision
    decided_at: str
    release: str | None = Field(default=None, index=True)  # None: about a run alone
    release_digest: str | None = None  # of the release's manifest


class ReportRow(SQLModel, table=True):
    """A document that was built."""

    __tablename__ = "report"
    report: str = Field(primary_key=True)
    seq: int = Field(sa_column=stamp())
    kind: str
    format: str
    system: str
    subject: str  # id of the run or release it is about
    digest: str  # of the document's bytes
    as_of: int  # ledger size that it shows
    built_at: str


class OutboxRow(SQLModel, table=True):
    """Work for the mirror."""

    __tablename__ = "outbox"
    run_digest: str = Field(primary_key=True)
    run: str
    created_at: str
    attempts: int = 0
    error: str = Field(default="", sa_column=Column(Text, nullable=False))
    done_at: str | None = None
    mirrored_as: str | None = None  # MLflow run id
