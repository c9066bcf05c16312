"""What evidence states, in the one form that gates, statuses and documents read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

__all__ = ["CLOCKS_APART", "Conclusion", "EvidenceOrigin", "Fact", "FactStanding"]


class EvidenceOrigin(StrEnum):
    """Who handed evidence to the record: what the record knows, not what the evidence says of itself."""

    CI = "ci"  # the token of a service account
    PERSON = "person"


CLOCKS_APART: Final = timedelta(minutes=5)  # between the machine that measured and the one that looks
# Kinds whose facts come from asking one version of the application.
_OF_A_VERSION: Final = frozenset({"metric", "suite", "run_log", "evaluation_set", "lineage"})


class Conclusion(StrEnum):
    """What a piece of evidence says of itself, where it is a check with an end of its own."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    INCONCLUSIVE = "inconclusive"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


class FactStanding(StrEnum):
    """How far a piece of evidence has come with people."""

    RECORDED = "recorded"  # measured by the product itself: nobody has to accept it
    SUBMITTED = "submitted"  # waits for somebody else than its submitter
    ACCEPTED = "accepted"
    RETURNED = "returned"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One thing that one piece of evidence states."""

    evidence: str  # id
    seq: int  # of the newest entry about it
    system: str
    kind: str  # risks.EvidenceKind
    of: str  # metric, suite, filter, check or document: `risks.Ask.of`
    subject: str  # the run, scan or file that it comes from
    digest: str  # of that
    origin: EvidenceOrigin
    submitter: str  # pseudonym
    issued_at: str  # when it was measured or signed, not when it was handed in
    expires_at: str | None
    standing: FactStanding
    conclusion: Conclusion | None  # None: held against the numbers below
    value: Decimal | None = None
    lower: Decimal | None = None  # 95 % interval
    upper: Decimal | None = None
    n: int = 0  # rows behind the numbers
    failures: int = 0  # rows that were asked and have no number
    open_findings: int | None = None  # of an imported report: those that nobody settled; None where it lists none
    by_severity: Mapping[str, int] = field(default_factory=dict)  # of the open findings; none at zero

    @property
    def is_of_a_version(self) -> bool:
        """Whether it comes from asking one version of the application, and says nothing of another."""
        return self.kind in _OF_A_VERSION
