"""pip-audit's JSON: known vulnerabilities of Python packages.

Rules of this place: pip-audit names no severity, so each is unknown and open; a package that it skipped was not
audited, and then the report does not say that nothing is open. Descriptions are not read.
"""

from governance.evidence._types import Conclusion
from governance.evidence.imports._bytes import too_many
from governance.evidence.imports._findings import OPEN_FINDINGS, Tally
from governance.evidence.imports._names import clean_name
from governance.evidence.imports._node import Node
from governance.evidence.imports._types import ImportedReport, ReportFormat, Severity
from governance.evidence.imports._words import findings_in_words

__all__ = ["knows", "read"]


def knows(top: Node) -> bool:
    """Whether a document has the shape: packages with `vulns` or `skip_reason`, in a list (before 2.0) or an object."""
    packages = top.value.get("dependencies") if isinstance(top.value, dict) else top.value
    if not isinstance(packages, list):
        return False
    if not packages:  # an empty list could be anything's
        return top.has("fixes")
    return all(isinstance(one, dict) and "name" in one and ("vulns" in one or "skip_reason" in one) for one in packages)


def read(top: Node) -> ImportedReport:
    """Return what was found as `open_findings`."""
    tally = Tally()
    packages = top.get("dependencies") if isinstance(top.value, dict) else top
    for package in packages.items():
        tally.examined += 1
        too_many(tally.examined, top.file)
        _take(package, tally)
    skipped, fixed = tally.failures, len(list(top.get("fixes").items())) if isinstance(top.value, dict) else 0
    if skipped or not tally.examined:
        tally.conclusion = Conclusion.INCONCLUSIVE
    found = tally.statement(OPEN_FINDINGS)
    return ImportedReport(
        format=ReportFormat.PIP_AUDIT,
        tool="pip-audit",
        tool_version=None,
        issued_at=None,
        statements=(found,),
        summary=f"{tally.examined} packages, {skipped} skipped: {findings_in_words(found)}",
        notes=_notes(tally.examined, skipped, fixed),
    )


def _take(package: Node, tally: Tally) -> None:
    name = clean_name(package.get("name").needed_text())
    if package.get("skip_reason").given or not package.get("vulns").given:
        tally.failures += 1
        return
    for vulnerability in package.get("vulns").items():
        rule = clean_name(vulnerability.get("id").needed_text())
        tally.open[rule, name, Severity.UNKNOWN] += 1


def _notes(examined: int, skipped: int, fixed: int) -> tuple[str, ...]:
    notes = []
    if not examined:
        notes.append("no package was audited")
    if skipped:
        notes.append(f"{skipped} packages were skipped; audit a requirements file with -r to name them all")
    if fixed:
        notes.append(f"{fixed} packages were changed by --fix; audit again to show that nothing is left")
    return tuple(notes)
