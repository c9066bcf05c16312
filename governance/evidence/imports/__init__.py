"""Reports of other tools, read into what they state."""

from governance.evidence.imports._read import FORMATS, read_report
from governance.evidence.imports._types import Finding, ImportedReport, ReportFormat, Severity, Statement

__all__ = [
    "FORMATS",
    "Finding",
    "ImportedReport",
    "ReportFormat",
    "Severity",
    "Statement",
    "read_report",
]
