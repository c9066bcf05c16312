"""CycloneDX 1.4 to 1.7 in JSON: a bill of materials, of software or of models, and what it says of vulnerabilities.

Rules of this place: a bill that lists nothing, or nothing that could be identified, states nothing; a vulnerability is
open unless its analysis settled it; an empty list of vulnerabilities is no scan, for tools write it without looking.
"""

from collections.abc import Iterator
from typing import Final

from assay.kernel import InputError
from governance.evidence._types import Conclusion
from governance.evidence.imports._bytes import too_many
from governance.evidence.imports._findings import OPEN_FINDINGS, Tally
from governance.evidence.imports._names import clean_name
from governance.evidence.imports._node import Node
from governance.evidence.imports._severity import by_score, by_word, worst
from governance.evidence.imports._times import oldest
from governance.evidence.imports._types import ImportedReport, ReportFormat, Severity, Statement
from governance.evidence.imports._words import findings_in_words
from risks import EvidenceKind

__all__ = ["IMAGE", "PACKAGES", "knows", "read"]

VERSIONS: Final = ("1.4", "1.5", "1.6", "1.7")
IMAGE: Final = "image that the workloads run on"  # both are names that rules of evidence ask for
PACKAGES: Final = "packages and models of the system"
_IMAGES: Final = frozenset({"container", "operating-system"})
_MODEL: Final = "machine-learning-model"
_SETTLED: Final = frozenset({"resolved", "resolved_with_pedigree", "false_positive", "not_affected"})
_IDENTITY: Final = ("purl", "cpe", "swid", "hashes", "version", "swhid", "omniborId")
_SCORED: Final = ("CVSSv3", "CVSSv31", "CVSSv4")


def knows(top: Node) -> bool:
    """Whether a document says that it is CycloneDX, of whatever version."""
    return isinstance(top.value, dict) and top.value.get("bomFormat") == "CycloneDX"


def read(top: Node) -> ImportedReport:
    """Return the bill as evidence of its kind, and its vulnerabilities, where it lists any, as `open_findings`."""
    if top.get("specVersion").text() not in VERSIONS:
        raise InputError(
            f"{top.file}, specVersion: expected one of {', '.join(VERSIONS)}",
            hint="convert the bill of materials to 1.6",
        )
    names: dict[str, str] = {}
    bill, models = _bill(top, names)
    scan = _scan(top, names)
    tool, version = _tool(top.get("metadata").get("tools"))
    issued_at, notes = oldest([top.get("metadata").get("timestamp").text()])
    said = f"{bill.n} components, {models} of them models, {bill.failures} without version, hash or package URL"
    return ImportedReport(
        format=ReportFormat.CYCLONEDX,
        tool=tool,
        tool_version=version,
        issued_at=issued_at,
        statements=(bill,) if scan is None else (bill, scan),
        summary=said if scan is None else f"{said}; {findings_in_words(scan)}",
        notes=notes + _notes(bill, models, top),
    )


def _bill(top: Node, names: dict[str, str]) -> tuple[Statement, int]:
    """Return the bill and how many models it lists; note the name of each component under its reference."""
    listed = nameless = models = 0
    for component in _components(top):
        listed += 1
        too_many(listed, top.file)
        name = clean_name(component.get("name").needed_text())
        reference = component.get("bom-ref").text()
        if reference:
            names[reference] = name
        models += component.get("type").text() == _MODEL
        nameless += not any(component.get(field).value for field in _IDENTITY)
    subject = top.get("metadata").get("component")
    if subject.get("bom-ref").text():
        names[subject.get("bom-ref").needed_text()] = clean_name(subject.get("name").needed_text())
    bill = Statement(
        kind=EvidenceKind.SBOM,
        of=IMAGE if subject.get("type").text() in _IMAGES else PACKAGES,
        conclusion=Conclusion.SATISFIED if listed > nameless else Conclusion.INCONCLUSIVE,
        n=listed,
        failures=nameless,
    )
    return bill, models


def _components(top: Node) -> Iterator[Node]:
    """Iterate over all components, those inside of others too."""
    waiting = [top]
    while waiting:
        for component in waiting.pop().get("components").items():
            waiting.append(component)
            yield component


def _scan(top: Node, names: dict[str, str]) -> Statement | None:
    tally = Tally()
    for vulnerability in top.get("vulnerabilities").items():
        _take(vulnerability, names, tally)
        too_many(tally.examined, top.file)
    return tally.statement(OPEN_FINDINGS) if tally.examined else None


def _take(vulnerability: Node, names: dict[str, str], tally: Tally) -> None:
    """Count a vulnerability once for each component that it affects."""
    rule = clean_name(vulnerability.get("id").text() or "no id")
    ratings = list(vulnerability.get("ratings").items())
    severity = worst(_rating(rating) for rating in ratings)
    settled = vulnerability.get("analysis").get("state").text() in _SETTLED
    affected = list(vulnerability.get("affects").items())
    tally.examined += max(1, len(affected))
    for one in affected:
        if settled or _unaffected(one):
            tally.settled += 1
        else:
            tally.open[rule, names.get(one.get("ref").text() or ""), severity] += 1
    if not affected and settled:
        tally.settled += 1
    elif not affected:
        tally.open[rule, None, severity] += 1


def _unaffected(affected: Node) -> bool:
    states = [version.get("status").text() for version in affected.get("versions").items()]
    return bool(states) and all(state == "unaffected" for state in states)


def _rating(rating: Node) -> Severity | None:
    """Return the severity of one rating: its word, or its score where that is of CVSS 3 or 4."""
    word = by_word(rating.get("severity").text())
    if word not in {None, Severity.UNKNOWN}:
        return word
    return by_score(rating.get("score").number()) if rating.get("method").text() in _SCORED else None


def _tool(tools: Node) -> tuple[str | None, str | None]:
    """Return the first tool: a list of tools up to 1.4, an object with components since 1.5."""
    found = tools if isinstance(tools.value, list) else tools.get("components")
    for tool in found.items():
        name, version = tool.get("name").text(), tool.get("version").text()
        return clean_name(name) if name else None, clean_name(version) if version else None
    return None, None


def _notes(bill: Statement, models: int, top: Node) -> tuple[str, ...]:
    notes = []
    if not bill.n:
        notes.append("the bill lists no component")
    elif not models and bill.of == PACKAGES:
        notes.append("the bill lists no machine-learning model")
    if any(one.get("aggregate").text() not in {None, "complete"} for one in top.get("compositions").items()):
        notes.append("the bill says itself that parts of it are not complete")
    if isinstance(top.get("vulnerabilities").value, list) and not top.get("vulnerabilities").value:
        notes.append("its empty list of vulnerabilities is not read as a scan")
    return tuple(notes)
