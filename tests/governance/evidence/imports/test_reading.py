"""The one door: what is known by its content, what is refused, and that nothing else can happen."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.kernel import AssayError, InputError, plain
from governance.evidence import Conclusion
from governance.evidence.imports import FORMATS, ImportedReport, ReportFormat, read_report
from governance.evidence.imports import _bytes as bytes_of_reports
from reports.gate import GateSheet, junit_document, sarif_document
from tests.governance.evidence.imports.samples import (
    bom,
    deepeval_run,
    garak_report,
    json_bytes,
    junit,
    pip_audit,
    promptfoo_results,
    ragas_csv,
    read,
    sarif,
    sarif_run,
)
from tests.reports.gate.samples import PASS, rule, sheet

SAMPLES = {
    ReportFormat.JUNIT: junit('<testcase name="t"/><testcase><failure/></testcase>', attributes='tests="2"'),
    ReportFormat.SARIF: json_bytes(sarif(sarif_run({"ruleId": "R1", "level": "error"}, rules=[{"id": "R1"}]))),
    ReportFormat.CYCLONEDX: json_bytes(bom({"name": "a", "version": "1"}, vulnerabilities=[{"id": "CVE-1"}])),
    ReportFormat.PIP_AUDIT: json_bytes(pip_audit({"name": "a", "version": "1", "vulns": [{"id": "P-1"}]})),
    ReportFormat.GARAK: garak_report(
        {"entry_type": "eval", "probe": "a.B", "detector": "c.D", "passed": 1, "total": 2}
    ),
    ReportFormat.PROMPTFOO: json_bytes(promptfoo_results({"success": True, "failureReason": 0})),
    ReportFormat.RAGAS: ragas_csv("q,c,r,0.5", "q,c,r,"),
    ReportFormat.DEEPEVAL: json_bytes(deepeval_run([{"name": "Bias", "score": 0.5, "success": True}])),
}


@pytest.mark.parametrize("known", list(ReportFormat))
def test_a_report_is_known_by_what_it_holds(known: ReportFormat) -> None:
    """Whatever its name, with or without a mark at the start; and by its format's name, but by no other's."""
    assert read_report(SAMPLES[known], name="x.txt").format is known
    assert read_report(b"\xef\xbb\xbf" + SAMPLES[known], name="x").format is known
    assert read_report(SAMPLES[known], name="x", format=known.value) == read_report(
        SAMPLES[known], name="x", format="auto"
    )
    for other in set(ReportFormat) - {known, ReportFormat.RAGAS}:
        with pytest.raises(InputError):
            read_report(SAMPLES[known], name="x", format=other.value)


def test_every_format_is_offered() -> None:
    """The names that the command offers are those of the formats."""
    assert list(FORMATS) == [known.value for known in SAMPLES]


def test_json_in_utf16_is_read_as_powershell_writes_it() -> None:
    """`>` in Windows PowerShell writes UTF-16 with a mark."""
    text = SAMPLES[ReportFormat.PIP_AUDIT].decode()
    assert read(text.encode("utf-16")).format is ReportFormat.PIP_AUDIT


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"\x80\x81", "not UTF-8: byte 0"),
        (b"hello", "neither JSON nor XML"),
        (b"{}", "of no format that is known; tried junit, sarif"),
        (b"[]", "of no format that is known"),
        (b'{"runs": [', "not JSON"),
        (b'{"version": "2.1.0", "version": "2.1.0", "runs": []}', "the key 'version' stands twice"),
        (b"[" * 5000, "nested deeper than 100"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a number that no report holds"),
        (b'{"version": "2.1.0", "runs": [], "x": NaN}', "NaN and Infinity are no JSON"),
        (json_bytes({**sarif(), **bom()}), "could be of several formats: sarif, cyclonedx"),
        (b'{"success": true}\n{"success": false}\n', "JSON Lines, but of no format"),
    ],
)
def test_what_is_unknown_or_ambiguous_is_refused_with_what_was_tried(data: bytes, words: str) -> None:
    """Each refusal says what was found, and what to do next."""
    with pytest.raises(InputError, match=words) as refusal:
        read(data)
    assert refusal.value.hint or "deeper" in words or "twice" in words or "number" in words


def test_an_unknown_format_names_those_that_exist() -> None:
    """A typing error does not fall back to guessing."""
    with pytest.raises(InputError, match="no report format 'sarf'") as refusal:
        read(b"{}", format="sarf")
    assert "sarif" in refusal.value.hint


def test_a_report_that_is_too_large_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds are on bytes, on results and on what a report may state."""
    monkeypatch.setattr(bytes_of_reports, "LARGEST", 100)
    with pytest.raises(InputError, match="expected at most 100"):
        read(SAMPLES[ReportFormat.SARIF])
    monkeypatch.undo()
    monkeypatch.setattr(bytes_of_reports, "MOST_RESULTS", 1)
    with pytest.raises(InputError, match="more than 1 results"):
        read(junit("<testcase/><testcase/>"))


def test_more_names_than_people_look_at_are_refused() -> None:
    """Two thousand metrics are no metrics."""
    with pytest.raises(InputError, match="names more than 1,000"):
        read(deepeval_run([{"name": f"m{number}", "score": 1.0} for number in range(2000)]))


def test_brackets_in_texts_are_no_depth() -> None:
    """Strings, escapes and lone quotes in them do not count."""
    text = '["' + "[" * 500 + '\\"' + "{" * 500 + '"]'
    assert bytes_of_reports.parse_json(text, "x").value == json.loads(text)


@pytest.mark.parametrize(
    "empty",
    [
        junit(""),
        json_bytes(sarif()),
        json_bytes(sarif(sarif_run(results=None, invocations=[]))),
        json_bytes(bom()),
        json_bytes(pip_audit()),
        garak_report(),
        json_bytes(promptfoo_results()),
        ragas_csv(),
        json_bytes(deepeval_run()),
    ],
)
def test_a_report_of_nothing_never_states_something_good(empty: bytes) -> None:
    """Absence blocks: in every format, no statement of an empty report is satisfied or has a number."""
    for one in read(empty).statements:
        assert one.conclusion in {Conclusion.INCONCLUSIVE, Conclusion.ERROR}
        assert one.value is None


@pytest.mark.parametrize("write", [junit_document, sarif_document])
def test_what_a_gate_wrote_is_no_evidence_for_a_gate(write: Callable[[GateSheet], bytes]) -> None:
    """A passing decision handed in as a test report would prove itself."""
    with pytest.raises(InputError, match="a gate's own document"):
        read(write(sheet(rule(outcome=PASS))))


def _is_sound(report: ImportedReport) -> None:
    """Check what holds of every report that is accepted."""
    assert report.statements
    for one in report.statements:
        assert plain(one.of) == one.of == " ".join(one.of.split())
        assert one.n >= 0
        assert one.failures >= 0
        assert one.open_findings is None or one.open_findings == sum(one.by_severity.values())
        assert one.conclusion is not Conclusion.SATISFIED or (not one.open_findings and one.n + one.settled >= 0)
        if one.value is not None:
            assert one.lower is not None
            assert one.upper is not None
            assert 0 <= one.lower <= one.value <= one.upper <= 1
            assert one.n > 0


def _ends_well(data: bytes, format: str | None = None) -> None:  # noqa: A002  # as the door names it
    said = ""
    try:
        report = read_report(data, name="x", format=format)
    except AssayError as error:
        said = error.message
    else:
        _is_sound(report)
    assert plain(said) == said


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_every_cut_and_every_changed_byte_ends_in_a_report_or_a_refusal(
    known: ReportFormat, data: st.DataObject
) -> None:
    """No prefix and no mutation of a report raises anything else."""
    sample = SAMPLES[known]
    cut = data.draw(st.integers(0, len(sample)))
    place = data.draw(st.integers(0, len(sample) - 1))
    byte = data.draw(st.binary(min_size=0, max_size=4))
    _ends_well(sample[:cut])
    _ends_well(sample[:place] + byte + sample[place + 1 :])


_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_JSON = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(_JSON, st.sampled_from([None, *FORMATS]))
def test_any_json_ends_in_a_report_or_a_refusal(value: object, known: str | None) -> None:
    """Whatever the format that its user names."""
    _ends_well(json_bytes(value), known)


@settings(max_examples=250, deadline=None)
@given(st.sampled_from([known for known in sorted(SAMPLES) if known not in {"junit", "ragas"}]), _JSON, st.data())
def test_any_value_in_any_place_ends_in_a_report_or_a_refusal(known: str, value: object, data: st.DataObject) -> None:
    """A field of a real report may hold anything."""
    lines = [json.loads(line) for line in SAMPLES[ReportFormat(known)].splitlines()]
    holder: Any = data.draw(st.sampled_from(lines))
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(holder[key], (dict, list)) or not holder[key] or data.draw(st.booleans()):
            break
        holder = holder[key]
    holder[key] = value
    _ends_well(b"\n".join(map(json_bytes, lines)))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_ends_in_a_report_or_a_refusal(text: str) -> None:
    """As XML, as a table and as nothing at all."""
    _ends_well(text.encode("utf-8", "surrogatepass"))
    _ends_well(f'<testsuite name="{text}"><testcase>{text}</testcase></testsuite>'.encode("utf-8", "surrogatepass"))
    _ends_well(ragas_csv(text), "ragas")
