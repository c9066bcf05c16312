"""What `assay gate --json` prints: programs of users rely on these keys."""

import json

from reports.gate import json_document
from tests.reports.gate.samples import measured, sheet

KEYS = {
    *("outcome", "policy", "policy_digest", "run", "run_digest", "baseline", "baseline_digest", "results"),
    *("decided_at", "release", "release_digest", "attempts", "evidence", "id", "exit_code", "ledger_entry"),
    *("blocked", "policy_file", "spent", "subjects", "configuration"),
}
RESULT_KEYS = {
    *("rule", "words", "outcome", "reason", "metric", "observed", "lower", "upper", "threshold", "at_most"),
    *("rows_still_needed", "documents_still_needed", "next", "line"),
}
SPENT_KEYS = {
    *("passed_ms", "answering_ms", "judging_ms", "calls", "cached_calls", "prompt_tokens", "completion_tokens"),
    "cost",
}


def test_the_document_has_the_keys_that_programs_rely_on() -> None:
    """A key is only ever added; money and measured numbers are texts, which no reader rounds."""
    document = json.loads(json.dumps(json_document(sheet(measured()))))

    assert set(document) >= KEYS
    assert set(document["results"][0]) >= RESULT_KEYS
    assert set(document["spent"]) >= SPENT_KEYS
    assert (document["spent"]["cost"], document["results"][0]["observed"]) == ("0.25", "0.8")
    assert (document["blocked"], document["exit_code"], document["results"][0]["line"]) == (True, 3, 9)
