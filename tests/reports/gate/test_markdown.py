"""A decision as Markdown and XML: what a run wrote into it stays text."""

import dataclasses
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from assay.app.gate_documents import junit_document, markdown_document
from governance.gate import Decision, DecisionOutcome, RuleResult

HOSTILE = "see https://evil.example and www.evil.example, @someone <b>now</b> | [x](y)\u202e\x1b[2J"
RULE = RuleResult(rule="run.judge", words="judged", outcome=DecisionOutcome.INCONCLUSIVE, reason=HOSTILE)
DECISION = Decision(
    outcome=DecisionOutcome.INCONCLUSIVE,
    policy="release",
    policy_digest="sha256:p",
    run="run-1",
    run_digest=None,
    baseline=None,
    baseline_digest=None,
    results=(RULE,),
    decided_at=datetime(2026, 11, 21, tzinfo=UTC),
)


def test_a_reason_neither_links_nor_mentions_nor_commands() -> None:
    """Bare links, mentions, markup and control characters of a run are inert in a merge request."""
    text = markdown_document(DECISION).decode()

    assert "https:\u200b//evil.example" in text
    assert "www\u200b.evil.example" in text
    assert "@\u200bsomeone" in text
    assert not {"\x1b", "\u202e"} & set(text)
    assert "<b>" not in text


def test_a_reason_leaves_the_xml_well_formed() -> None:
    """What XML forbids is dropped, the rest is the message."""
    hostile = dataclasses.replace(DECISION, results=(dataclasses.replace(RULE, reason=HOSTILE + "\ufffe\x00"),))

    (error,) = ET.fromstring(junit_document(hostile)).iter("error")  # noqa: S314  our own document

    assert "https://evil.example" in str(error.get("message"))
    assert "\x1b" not in str(error.get("message"))
