"""A decision as an in-toto statement: nothing but a pass is PASSED, and other tools read it."""

import dataclasses
import json

import pytest
from google.protobuf.json_format import Parse
from in_toto_attestation.predicates.test_result.v0.test_result_pb2 import TestResult as Predicate
from in_toto_attestation.v1.statement import Statement

from assay.kernel import CannotDecideError
from governance.gate import DecisionOutcome
from reports.gate import PREDICATE_TYPE, GateSheet, statement_document
from tests.reports.gate.samples import FAIL, OPEN, PASS, digest, rule, sheet


def statement(given_sheet: GateSheet) -> Statement:
    """Return the statement as in-toto's own library reads it."""
    read = Statement.copy_from_pb(Parse(statement_document(given_sheet), Statement([], "", {}).pb))
    read.validate()
    return read


@pytest.mark.parametrize(("outcome", "result"), [(PASS, "PASSED"), (FAIL, "FAILED"), (OPEN, "FAILED")])
def test_only_a_pass_is_passed(outcome: DecisionOutcome, result: str) -> None:
    """WARNED, which consumers let through, is never said; what is inconclusive is noted."""
    read = statement(sheet(rule("holds", PASS), rule("other", outcome)))

    predicate = Parse(
        json.dumps(json.loads(statement_document(sheet(rule(outcome=outcome))))["predicate"]), Predicate()
    )
    assert (read.pb.predicate_type, predicate.result) == (PREDICATE_TYPE, result)
    assert list(predicate.warned_tests) == []
    assert list(predicate.passed_tests if outcome is PASS else predicate.failed_tests) == ["run.judge"]
    assert predicate.configuration[0].annotations["assay.outcome"] == outcome.value
    assert list(predicate.configuration[0].annotations["assay.inconclusive"]) == ["run.judge"] * (outcome is OPEN)


def test_subjects_are_what_was_tested_and_configuration_what_it_was_tested_with() -> None:
    """Digests are given by algorithm; the policy comes first."""
    document = json.loads(statement_document(sheet(rule())))

    assert document["subject"][0] == {"name": "run/run-1", "digest": {"sha256": "b" * 64}}
    assert document["subject"][1]["digest"] == {"gitCommit": "e" * 40}
    first, second = document["predicate"]["configuration"]
    assert (first["name"], first["digest"]) == ("policy/release", {"sha256": "a" * 64})
    assert first["annotations"]["assay.attempts"] == [{"run": "run-0", "digest": digest("c")}]
    assert (second["name"], second["annotations"]) == ("judge", {"version": "1"})


def test_nothing_is_attested_of_a_run_that_could_not_be_read() -> None:
    """Without a digest there is nothing that a signature could be about."""
    with pytest.raises(CannotDecideError, match="could not be read"):
        statement_document(dataclasses.replace(sheet(rule()), subjects=()))
