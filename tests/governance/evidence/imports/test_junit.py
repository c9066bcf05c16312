"""JUnit XML: what counts as passed, failed, missing and nothing at all."""

from datetime import UTC, datetime

import pytest

from assay.kernel import InputError
from governance.evidence import Conclusion
from governance.evidence.imports import read_report
from risks import EvidenceKind
from tests.governance.evidence.imports.samples import junit, only, read, stated

PASSED = '<testcase name="t"/>'
FAILED = '<testcase name="t"><failure message="secret">trace</failure></testcase>'


def test_all_passed_is_satisfied_with_rate_interval_and_time() -> None:
    """Fifty passed tests are a rate of 1 whose interval does not begin at 1; the oldest time counts."""
    report = read(junit(PASSED * 50, attributes='tests="50" timestamp="2026-11-20T10:00:00+01:00"'))
    whole = report.statements[0]

    assert (whole.kind, whole.of, whole.conclusion) == (EvidenceKind.SUITE, "junit", Conclusion.SATISFIED)
    assert whole.value == 1
    assert whole.lower is not None
    assert 0.9 < float(whole.lower) < 1
    assert (whole.n, whole.failures) == (50, 0)
    assert report.issued_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert report.notes == ()
    assert stated(report, "junit:pytest").n == 50


@pytest.mark.parametrize(
    ("cases", "attributes", "conclusion"),
    [
        (PASSED + FAILED, "", Conclusion.NOT_SATISFIED),
        (PASSED + "<testcase><error/></testcase>", "", Conclusion.ERROR),
        (PASSED + "<testcase><flakyFailure/></testcase>", "", Conclusion.NOT_SATISFIED),
        (PASSED + '<testcase status="failed"/>', "", Conclusion.NOT_SATISFIED),
        ("<testcase><skipped/></testcase>", "", Conclusion.INCONCLUSIVE),
        ('<testcase status="notrun"/>', "", Conclusion.INCONCLUSIVE),
        ("", 'tests="0"', Conclusion.INCONCLUSIVE),
        (PASSED, 'tests="2"', Conclusion.INCONCLUSIVE),
        (PASSED, 'tests="1" failures="1"', Conclusion.INCONCLUSIVE),
        (PASSED + "<testcase><skipped/></testcase>", 'tests="2" skipped="1"', Conclusion.SATISFIED),
    ],
)
def test_what_did_not_pass_never_counts_as_passed(cases: str, attributes: str, conclusion: Conclusion) -> None:
    """Failed, broken, flaky, skipped, missing and contradicted tests each keep the suite from being satisfied."""
    assert only(junit(cases, attributes=attributes)).conclusion is conclusion


def test_nested_suites_are_counted_once_whether_or_not_they_add_up() -> None:
    """Some runners count the tests of inner suites in the outer one, some do not; neither means that tests lack."""
    inner = f'<testsuite name="inner" tests="2">{PASSED * 2}</testsuite>'
    for tests in ("1", "3"):
        data = junit(inner + PASSED, attributes=f'tests="{tests}"', name="outer")
        report = read(data)
        assert stated(report, "junit:outer").n == 3
        assert [one.of for one in report.statements] == ["junit", "junit:outer"]


def test_a_report_is_as_old_as_its_oldest_suite() -> None:
    """A fresh suite beside an old one does not make the old one fresh."""
    suites = (
        f'<testsuite timestamp="2026-{month}-01T00:00:00Z"><testcase/></testsuite>' for month in ("11", "02", "07")
    )
    assert read(f"<testsuites>{''.join(suites)}</testsuites>".encode()).issued_at == datetime(2026, 2, 1, tzinfo=UTC)


def test_a_suite_that_is_the_root_is_read_too() -> None:
    """Surefire writes one suite per file without a wrapper."""
    report = read(b'<?xml version="1.0"?><testsuite name="S" tests="1"><testcase name="t"/></testsuite>')
    assert [one.of for one in report.statements] == ["junit", "junit:S"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuites>&b;</testsuites>', "document type"),
        (b'<!DOCTYPE t SYSTEM "file:///etc/passwd"><testsuites/>', "document type"),
        (b"<testsuites><testsuite>", "line 1, column 24: not well-formed"),
        (b"<bom/>", "neither testsuites nor testsuite"),
        (b"<testsuites><testcase/></testsuites>", ""),
        (b"<testsuite><testcase><testcase/></testcase></testsuite>", "a testcase stands where none may stand"),
        (b'<testsuite><testcase classname="assay.gate.release"/></testsuite>', "a gate's own document"),
        (b'<testsuite tests="many"/>', "the attribute tests is no number"),
        (b"<testsuites>" + b"<testsuite>" * 200 + b"</testsuite>" * 200 + b"</testsuites>", "nested deeper than 100"),
        (b'<?xml version="1.0" encoding="nonsense"?><testsuites/>', "encoding"),
    ],
)
def test_what_is_no_report_is_refused_by_place(data: bytes, words: str) -> None:
    """A document type, damage, depth and nonsense end in an error that names the line."""
    if words:
        with pytest.raises(InputError, match=words):
            read_report(data, name="r.xml")
    else:
        assert only(data).conclusion is Conclusion.SATISFIED


def test_other_encodings_and_hostile_names_are_read_safely() -> None:
    """UTF-16 and Latin-1 are XML; control characters cannot stand in XML, and overrides of direction go."""
    text = '<testsuite name="caf\u00e9\u202e evil"><testcase/></testsuite>'
    declared = '<?xml version="1.0" encoding="{}"?>'
    assert read(text.encode("utf-16")).statements[1].of == "junit:café evil"
    latin = (declared.format("ISO-8859-1") + text.replace("\u202e", "")).encode("latin-1")
    assert read(latin).statements[1].of == "junit:café evil"
