"""A decision as SARIF: valid by the standard's own schema, at the line of the policy, one alert for what blocks."""

import dataclasses
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from reports.gate import GateSheet, sarif_document
from tests.reports.gate.samples import FAIL, HOSTILE, PASS, measured, rule, sheet

SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft4Validator(SCHEMA)


def run_of(given_sheet: GateSheet) -> dict[str, Any]:
    """Return the only run of the valid document."""
    document = json.loads(sarif_document(given_sheet))
    VALIDATOR.validate(document)
    (run,) = document["runs"]
    return dict(run)


def test_the_schema_refuses_what_is_wrong() -> None:
    """A validator that accepts everything would prove nothing."""
    document = json.loads(sarif_document(sheet(rule())))
    document["runs"][0]["results"][0]["kind"] = "inconclusive"

    assert not VALIDATOR.is_valid(document)


def test_what_blocks_is_a_result_at_its_line() -> None:
    """A fail has the level error, an undecided rule is open without a level; a rule that holds is no alert."""
    run = run_of(sheet(rule("holds", PASS), measured(FAIL), rule("run.date")))

    failed, undecided = run["results"]
    assert (failed["kind"], failed["level"], undecided["kind"]) == ("fail", "error", "open")
    assert "level" not in undecided
    assert [one["id"] for one in run["tool"]["driver"]["rules"]] == ["holds", "faithfulness-at-least", "run.date"]
    place = failed["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "gates/release%20policy.yaml"
    assert place["region"] == {"startLine": 9, "startColumn": 5}
    assert undecided["locations"][0]["physicalLocation"]["region"]["startLine"] == 4


def test_the_same_rule_is_the_same_alert_tomorrow() -> None:
    """The fingerprint does not depend on what was observed."""
    one, other = (run_of(sheet(measured(FAIL, observed=value))) for value in (0.2, 0.3))

    assert one["results"][0]["partialFingerprints"] == other["results"][0]["partialFingerprints"]
    assert one["results"][0]["message"] != other["results"][0]["message"]


def test_a_text_of_a_run_is_no_link() -> None:
    """Plain-text messages of SARIF know links, which hostile words must not make."""
    run = run_of(sheet(rule(reason=HOSTILE, words=HOSTILE)))

    assert "](" not in json.dumps(run)
    assert "\\u202e" not in json.dumps(run)


def test_without_a_policy_file_a_result_has_no_place() -> None:
    """No place is better than a wrong one."""
    run = run_of(dataclasses.replace(sheet(rule()), policy_file=""))

    assert "locations" not in run["results"][0]
    assert "artifacts" not in run


@settings(deadline=None)
@given(text=st.text())
def test_any_text_leaves_the_document_valid(text: str) -> None:
    """Names and reasons may hold anything."""
    run_of(sheet(rule(text or "x", reason=text, words=text)))
