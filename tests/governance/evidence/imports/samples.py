"""Small reports, written by program in the shape of each tool's own."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from governance.evidence.imports import ImportedReport, Statement, read_report

__all__ = [
    "bom",
    "deepeval_run",
    "garak_report",
    "json_bytes",
    "junit",
    "only",
    "pip_audit",
    "promptfoo_results",
    "ragas_csv",
    "read",
    "sarif",
    "sarif_run",
    "stated",
]

CLEAN = {"executionSuccessful": True, "endTimeUtc": "2026-11-20T10:00:00Z"}


def json_bytes(value: object) -> bytes:
    """Write JSON as tools do."""
    return json.dumps(value).encode()


def read(report: object, *, format: str | None = None) -> ImportedReport:  # noqa: A002  # as the door names it
    """Read a report from bytes, or from a value that is written as JSON first."""
    return read_report(report if isinstance(report, bytes) else json_bytes(report), name="report", format=format)


def stated(report: ImportedReport, of: str) -> Statement:
    """Return the one statement of that name."""
    return next(one for one in report.statements if one.of == of)


def only(report: object) -> Statement:
    """Read a report and return its first statement, which is of the whole."""
    return read(report).statements[0]


def junit(cases: str, *, attributes: str = "", name: str = "pytest") -> bytes:
    """One suite with the test cases given as XML."""
    return f'<testsuites><testsuite name="{name}" {attributes}>{cases}</testsuite></testsuites>'.encode()


def sarif(*runs: Mapping[str, Any], version: str = "2.1.0") -> dict[str, Any]:
    """Write a log of runs."""
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": version, "runs": list(runs)}


def sarif_run(
    *results: Mapping[str, Any],
    tool: str = "Trivy",
    rules: Sequence[Mapping[str, Any]] = (),
    invocations: Sequence[Mapping[str, Any]] = (CLEAN,),
    **more: object,
) -> dict[str, Any]:
    """One run; each result gets the message that the standard asks for."""
    driver = {"name": tool, "semanticVersion": "0.58.1", "rules": list(rules)}
    listed = [{"message": {"text": "secret words"}, **result} for result in results]
    return {"tool": {"driver": driver}, "results": listed, "invocations": list(invocations), **more}


def bom(*components: Mapping[str, Any], **more: object) -> dict[str, Any]:
    """Write a bill of materials."""
    listed = [{"type": "library", **component} for component in components]
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": listed, **more}


def pip_audit(*packages: Mapping[str, Any], fixes: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Write a report of pip-audit 2."""
    return {"dependencies": list(packages), "fixes": list(fixes)}


def garak_report(
    *rows: Mapping[str, Any], setup: Mapping[str, Any] | None = None, ended: bool = True, old: bool = False
) -> bytes:
    """Write a report of garak, of today's or of the former layout."""
    begun = {"entry_type": "init", "garak_version": "0.13.1", "start_time": "2026-11-20T10:00:00.5", "run": "r1"}
    first = {"entry_type": "start_run setup", "_config.version": "0.13.1", "run.eval_threshold": 0.5, **(setup or {})}
    last = {"entry_type": "completion", "end_time": "2026-11-20T11:00:00", "run": "r1"}
    listed = [begun, *rows] if old else [first, begun, *rows]
    return b"".join(json_bytes(row) + b"\n" for row in [*listed, *([last] if ended else [])])


def promptfoo_results(*rows: Mapping[str, Any], stats: Mapping[str, int] | None = None) -> dict[str, Any]:
    """Results of promptfoo with a summary of version 3."""
    listed = [{"testIdx": index, "promptIdx": 0, **row} for index, row in enumerate(rows)]
    counted = stats or {"successes": len(rows), "failures": 0, "errors": 0}
    summary = {
        "version": 3,
        "timestamp": "2026-11-20T10:00:00.000Z",
        "prompts": [],
        "results": listed,
        "stats": counted,
    }
    return {"evalId": "e1", "results": summary, "config": {}, "metadata": {"promptfooVersion": "0.119.0"}}


def deepeval_run(*cases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Write a test run of deepeval; each case is its metrics."""
    listed = [
        {
            "name": "test",
            "input": "secret",
            "success": all(one.get("success", True) for one in case),
            "metricsData": case,
        }
        for case in cases
    ]
    return {"testCases": listed, "conversationalTestCases": [], "metricsScores": [], "testPassed": len(listed)}


def ragas_csv(*rows: str, header: str = "user_input,retrieved_contexts,response,faithfulness") -> bytes:
    """Write a table as pandas does."""
    return ("\n".join([header, *rows]) + "\n").encode()
