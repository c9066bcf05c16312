"""The comparison page and its words: one file, nothing hostile alive in it, every statistic explained."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from evaluation.comparison import CompareOptions, Significance, compare_all
from evaluation.statistics import Comparison
from reports import compared_view, render_comparison
from reports.words import claim_sentence, method_name
from tests.evaluation.comparison.samples import Told, log
from tests.reports.samples import HOSTILE


def page(folder: Path, *, answer: str = "An answer.") -> str:
    """Return the page of a run whose one row got worse, in every text of which `answer` stands."""
    before = [Told(id="a", values={"relevancy": 1.0}, tags=("topic:fees",))]
    after = [Told(id="a", values={"relevancy": 0.0}, tags=("topic:fees",), answer=answer)]
    found = compare_all([log(folder / "c", after)], log(folder / "b", before), CompareOptions(slices=("topic",)))
    return render_comparison(compared_view(found))


def test_the_page_asks_the_network_for_nothing(tmp_path: Path) -> None:
    """No script, frame, image or address; its own policy forbids them."""
    soup = BeautifulSoup(page(tmp_path), "html.parser")

    assert not soup.find_all(["script", "link", "iframe", "object", "embed", "form", "img", "base"])
    assert all(str(link["href"]).startswith("#") for link in soup.find_all("a"))
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert policy is not None
    assert str(policy["content"]).startswith("default-src 'none'")


def test_hostile_answers_are_shown_and_do_nothing(tmp_path: Path) -> None:
    """Markup becomes text, and characters that reorder become visible code points."""
    text = page(tmp_path, answer=HOSTILE)

    soup = BeautifulSoup(text, "html.parser")
    assert not soup.find_all(["script", "img"])
    assert not set(text) & set("\u202e\u2066\x1b")
    assert "<script>alert(1)</script>" in soup.text


def test_both_answers_stand_side_by_side_with_passages_and_reasons(tmp_path: Path) -> None:
    """A reader sees what was asked, what each run said, and why the judge decided so."""
    soup = BeautifulSoup(page(tmp_path, answer="Another answer."), "html.parser")

    sides = [side.get_text(" ", strip=True) for side in soup.select(".change .side")]
    assert [side.split(" ")[0] for side in sides] == ["Baseline", "Candidate"]
    assert "An answer." in sides[0]
    assert "Another answer." in sides[1]
    assert all("passage of a" in side and "why a relevancy" in side for side in sides)


@pytest.mark.parametrize("word", ["Holm", "cluster", "McNemar", "sign-flip", "95 % interval", "regression"])
def test_every_statistic_on_the_page_is_explained(tmp_path: Path, word: str) -> None:
    """The section on reading names each method in a sentence."""
    soup = BeautifulSoup(page(tmp_path), "html.parser")

    heading = soup.find(id="reading")
    assert heading is not None
    section = heading.find_next("ul")
    assert section is not None
    assert word in section.text


def test_tables_and_charts_say_what_they_are(tmp_path: Path) -> None:
    """Each header cell has a scope, each table a caption, each chart words."""
    soup = BeautifulSoup(page(tmp_path), "html.parser")

    assert all(cell.get("scope") for cell in soup.find_all("th"))
    assert all(table.caption for table in soup.find_all("table"))
    assert all(chart.get("aria-label") for chart in soup.find_all("svg"))


def test_a_difference_that_many_looks_explain_is_not_claimed() -> None:
    """The interval excludes 0, and the corrected p says that this can be chance."""
    found = Comparison(
        metric="relevancy",
        pairs=9,
        clusters=9,
        difference=-0.2,
        lower=-0.3,
        upper=-0.1,
        wins=1,
        ties=1,
        losses=7,
        unpaired=0,
        method="paired-t",
    )

    alone, among = (Significance(p_value=0.02, p_adjusted=adjusted, correction="holm") for adjusted in (0.02, 0.4))
    assert claim_sentence(found, alone) == "Relevancy is lower than in the baseline."
    assert "can be chance" in claim_sentence(found, among)


@pytest.mark.parametrize(
    "method", ["wilson", "bounded-wilson-t", "clustered-wilson-t", "paired-t", "paired-clustered-t"]
)
def test_the_names_of_methods_are_words(method: str) -> None:
    """No identifier of the code is shown to a reader."""
    assert method not in method_name(method)
