"""A decision as JUnit XML: undecided is an error, and what is hostile is dropped."""

from xml.etree import ElementTree as ET

from reports.gate import junit_document
from tests.reports.gate.samples import FAIL, HOSTILE, PASS, measured, rule, sheet


def test_a_reason_leaves_the_xml_well_formed() -> None:
    """What XML forbids is dropped, the rest is the message."""
    hostile = sheet(rule(reason=HOSTILE + "\ufffe\x00"))

    (error,) = ET.fromstring(junit_document(hostile)).iter("error")  # noqa: S314  our own document

    assert "https://evil.example" in str(error.get("message"))
    assert "\x1b" not in str(error.get("message"))


def test_both_ways_of_blocking_are_counted_and_nothing_is_skipped() -> None:
    """A fail is a failure, inconclusive an error; a CI system that reads counts alone blocks too."""
    suite = ET.fromstring(junit_document(sheet(rule("a", PASS), rule("b", FAIL), rule("c"))))  # noqa: S314  as above

    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["3", "1", "1", "0"]
    assert [len(list(suite.iter(kind))) for kind in ("failure", "error", "skipped")] == [1, 1, 0]


def test_attempts_and_what_is_still_needed_are_properties() -> None:
    """A program reads them without parsing words."""
    suite = ET.fromstring(junit_document(sheet(measured())))  # noqa: S314  as above

    known = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert (known["attempts"], known["attempt_runs"], known["evidence"]) == ("1", "run-0", "evidence-7")
    assert (known["rows_still_needed"], known["observed"], known["threshold"]) == ("60", "0.8", "0.7")
