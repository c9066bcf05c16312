"""Documents and reports for tests of evidence."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from governance.evidence import Conclusion, Stated, SubmissionDraft

EXPIRES = datetime(2026, 12, 1, tzinfo=UTC)


def document(data: bytes = b"what to do", **changes: object) -> SubmissionDraft:
    """Return a plain document that states there is an incident plan."""
    made = SubmissionDraft(
        system="default",
        data=data,
        name="plan.pdf",
        stated=(Stated(kind="document", of="incident plan", conclusion=Conclusion.SATISFIED),),
        expires_at=EXPIRES,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields by name


def report(data: bytes = b"{}", *, open_findings: int = 0, **changes: object) -> SubmissionDraft:
    """Return a scanner's report with a number and so many open findings."""
    stated = Stated(
        kind="vulnerability_scan",
        of="trivy",
        conclusion=Conclusion.NOT_SATISFIED if open_findings else Conclusion.SATISFIED,
        value=Decimal("0.50"),
        lower=Decimal("0.4"),
        upper=Decimal("0.6"),
        n=10,
        failures=1,
        open_findings=open_findings,
        by_severity={"high": open_findings},
    )
    made = SubmissionDraft(
        system="default", data=data, name="trivy.sarif", stated=(stated,), format="sarif", tool="trivy"
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields by name
