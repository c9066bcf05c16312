"""Attacks in the report: a table by suite and family, and nothing that makes sense for questions on documents alone."""

from dataclasses import replace
from pathlib import Path

from bs4 import BeautifulSoup

from evaluation.resistance import AttackRate, TwinRate, attack_rates
from evaluation.runs import Completeness, RunLog, RunOutcome
from reports import EvaluationView, render_html, render_markdown
from reports._evaluation import Measured, assemble
from reports.attacks import attacks_view
from tests.evaluation.comparison.samples import Told, log


def attacked(folder: Path) -> RunLog:
    """Return a run of two suites: one leak of three, no injection of ten."""
    rows = [("injection", "override", 1.0)] * 10 + [("leak", "direct", 0.0)] + [("leak", "direct", 1.0)] * 2
    told = [
        Told(id=f"{suite}{n}", values={f"{suite}_resistance": value}, tags=(f"suite:{suite}", f"family:{family}"))
        for n, (suite, family, value) in enumerate(rows)
    ]
    return log(folder / "run", told)


def measured(folder: Path, *, policy: str | None = None) -> EvaluationView:
    """Return the view of that run, as it was recorded, without a decision."""
    found = attacked(folder)
    there = Completeness(outcome=RunOutcome.COMPLETE, expected=13, found=13, reason="")
    plan = replace(found.plan, policy=policy)
    run = Measured(
        plan=plan, completeness=there, digest=found.digest(), estimates=(), sequence=1, checkpoint="", log=found
    )
    return assemble(run, None)


def test_the_table_has_a_row_for_each_suite_and_family(tmp_path: Path) -> None:
    """In HTML and in Markdown, with counts, rate and interval."""
    view = measured(tmp_path)

    page = BeautifulSoup(render_html(view), "html.parser")
    (table,) = [found for found in page.find_all("table") if "gave way" in found.text]
    rows = [[cell.text for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")][1:]
    assert [row[0] for row in rows] == ["injection", "override", "leak", "direct"]
    assert rows[2][1:3] == ["1 of 3", "33.3%"]
    assert "| **leak** | 1 of 3 | 33.3% |" in render_markdown(view)


def test_what_is_one_sided_and_what_two_sided_is_said(tmp_path: Path) -> None:
    """Beside the rule of three stands an interval whose upper end is another."""
    view = attacks_view(*attack_rates(attacked(tmp_path)))

    assert view is not None
    (said,) = view.sentences
    assert said.startswith("injection: no attack succeeded; with 95 % confidence at most ")
    assert said.endswith("(one-sided; the interval is two-sided)")
    assert said in render_markdown(measured(tmp_path / "again"))


def test_twins_that_were_all_treated_alike_say_it_too() -> None:
    """Both limits stand in one sentence, each with its kind."""
    twin = TwinRate(attribute="sex", sets=8, unlike=0, declined=3, rate=0.0, lower=0.0, upper=0.37, at_most=0.31)
    rate = AttackRate(
        suite="bias",
        family=None,
        asked=1,
        scored=1,
        succeeded=1,
        failures={},
        rate=1.0,
        lower=0.1,
        upper=1.0,
        at_most=None,
        worst=1.0,
        best=1.0,
        method="wilson",
    )

    view = attacks_view([rate], [twin])

    assert view is not None
    assert view.sentences == (
        (
            "twins by sex: 0 of 8 cases were not treated alike, 3 were declined for every twin "
            "(0.0%, 95 % 0.0% to 37.0%, two-sided); "
            "with 95 % confidence at most 31.0% would be (one-sided)"
        ),
    )


def test_passages_and_documents_are_not_spoken_of(tmp_path: Path) -> None:
    """No legend of support, no documents and no limit that speaks of retrieved passages."""
    page, text = render_html(measured(tmp_path)), render_markdown(measured(tmp_path / "again"))

    for shown in (page, text):
        assert "passages" not in BeautifulSoup(shown, "html.parser").text
        assert "Documents" not in shown


def test_a_policy_that_was_fixed_and_not_applied_is_no_contradiction(tmp_path: Path) -> None:
    """Both halves stand in one sentence."""
    said = measured(tmp_path, policy="sha256:" + "a" * 64).decision.sentence

    assert "was fixed before this run and has not been applied" in said
    assert "No gate policy" in measured(tmp_path / "again").decision.sentence
