"""A decision as a comment on a pull request: the point first, hostile text inert, short enough for every forge."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.gate import MOST_CHARACTERS, Artifact, markdown_document
from tests.reports.gate.samples import FAIL, HOSTILE, OPEN, PASS, decision, measured, rule, sheet


def test_the_first_line_says_whether_it_is_blocked() -> None:
    """A reader of a notification sees the first line alone."""
    lines = [markdown_document(sheet(rule(outcome=outcome))).decode().split("\n")[0] for outcome in (PASS, FAIL, OPEN)]

    assert lines == [
        "## Not blocked: the gate passes",
        "## Blocked: the gate fails",
        "## Blocked: the gate cannot decide",
    ]


def test_a_comment_says_why_what_to_do_what_is_missing_and_what_it_took() -> None:
    """Everything that a reviewer needs stands before the folded parts."""
    shown = markdown_document(sheet(measured(), rule("run.recorded"))).decode().partition("<details>")[0]

    assert "60 more questions" in shown
    assert "assay runs ingest DIR" in shown
    assert "10.0 minutes from plan to last row" in shown
    assert "judging cost 0.2500" in shown
    assert "faithfulness 0.800 (30 of 30 scored)" in shown


def test_a_reason_neither_links_nor_mentions_nor_commands() -> None:
    """Bare links, mentions, markup and control characters of a run are inert in a merge request."""
    hostile = sheet(rule(reason=HOSTILE, words=HOSTILE))
    named = dataclasses.replace(hostile, decision=dataclasses.replace(hostile.decision, run=HOSTILE, policy=HOSTILE))

    text = markdown_document(named).decode()

    assert "https:\u200b//evil.example" in text
    assert "www\u200b.evil.example" in text
    assert "@\u200bsomeone" in text
    assert not {"\x1b", "\u202e"} & set(text)
    assert "<b>" not in text
    assert "](" not in text.replace("\\]", "")


@settings(deadline=None)
@given(texts=st.lists(st.text(max_size=3_000), min_size=1, max_size=120))
def test_no_text_makes_a_comment_too_long(texts: list[str]) -> None:
    """However many rules there are and whatever they say, the comment fits and its folds are closed."""
    text = markdown_document(sheet(*(rule(f"rule-{at}", reason=one, words=one) for at, one in enumerate(texts))))

    assert len(text) <= MOST_CHARACTERS
    assert text.count(b"<details>") == text.count(b"</details>") == 2


@pytest.mark.parametrize("hostile", ["\u202e", "&", "|", "\U0001f600", "https://www.", "x"])
def test_the_worst_texts_leave_room_for_all_parts(hostile: str) -> None:
    """Whatever grows when it is made inert, in every place at once, the comment fits and every part is there."""
    worst, one = hostile * 4_000, sheet().decision.attempts[0]
    attempts = (dataclasses.replace(one, run=worst, values=one.values * 300),) * 50
    rules = (rule(worst, reason=worst, words=worst), measured(rule=worst, reason=worst)) * 40
    decided = decision(*rules, attempts=attempts, policy=worst, run=worst, baseline=worst, release=worst)
    made = Artifact(name=worst, digest=worst)

    text = markdown_document(
        dataclasses.replace(sheet(), decision=decided, subjects=(made,) * 40, configuration=(made,) * 40)
    )

    assert len(text) <= MOST_CHARACTERS
    assert text.count(b"</details>") == 2
    assert b"more rules block" in text
    assert b"more characters)" in text


def test_rules_that_have_no_room_are_counted() -> None:
    """What is left out is said."""
    text = markdown_document(sheet(*(rule(f"rule-{at}", reason="& " * 400) for at in range(900)))).decode()

    assert len(text.encode()) <= MOST_CHARACTERS
    assert "more rules had no room here" in text


def test_a_run_that_could_not_be_read_is_said() -> None:
    """No digest is no reason for an empty cell."""
    bare = dataclasses.replace(sheet(), decision=decision(rule("run"), run_digest=None), subjects=(), spend=None)

    assert "The run log could not be read." in markdown_document(bare).decode()
