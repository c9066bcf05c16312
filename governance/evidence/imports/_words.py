"""Statements in one line for people: counts alone."""

from governance.evidence.imports._types import Statement

__all__ = ["findings_in_words", "rate_in_words"]


def findings_in_words(found: Statement) -> str:
    """Say how many findings are open, how grave they are, and how many are settled."""
    graver = ", ".join(f"{count} {severity}" for severity, count in found.by_severity.items())
    return f"open findings: {found.open_findings}{f' ({graver})' if graver else ''}, settled: {found.settled}"


def rate_in_words(found: Statement) -> str:
    """Say a rate or a mean with its interval and what stands behind it."""
    if found.value is None:
        return f"nothing measured, {found.failures} without a result"
    return f"{found.value} [{found.lower}, {found.upper}] of {found.n}, {found.failures} without a result"
