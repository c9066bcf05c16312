"""The HTML report: one file, no request, nothing hostile alive in it."""

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from reports import EvaluationView, render_html
from reports.views import Segment, ShortText
from tests.reports.samples import HOSTILE, RULES, decision, evaluation, example

BANNED = re.compile(
    r"\b(compliant|compliance|certified|safe|safely|no pii|anonymi[sz]ed|tamper-?proof|guaranteed?)\b", re.IGNORECASE
)


def hostile_view() -> EvaluationView:
    """Return a view in which every text that others write is hostile."""
    view = evaluation()
    bad = replace(
        example(HOSTILE),
        id=HOSTILE,
        answer=(Segment(text=HOSTILE, support="absent"), Segment(text=HOSTILE)),
        reason=ShortText(text=HOSTILE, more=9_000_000),
        reference=ShortText(text=HOSTILE),
    )
    return replace(
        view,
        header=replace(view.header, system=HOSTILE, target=HOSTILE, origin=HOSTILE),
        metrics=(replace(view.metrics[0], name=HOSTILE, meaning=HOSTILE, metric=HOSTILE),),
        examples=(replace(view.examples[0], name=HOSTILE, examples=(bad,)),),
        notes=(HOSTILE,),
        proof=replace(view.proof, checkpoint=HOSTILE),
    )


def test_the_file_asks_the_network_for_nothing() -> None:
    """No address, script, frame, form or import is in it, and its own policy forbids them."""
    page = BeautifulSoup(render_html(evaluation()), "html.parser")
    assert not page.find_all(["script", "link", "iframe", "object", "embed", "form", "img", "base"])
    assert not re.search(r"@import|url\((?!#hatch)", page.find("style").text)  # type: ignore[union-attr]  # the page has a style
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert policy is not None
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_hostile_text_is_shown_and_does_nothing() -> None:
    """Markup becomes text, and characters that reorder or command become visible code points."""
    text = render_html(hostile_view())
    page = BeautifulSoup(text, "html.parser")
    assert not page.find_all(["script", "img"])
    assert not [tag for tag in page.find_all(True) if any(name.startswith("on") for name in tag.attrs)]
    assert not set(text) & set("\u202e\u2066\x1b")
    assert "‹U+202E›gnp.exe" in page.text
    assert "<script>alert(1)</script>" in page.text


def test_a_cut_text_says_how_much_is_missing() -> None:
    """A reader learns that there is more, and how much."""
    assert "9,000,000 more characters" in render_html(hostile_view())


@pytest.mark.parametrize(
    ("outcome", "title", "saying"),
    [
        ("pass", "Pass", "All 2 checks of the gate policy were met."),
        ("fail", "Fail", "1 of 2 checks not met: faithfulness is at least 0.8."),
        ("inconclusive", "Cannot decide", "About 43 more questions needed to decide: faithfulness is at least 0.8."),
    ],
)
def test_the_first_thing_said_is_the_decision_in_plain_words(outcome: str, title: str, saying: str) -> None:
    """The banner names the outcome and the reason, before any number."""
    rules = (replace(RULES[0], outcome=outcome), RULES[1])
    page = BeautifulSoup(render_html(evaluation(outcome, rules)), "html.parser")
    banner = page.find(class_="banner")
    assert banner is not None
    assert title in banner.text
    assert saying in banner.text
    assert banner.sourceline < page.find("h2").sourceline  # type: ignore[operator,union-attr]  # the page has both


def test_every_number_stands_with_its_interval_and_counts() -> None:
    """Mean, interval, bounds and n asked, applicable and scored are in the table and in the chart's words."""
    text = BeautifulSoup(render_html(evaluation()), "html.parser").text
    for expected in ("0.843", "0.741 – 0.921", "0.770 / 0.857", "clustered-t", "−0.031", "2 scored in only one"):
        assert expected in text
    assert 'aria-label="Faithfulness: mean 0.843, 95 % interval 0.741 to 0.921, threshold 0.8"' in render_html(
        evaluation()
    )


def test_an_unknown_number_is_a_word() -> None:
    """Nothing scored is not a zero."""
    view = evaluation()
    empty = replace(view.metrics[0], scored=0, mean=None, lower=None, upper=None, worst=0.0, best=1.0)
    page = BeautifulSoup(render_html(replace(view, metrics=(empty,), comparisons=())), "html.parser")
    card = page.find(class_="metric")
    assert card is not None
    assert "not known" in card.text
    assert "0.000" not in card.find("header").text  # type: ignore[union-attr]  # a card has a header


def test_sentences_are_marked_by_word_and_sign_too() -> None:
    """Support never speaks by colour alone."""
    page = BeautifulSoup(render_html(evaluation()), "html.parser")
    assert [mark.text for mark in page.select(".unit b")] == ["✓ supported", "✕ contradicted", "? absent"]


def test_tables_say_what_their_headers_are_for() -> None:
    """Each header cell has a scope, each table a caption, and the document a language."""
    page = BeautifulSoup(render_html(evaluation()), "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "en"
    assert all(cell.get("scope") for cell in page.find_all("th"))
    assert all(table.caption for table in page.find_all("table"))
    assert all(chart.get("aria-label") for chart in page.find_all("svg"))


def test_a_run_without_a_policy_is_not_decided() -> None:
    """No decision is neither a pass nor a fail."""
    view = replace(evaluation(), decision=decision("none", ()))
    assert "No gate policy has been applied to this run." in render_html(view)


@pytest.mark.parametrize("outcome", ["pass", "fail", "inconclusive", "none"])
def test_the_report_promises_nothing(outcome: str) -> None:
    """Words that a measurement cannot carry do not occur, whatever the outcome."""
    text = BeautifulSoup(render_html(evaluation(outcome, RULES)), "html.parser").text
    assert not BANNED.search(text)


def test_the_same_view_gives_the_same_bytes() -> None:
    """Two renderings differ in nothing."""
    assert render_html(evaluation()) == render_html(evaluation())
