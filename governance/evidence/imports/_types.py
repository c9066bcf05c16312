"""What an imported report states, once it is read.

Rules of this place: a report that holds nothing states nothing good; what a report says in words stays in the report,
and only counts, rule ids and names of packages, metrics and suites leave it, cleaned of what cannot be seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from governance.evidence._types import Conclusion
from risks import EvidenceKind

__all__ = ["Finding", "ImportedReport", "ReportFormat", "Severity", "Statement"]


class ReportFormat(StrEnum):
    """A format of report that is read here."""

    JUNIT = "junit"
    SARIF = "sarif"
    CYCLONEDX = "cyclonedx"
    PIP_AUDIT = "pip-audit"
    GARAK = "garak"
    PROMPTFOO = "promptfoo"
    RAGAS = "ragas"
    DEEPEVAL = "deepeval"


class Severity(StrEnum):
    """How grave a finding is, worst first; what a report does not say is unknown, and never harmless."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one rule or advisory found, as often as it did."""

    rule: str  # id of the rule or advisory
    package: str | None  # where the report names one
    severity: Severity
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One thing that a report states; `governance.evidence.Fact` has the same fields."""

    kind: EvidenceKind
    of: str
    conclusion: Conclusion | None  # None: a number that is held against somebody's limit
    value: Decimal | None = None
    lower: Decimal | None = None  # 95 % interval
    upper: Decimal | None = None
    n: int = 0  # rows behind the numbers
    failures: int = 0  # rows that were asked and have no number
    open_findings: int | None = None  # None where the report lists no findings
    by_severity: Mapping[Severity, int] = field(default_factory=dict)  # of the open ones, worst first, none at zero
    settled: int = 0  # suppressed, baselined, fixed or passed: shown, and never open
    findings: tuple[Finding, ...] = ()  # the gravest of the open ones; `open_findings` counts all


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportedReport:
    """One report, read whole."""

    format: ReportFormat
    tool: str | None  # as the report names it; None where it names none
    tool_version: str | None
    issued_at: datetime | None  # UTC; the oldest that the report says; None where it says none
    statements: tuple[Statement, ...]  # never empty
    summary: str  # one line for people: counts, and why where the report proves nothing
    notes: tuple[str, ...] = ()  # what a reader should know: a time without zone, attempts that were repeated, …
