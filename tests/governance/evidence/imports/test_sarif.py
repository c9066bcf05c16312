"""SARIF: what is open, what is settled, how grave it is, and when an empty list says something."""

from typing import Any

import pytest

from assay.kernel import InputError
from governance.evidence import Conclusion
from governance.evidence.imports import Severity, read_report
from tests.governance.evidence.imports.samples import json_bytes, only, read, sarif, sarif_run, stated


def test_findings_of_several_tools_are_stated_together_and_apart() -> None:
    """`open_findings` is what rules of evidence ask for; each tool has its own beside it."""
    report = read(sarif(sarif_run({"ruleId": "CVE-1"}), sarif_run(tool="Semgrep OSS")))

    assert stated(report, "open_findings").conclusion is Conclusion.NOT_SATISFIED
    assert stated(report, "trivy:open_findings").open_findings == 1
    assert stated(report, "semgrep-oss:open_findings").conclusion is Conclusion.SATISFIED
    assert report.tool == "Trivy, Semgrep OSS"
    assert report.issued_at is not None
    assert report.issued_at.isoformat() == "2026-11-20T10:00:00+00:00"


def test_a_report_of_many_tools_names_the_first_of_them() -> None:
    """What names a report fits on a line, however many runs it holds."""
    report = read(sarif(*(sarif_run(tool=f"tool{number}") for number in range(7))))
    assert report.tool == "tool0, tool1, tool2, tool3, tool4 and 2 more"
    assert report.tool_version == "0.58.1"


@pytest.mark.parametrize(
    ("result", "rule", "severity"),
    [
        ({"level": "error"}, {}, Severity.HIGH),
        ({"level": "error"}, {"properties": {"security-severity": "9.8"}}, Severity.CRITICAL),
        ({"properties": {"security-severity": 4.0}}, {"properties": {"security-severity": "9.8"}}, Severity.MEDIUM),
        ({"level": "error"}, {"properties": {"tags": ["vulnerability", "CRITICAL"]}}, Severity.CRITICAL),
        ({"level": "error"}, {"properties": {"tags": ["info"]}}, Severity.HIGH),
        ({"level": "error"}, {"properties": {"security-severity": True}}, Severity.HIGH),
        ({"level": "error"}, {"properties": {"tags": ["LOW"], "security-severity": "7.0"}}, Severity.HIGH),
        ({}, {"defaultConfiguration": {"level": "note"}}, Severity.LOW),
        ({}, {}, Severity.MEDIUM),
        ({"level": "none"}, {}, Severity.INFO),
        ({"level": "dreadful"}, {}, Severity.UNKNOWN),
        ({"level": "error"}, {"properties": {"security-severity": "unheard of"}}, Severity.HIGH),
        ({"level": "error"}, {"properties": {"security-severity": "NaN"}}, Severity.HIGH),
    ],
)
def test_severity_is_the_score_then_the_level(result: dict[str, Any], rule: dict[str, Any], severity: Severity) -> None:
    """A score of the result outranks its rule's, and that the graver of tag and level; unknown stays open."""
    found = only(sarif(sarif_run({"ruleId": "R1", **result}, rules=[{"id": "R1", **rule}])))
    assert found.by_severity == {severity: 1}
    assert found.conclusion is Conclusion.NOT_SATISFIED


def test_a_rule_is_found_by_index_in_an_extension() -> None:
    """CodeQL keeps its rules in packs: the reference names the component and the index there."""
    run = sarif_run({"rule": {"index": 0, "toolComponent": {"index": 0}}}, tool="CodeQL")
    run["tool"]["extensions"] = [
        {"name": "pack", "rules": [{"id": "py/x", "properties": {"security-severity": "7.5"}}]}
    ]
    found = only(sarif(run))
    assert found.findings[0].rule == "py/x"
    assert found.by_severity == {Severity.HIGH: 1}


@pytest.mark.parametrize(
    ("result", "is_open"),
    [
        ({"suppressions": [{"kind": "external"}]}, False),
        ({"suppressions": [{"kind": "inSource", "status": "accepted"}]}, False),
        ({"suppressions": [{"kind": "external", "status": "underReview"}]}, True),
        ({"suppressions": [{"status": "accepted"}, {"status": "rejected"}]}, True),
        ({"suppressions": []}, True),
        ({"kind": "pass"}, False),
        ({"kind": "notApplicable"}, False),
        ({"kind": "open"}, True),
        ({"kind": "review"}, True),
        ({"baselineState": "absent"}, False),
        ({"baselineState": "unchanged"}, True),
    ],
)
def test_only_what_somebody_settled_is_settled(result: dict[str, Any], is_open: bool) -> None:  # noqa: FBT001  # a row of the table
    """Accepted suppressions, passes and what is gone are counted apart; what a baseline knew is still there."""
    found = only(sarif(sarif_run({"ruleId": "R1", **result})))
    assert (found.open_findings, found.settled) == ((1, 0) if is_open else (0, 1))
    assert found.conclusion is (Conclusion.NOT_SATISFIED if is_open else Conclusion.SATISFIED)


@pytest.mark.parametrize(
    ("runs", "conclusion"),
    [
        ([sarif_run()], Conclusion.SATISFIED),
        ([], Conclusion.INCONCLUSIVE),
        ([sarif_run(invocations=[])], Conclusion.SATISFIED),
        ([sarif_run(invocations=[{}])], Conclusion.INCONCLUSIVE),
        ([sarif_run(results=None)], Conclusion.INCONCLUSIVE),
        ([sarif_run(invocations=[{"executionSuccessful": False}])], Conclusion.ERROR),
        ([sarif_run({"kind": "pass"}, invocations=[{"executionSuccessful": False}])], Conclusion.ERROR),
        ([sarif_run(), sarif_run(invocations=[])], Conclusion.SATISFIED),
        ([sarif_run(), sarif_run(results=None, invocations=[])], Conclusion.INCONCLUSIVE),
        ([sarif_run(externalPropertyFileReferences={"results": [{}]})], Conclusion.INCONCLUSIVE),
        (
            [
                sarif_run(
                    invocations=[{"executionSuccessful": True, "toolExecutionNotifications": [{"level": "error"}]}]
                )
            ],
            Conclusion.INCONCLUSIVE,
        ),
    ],
)
def test_nothing_found_is_clean_only_where_the_tool_says_that_it_looked(
    runs: list[dict[str, Any]], conclusion: Conclusion
) -> None:
    """No run, no sign of success, a failed run or results that lie elsewhere never satisfy."""
    report = read(sarif(*runs))
    assert report.statements[0].conclusion is conclusion
    assert bool(report.notes) == (conclusion is not Conclusion.SATISFIED)


def test_findings_of_a_failed_run_still_count() -> None:
    """What was found before the tool broke down is not forgotten."""
    found = only(sarif(sarif_run({"ruleId": "R"}, invocations=[{"executionSuccessful": False}])))
    assert found.conclusion is Conclusion.NOT_SATISFIED


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (sarif(version="2.0.0"), r"version: expected SARIF 2\.1\.0"),
        (sarif({"tool": {"driver": {}}}), r"runs\[0\]\.tool\.driver\.name: expected a text"),
        (sarif(sarif_run(tool="assay gate")), "a gate's own document"),
        (sarif(sarif_run({"ruleId": 5})), r"runs\[0\]\.results\[0\]\.ruleId: expected a text, got a number"),
        (sarif(sarif_run(suppressions=1, results="x")), r"runs\[0\]\.results: expected a list, got a text"),
    ],
)
def test_a_malformed_log_is_refused_by_place(report: dict[str, Any], words: str) -> None:
    """The message says file, place, what was expected and the kind of what was there."""
    with pytest.raises(InputError, match=words):
        read(report)


def test_words_of_the_report_stay_in_it() -> None:
    """Messages and snippets appear nowhere; ids are stripped of what cannot be seen."""
    result = {"ruleId": "R\u001b[31m\u202e1\n", "locations": [{"snippet": {"text": "secret words"}}]}
    report = read_report(json_bytes(sarif(sarif_run(result))), name="\u001b[2Jr.sarif")
    assert "secret" not in repr(report)
    assert report.statements[0].findings[0].rule == "R[31m1"
