"""What the record hands out: frozen values, read from the store, never rows of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from assay.kernel import JsonValue
from evaluation.calibration import JudgeCard, LabelSet
from evaluation.runs import RunOutcome, RunPlan
from evaluation.scans import ScanRecord
from evaluation.statistics import Estimate
from governance.gate import Decision, EvidenceOrigin
from governance.ledger import Actor, Subject

__all__ = [
    "BuiltReport",
    "ConsistencyProof",
    "ImportedLabels",
    "IngestedRun",
    "LedgerEntry",
    "MirrorTask",
    "Proof",
    "RecordedCard",
    "RecordedCards",
    "RecordedDecision",
    "RecordedReport",
    "RecordedRun",
    "RecordedScan",
    "RecordedSystem",
    "RotationProof",
]

_PROOF_FORMAT: Final = "assay-proof/1"


@dataclass(frozen=True, kw_only=True)
class IngestedRun:
    """What became of a run log that was handed in."""

    run: str
    digest: str
    outcome: RunOutcome
    seq: int  # of the ledger entry that holds it
    is_new: bool  # False where exactly this log was there already
    checkpoint: str  # signed note over the ledger after it


@dataclass(frozen=True, kw_only=True)
class RecordedRun:
    """The newest version of a run, as of the ledger size that was asked for."""

    run: str
    system: str
    digest: str
    outcome: RunOutcome
    expected: int  # rows × repeats
    found: int
    reason: str  # why it is partial, "" when complete
    created_at: str
    ingested_at: str
    plan: RunPlan
    plan_digest: str
    seq: int
    origin: EvidenceOrigin  # who handed it in
    estimates: tuple[Estimate, ...]  # computed once, at ingest


@dataclass(frozen=True, kw_only=True)
class RecordedSystem:
    """What is governed."""

    id: str
    seq: int  # of the entry that registered it
    name: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class RecordedDecision:
    """A gate's decision and where the ledger holds it."""

    id: str
    system: str
    seq: int
    decision: Decision


@dataclass(frozen=True, kw_only=True)
class BuiltReport:
    """A document that was written, before it is recorded."""

    kind: str  # evaluation | …
    format: str  # html | md | …
    system: str
    subject: str  # id of the run or release it is about
    digest: str  # of the document's bytes, tagged
    as_of: int  # ledger size that it shows


@dataclass(frozen=True, kw_only=True)
class RecordedReport:
    """A document and where the ledger holds it."""

    id: str
    seq: int
    built_at: str
    report: BuiltReport


@dataclass(frozen=True, kw_only=True)
class RecordedScan:
    """A scan and where the ledger holds it."""

    seq: int
    digest: str  # of `scan.json`
    recorded_at: str
    scan: ScanRecord


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """One entry of the ledger."""

    seq: int
    at: str
    actor: Actor
    action: str
    subject: Subject
    commitment: str | None
    details: Mapping[str, JsonValue]
    body: bytes  # the canonical bytes that are hashed
    leaf: str  # hex


@dataclass(frozen=True, kw_only=True)
class ConsistencyProof:
    """That the ledger begins with the entries of a checkpoint that somebody kept."""

    checkpoint: str  # signed note
    path: tuple[str, ...]  # base64 hashes


@dataclass(frozen=True, kw_only=True)
class RotationProof:
    """That the key was changed by an entry under a checkpoint that the keys before and after it signed."""

    seq: int
    body: bytes
    path: tuple[str, ...]  # base64 hashes, from the leaf upwards
    checkpoint: str  # signed note


@dataclass(frozen=True, kw_only=True)
class Proof:
    """That an entry is in the ledger: hash the body, fold in the path, compare with the signed root."""

    seq: int | None  # None: only the older checkpoint is proved
    body: bytes
    leaf: str  # hex
    path: tuple[str, ...]  # base64 hashes, from the leaf upwards
    checkpoint: str  # signed note
    vkey: str
    since: ConsistencyProof | None = None
    rotations: tuple[RotationProof, ...] = ()  # oldest first

    def document(self) -> dict[str, JsonValue]:
        """Return what is written to a file; parts that were not asked for are absent."""
        found: dict[str, JsonValue] = {"format": _PROOF_FORMAT, "checkpoint": self.checkpoint, "vkey": self.vkey}
        if self.seq is not None:
            found |= {"seq": self.seq, "body": self.body.decode(), "leaf": self.leaf, "path": list(self.path)}
        if self.since is not None:
            found["since"] = {"checkpoint": self.since.checkpoint, "path": list(self.since.path)}
        found["rotations"] = [
            {"seq": one.seq, "body": one.body.decode(), "path": list(one.path), "checkpoint": one.checkpoint}
            for one in self.rotations
        ]
        return found


@dataclass(frozen=True, kw_only=True)
class MirrorTask:
    """A run that the mirror does not hold yet."""

    run: str
    digest: str
    attempts: int


@dataclass(frozen=True, kw_only=True)
class RecordedCard:
    """A judge card and where the ledger holds it."""

    id: str
    seq: int
    label_set: str
    card: JudgeCard


@dataclass(frozen=True, kw_only=True)
class RecordedCards:
    """Cards that were just recorded, with the labels behind them."""

    label_set: str
    seq: int
    cards: tuple[JudgeCard, ...]


@dataclass(frozen=True, kw_only=True)
class ImportedLabels:
    """What became of labels that people gave to rows of a run."""

    label_set: str
    run: str
    metric: str
    seq: int | None  # None where exactly these labels were there already
    labelled: int  # rows of the run with a label, those of earlier imports included
    missing: int  # labelled rows that are missing until the estimate can be corrected
    estimate: Estimate | None  # the newest version
    sets: tuple[LabelSet, ...]  # all label sets of this run and metric, oldest first
