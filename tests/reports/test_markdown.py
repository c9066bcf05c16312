"""The Markdown report: the same numbers in short, inert in a forge's comment."""

import json
from dataclasses import replace

from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reports import render_html, render_json, render_markdown
from reports.text import inert, markdown_text
from tests.reports.samples import CHECKPOINT, evaluation
from tests.reports.test_html import hostile_view


def test_the_numbers_are_those_of_the_html_report() -> None:
    """What the table says, the page says too."""
    text, page = render_markdown(evaluation()), BeautifulSoup(render_html(evaluation()), "html.parser").text
    for expected in ("0.843", "0.921", "0.770 / 0.857", "−0.031", "Cannot decide", "About 43 more questions"):
        assert expected in text
        assert expected in page


def test_hostile_text_stays_text() -> None:
    """A Markdown reader that allows HTML finds neither tags nor links in it, and no table grows a column."""
    page = BeautifulSoup(
        MarkdownIt("gfm-like", {"linkify": False}).render(render_markdown(hostile_view())), "html.parser"
    )
    assert not page.find_all(["script", "img", "a"])
    assert {len(row.find_all(["th", "td"])) for row in page.find_all("table")[0].find_all("tr")} == {6}


def test_a_table_is_not_broken_by_an_empty_line() -> None:
    """Each of the sections' tables is read as one."""
    page = BeautifulSoup(
        MarkdownIt("gfm-like", {"linkify": False}).render(render_markdown(evaluation())), "html.parser"
    )
    assert [len(table.find_all("tr")) for table in page.find_all("table")] == [3, 3, 2]
    assert page.find("code").text.rstrip("\n") == CHECKPOINT.rstrip("\n")  # type: ignore[union-attr]  # the proof's block


def test_the_same_view_gives_the_same_text() -> None:
    """Rendering is deterministic and ends with one line feed."""
    text = render_markdown(evaluation())
    assert text == render_markdown(evaluation())
    assert text.endswith("\n")
    assert "\n\n\n" not in text


def test_json_is_the_view() -> None:
    """A program reads the same values, ASCII only, unknown as null."""
    view = evaluation()
    text = render_json(replace(view, metrics=(replace(view.metrics[0], mean=None),)))
    read = json.loads(text)
    assert text.isascii()
    assert read["format"] == "assay-report/evaluation/1"
    assert read["metrics"][0]["mean"] is None
    assert read["decision"]["rules"][0]["needed"] == 43


@given(st.text())
def test_inert_text_stays_as_it_is(text: str) -> None:
    """Making text inert twice changes nothing."""
    assert inert(inert(text)) == inert(text)


@given(st.text(alphabet="<>&|`*_[]()!#@:/.w1\\-+~\u202e\n a", max_size=30))
def test_no_text_becomes_markup_in_a_table(text: str) -> None:
    """In a table cell every text is read as plain text, on one line."""
    document = f"| a | b |\n| --- | --- |\n| x{markdown_text(text)} | end |\n"
    page = BeautifulSoup(MarkdownIt("gfm-like", {"linkify": False}).render(document), "html.parser")
    cells = page.find("table").find_all("td")  # type: ignore[union-attr]  # the document is one table
    assert len(cells) == 2
    assert not cells[0].find_all(True)
    assert cells[1].text == "end"
