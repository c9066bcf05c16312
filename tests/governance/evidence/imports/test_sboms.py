"""CycloneDX: what a bill of materials states, and when its vulnerabilities are a scan."""

from typing import Any

import pytest

from assay.kernel import InputError
from governance.evidence import Conclusion
from governance.evidence.imports import Severity
from risks import EvidenceKind, framework
from tests.governance.evidence.imports.samples import bom, only, read, stated

LIBRARY = {"name": "pydantic", "version": "2.0", "bom-ref": "p"}


@pytest.mark.parametrize("version", ["1.4", "1.5", "1.6", "1.7"])
def test_a_bill_counts_components_at_every_depth(version: str) -> None:
    """Nested components and models are counted; a bill of packages that names no model says so."""
    nested = {"name": "app", "version": "1", "components": [LIBRARY]}
    report = read(bom(nested, specVersion=version))
    bill = report.statements[0]

    assert (bill.kind, bill.n, bill.conclusion) == (EvidenceKind.SBOM, 2, Conclusion.SATISFIED)
    assert report.notes == ("the bill lists no machine-learning model",)
    assert read(bom({"name": "qwen", "type": "machine-learning-model", "version": "1"})).notes == ()


@pytest.mark.parametrize(
    ("subject", "of"),
    [
        ({"type": "application"}, "packages and models of the system"),
        ({"type": "container"}, "image that the workloads run on"),
    ],
)
def test_a_bill_is_named_as_the_rules_of_evidence_ask_for_it(subject: dict[str, Any], of: str) -> None:
    """A container's bill is the image's, any other the system's; both names stand in the rules."""
    found = only(bom(LIBRARY, metadata={"component": {"name": "x", **subject}}))
    asked = {ask.of for rule in framework().rules for ask in rule.evidence if ask.kind is EvidenceKind.SBOM}

    assert found.of == of
    assert of in asked


@pytest.mark.parametrize("components", [(), ({"name": "nameless"},)])
def test_a_bill_of_nothing_that_can_be_identified_states_nothing(components: tuple[dict[str, Any], ...]) -> None:
    """No component, or none with a version, hash or package URL, is inconclusive."""
    assert only(bom(*components)).conclusion is Conclusion.INCONCLUSIVE


def test_vulnerabilities_are_counted_for_each_component_that_they_affect() -> None:
    """One advisory in two packages is two findings, and the packages are named."""
    other = {"name": "requests", "version": "1", "bom-ref": "r"}
    advisory = {
        "id": "CVE-1",
        "ratings": [{"severity": "medium"}, {"score": 9.1, "method": "CVSSv31"}],
        "affects": [{"ref": "p"}, {"ref": "r"}],
    }
    found = stated(read(bom(LIBRARY, other, vulnerabilities=[advisory])), "open_findings")

    assert (found.kind, found.open_findings) == (EvidenceKind.VULNERABILITY_SCAN, 2)
    assert found.by_severity == {Severity.CRITICAL: 2}
    assert {one.package for one in found.findings} == {"pydantic", "requests"}


@pytest.mark.parametrize(
    ("vulnerability", "is_open"),
    [
        ({"analysis": {"state": "not_affected"}}, False),
        ({"analysis": {"state": "false_positive"}}, False),
        ({"analysis": {"state": "resolved"}}, False),
        ({"analysis": {"state": "in_triage"}}, True),
        ({"analysis": {"state": "exploitable"}}, True),
        ({"affects": [{"ref": "p", "versions": [{"version": "1", "status": "unaffected"}]}]}, False),
        ({}, True),
    ],
)
def test_an_analysis_settles_a_vulnerability(vulnerability: dict[str, Any], is_open: bool) -> None:  # noqa: FBT001  # a row of the table
    """Only states that say why it does not matter settle it; without severity it is unknown and open."""
    found = stated(read(bom(LIBRARY, vulnerabilities=[{"id": "CVE-1", **vulnerability}])), "open_findings")
    assert (found.open_findings, found.settled) == ((1, 0) if is_open else (0, 1))
    assert found.by_severity == ({Severity.UNKNOWN: 1} if is_open else {})


def test_an_empty_list_of_vulnerabilities_is_no_scan() -> None:
    """Tools write it whether or not they looked; the report then states the bill alone, and says so."""
    report = read(bom(LIBRARY, vulnerabilities=[]))
    assert [one.kind for one in report.statements] == [EvidenceKind.SBOM]
    assert "not read as a scan" in report.notes[-1]


@pytest.mark.parametrize(
    ("tools", "tool"),
    [
        ([{"name": "trivy", "version": "0.58"}], "trivy"),
        ({"components": [{"name": "syft", "version": "1"}]}, "syft"),
        (None, None),
    ],
)
def test_both_shapes_of_tools_are_read(tools: object, tool: str | None) -> None:
    """A list up to 1.4, an object of components since 1.5."""
    report = read(bom(LIBRARY, metadata={"tools": tools, "timestamp": "2026-11-20T10:00:00"}))
    assert report.tool == tool
    assert report.issued_at is not None
    assert "no zone" in report.notes[0]


def test_other_versions_are_refused() -> None:
    """1.3 has another shape, and 2.0 is not out."""
    with pytest.raises(InputError, match="specVersion: expected one of"):
        read(bom(LIBRARY, specVersion="1.3"))
