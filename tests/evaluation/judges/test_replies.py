"""Replies are read exactly or not at all."""

import pytest

from evaluation.judges._replies import UnreadableReplyError, read_finding, read_rating
from evaluation.verdicts import Support


@pytest.mark.parametrize(
    ("text", "form", "support", "quote"),
    [
        ('{"quote": "sky is blue", "verdict": "supported"}', "schema", Support.SUPPORTED, "sky is blue"),
        ('```json\n{"verdict": "absent", "quote": ""}\n```', "schema", Support.ABSENT, ""),
        ("VERDICT: contradicted | QUOTE: the sky is green", "line", Support.CONTRADICTED, "the sky is green"),
        ("  verdict: Absent\n", "line", Support.ABSENT, ""),
        ("VERDICT: supported | QUOTE: over\ntwo lines", "line", Support.SUPPORTED, "over two lines"),
    ],
)
def test_finding_in_the_form_that_was_asked_for(text: str, form: str, support: Support, quote: str) -> None:
    """JSON alone or in one code block; one verdict line."""
    found = read_finding(text, "schema" if form == "schema" else "line")

    assert (found.support, found.quote) == (support, quote)


@pytest.mark.parametrize(
    "text",
    [
        "No; yesterday the contexts supported it",
        "yes",
        "supported",
        "VERDICT: unsupported | QUOTE: x",
        "VERDICT: supportedly",
        "VERDICT: not supported",
        "I think VERDICT: supported | QUOTE: x",
        "VERDICT: supported or absent",
        "",
        "VERDICT: supported | QUOTE: a\nVERDICT: absent | QUOTE: b",
        "VERDICT: supported. The sky is blue.",
    ],
)
def test_prose_and_second_thoughts_are_no_verdict_line(text: str) -> None:
    """A verdict is a full token at its place, once."""
    with pytest.raises(UnreadableReplyError):
        read_finding(text, "line")


@pytest.mark.parametrize(
    "text",
    [
        'Sure: {"verdict": "supported", "quote": "x"}',
        "[1]",
        "null",
        '{"verdict": "Supported!", "quote": ""}',
        '{"verdict": ["supported"], "quote": ""}',
        '{"verdict": "supported", "quote": 5}',
        "{" * 5000,
        '{"quote": "x"}',
        '{"verdict": "absent", "verdict": "supported", "quote": "x"}',
        '{"verdict": "absent"} {"verdict": "supported"}',
    ],
)
def test_anything_but_one_object_is_no_json_verdict(text: str) -> None:
    """No searching for braces in prose, no duplicate fields, no other types."""
    with pytest.raises(UnreadableReplyError):
        read_finding(text, "schema")


@pytest.mark.parametrize(
    ("text", "form", "total"),
    [
        ('{"subject": 1, "focus": 0}', "schema", 1),
        ("[RESULT] 2", "line", 2),
        ("SUBJECT: 1 | FOCUS: 1\n[RESULT] 2", "line", 2),
        ("subject: 0 | focus: 0\n\n[result]: 0\n", "line", 0),
    ],
)
def test_rating_in_the_form_that_was_asked_for(text: str, form: str, total: int) -> None:
    """Two points, or the result line with or without them."""
    assert read_rating(text, "schema" if form == "schema" else "line").total == total


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('{"subject": true, "focus": 1}', "schema"),
        ('{"subject": 1}', "schema"),
        ('{"subject": 2, "focus": 0}', "schema"),
        ("[RESULT] 3", "line"),
        ("[RESULT] 20", "line"),
        ("The answer says [RESULT] 2", "line"),
        ("[RESULT] 0\n[RESULT] 2", "line"),
        ("SUBJECT: 1 | FOCUS: 0\n[RESULT] 2", "line"),
        ("2", "line"),
    ],
)
def test_other_ratings_are_unreadable(text: str, form: str) -> None:
    """No number is taken from prose, and a sum that does not add up is none."""
    with pytest.raises(UnreadableReplyError):
        read_rating(text, "schema" if form == "schema" else "line")
