"""What is kept for how long, holds that keep it longer, and erasures."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Erasure", "ErasureDraft", "ErasureGround", "ErasureSubject", "Hold", "HoldScope", "RetentionClass"]


class HoldScope(StrEnum):
    """What a hold covers."""

    ALL = "all"
    SYSTEM = "system"
    RUN = "run"
    PERSON = "person"


class ErasureSubject(StrEnum):
    """What was asked to be erased."""

    PERSON = "person"  # somebody who uses this store
    RUN = "run"  # all texts of a run
    ROW = "row"  # the texts of one row, in all its repeats
    EVIDENCE = "evidence"  # a file that was handed in, with what people said of it
    TEXT = "text"  # every place that holds a text, such as a name


class ErasureGround(StrEnum):
    """Why something is erased; closed, so that no free text gets into the ledger."""

    REQUEST = "request"  # by the person concerned, GDPR Article 17(1)
    WITHDRAWN_CONSENT = "withdrawn_consent"
    COURT_ORDER = "court_order"
    MISTAKE = "mistake"  # it should never have been here
    RETENTION_END = "retention_end"


@dataclass(frozen=True, kw_only=True)
class RetentionClass:
    """A kind of data and how long it has to be kept at least."""

    id: str
    what: str
    least_days: int
    begins: str
    ground: str
    articles: tuple[str, ...]
    configured_days: int | None = None  # what a workspace says; None: nothing

    @property
    def kept_days(self) -> int:
        """How long it is kept here."""
        return self.least_days if self.configured_days is None else self.configured_days


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A legal hold: what it covers is erased by nobody until it is lifted."""

    id: str
    scope_type: HoldScope
    scope: str  # "" for everything
    placed_at: str
    lifted_at: str | None
    reason: str | None  # None where it was erased


@dataclass(frozen=True, kw_only=True)
class ErasureDraft:
    """What was erased, or is about to be, before it is recorded."""

    subject_type: ErasureSubject
    subject: str  # a pseudonym, never the data
    ground: ErasureGround
    places: Mapping[str, int]  # where → how many
    withheld: Mapping[str, int]  # what a hold keeps: where → how many
    payloads: tuple[int, ...]  # entries whose payloads go with the recording
    originals: tuple[str, ...] = ()  # digests of files of evidence that go with it
    names: tuple[str, ...] = ()  # pseudonyms of the names of documents that go with it

    @property
    def is_of_store(self) -> bool:
        """Whether something of the record goes, and not of a workspace's files alone."""
        return bool(self.payloads or self.originals or self.names)


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """An erasure and where the ledger holds it."""

    id: str
    seq: int
    subject_type: ErasureSubject
    subject: str
    ground: ErasureGround
    places: Mapping[str, int]
    withheld: Mapping[str, int]
    backups_until: str | None  # None: nobody told when copies expire
    recorded_at: str
