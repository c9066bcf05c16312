"""pip-audit: known vulnerabilities, packages that were skipped, and reports of nothing."""

from typing import Any

import pytest

from governance.evidence import Conclusion
from governance.evidence.imports import Severity
from tests.governance.evidence.imports.samples import only, pip_audit, read

CLEAN = {"name": "a", "version": "1", "vulns": []}
OPEN = {"name": "b", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"], "description": "secret"}]}


@pytest.mark.parametrize(
    ("packages", "conclusion"),
    [
        ((CLEAN,), Conclusion.SATISFIED),
        ((CLEAN, OPEN), Conclusion.NOT_SATISFIED),
        ((), Conclusion.INCONCLUSIVE),
        ((CLEAN, {"name": "c", "skip_reason": "not on the index"}), Conclusion.INCONCLUSIVE),
        ((OPEN, {"name": "c", "skip_reason": "not on the index"}), Conclusion.NOT_SATISFIED),
    ],
)
def test_only_a_whole_audit_without_findings_satisfies(
    packages: tuple[dict[str, Any], ...], conclusion: Conclusion
) -> None:
    """A skipped package was not audited, and no package is no audit."""
    assert only(pip_audit(*packages)).conclusion is conclusion


def test_a_vulnerability_without_severity_is_unknown_and_open() -> None:
    """pip-audit names no severity; package and advisory are named, the description is not."""
    report = read(pip_audit(OPEN, fixes=[{"name": "b", "old_version": "1", "new_version": "2"}]))
    found = report.statements[0]

    assert found.by_severity == {Severity.UNKNOWN: 1}
    assert (found.findings[0].rule, found.findings[0].package) == ("PYSEC-1", "b")
    assert "audit again" in report.notes[0]
    assert "secret" not in repr(report)


def test_the_former_layout_is_a_list() -> None:
    """Before 2.0 the packages stood at the top."""
    assert only([CLEAN, OPEN]).open_findings == 1
