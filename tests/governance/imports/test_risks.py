"""Registers of risks: what is taken, and how each problem is named."""

from datetime import date
from typing import Any

import pytest

from assay.kernel import InputError
from governance.imports import RiskRow
from governance.ratings import Treatment
from risks import framework
from tests.governance.imports.workbooks import HEADING, book, register, risks_of, row, said_at


def test_a_row_that_holds_is_taken_as_it_stands() -> None:
    """Headings are matched by synonym, values typed, and the columns that were read are told."""
    found = risks_of(register(row(comment="because")))
    assert found.is_whole
    assert found.rows[0].row == 2
    assert found.rows[0].said == RiskRow(
        risk="9.1",
        system=None,
        owner="person-1",
        inherent=(4, 5),
        residual=(2, 3),
        treatment=Treatment.MITIGATE,
        review_by=date(2027, 3, 31),
        due=None,
        reason="because",
    )
    assert found.columns["owner"] == "F (Risk owner)"


@pytest.mark.parametrize(
    ("changes", "column", "what", "hint"),
    [
        ({"risk": "9,1"}, "A", "there is no risk '9,1'", "did you mean 9.1?"),
        ({"risk": "9.1."}, "A", "there is no risk '9.1.'", "did you mean 9.1?"),
        ({"risk": "prompt inject"}, "A", "there is no risk", "did you mean 9.1?"),
        ({"risk": "nothing at all"}, "A", "there is no risk", "assay risks list"),
        ({"risk": 9.1}, "A", "the number 9.1 can mean 9.1 or 9.10", "as text"),
        ({"risk": date(2026, 9, 1)}, "A", "turned the id into a day", "as text"),
        ({"risk": None}, "A", "risk is missing", ""),
        ({"likelihood": 6}, "B", "inherent_likelihood is '6'", "from 1 to 5"),
        ({"likelihood": 2.5}, "B", "inherent_likelihood is '2.5'", "from 1 to 5"),
        ({"impact": None}, "C", "inherent_impact is missing", ""),
        ({"residual": "2-3"}, "D", "residual is '2-3'", "4x5"),
        ({"residual": None}, "D", "residual is missing", ""),
        ({"residual": "=A1"}, "D", "residual is a formula", "as values"),
        ({"residual": "5x5"}, "D", "larger than the inherent one", ""),
        ({"impact": 2}, "D", "larger than the inherent one", ""),
        ({"owner": "#REF!"}, "F", "owner holds an error of Excel's", "mend the cell"),
        ({"treatment": "Mitigat"}, "E", "treatment is 'Mitigat'", "did you mean mitigate?"),
        ({"owner": None}, "F", "owner is missing", ""),
        ({"owner": "Anna Weber"}, "F", "not named by a person's id", "assay users list"),
        ({"review": "03/04/2027"}, "G", "no day that has one meaning", "2027-03-31"),
        ({"review": date(2026, 1, 1)}, "G", "review_by is 2026-01-01", "within two years"),
        ({"review": None}, "G", "review_by is missing", ""),
        ({"comment": "=HYPERLINK(A1)"}, "H", "reason is a formula", "paste it as values"),
    ],
)
def test_each_problem_names_its_cell_and_what_to_do(changes: dict[str, Any], column: str, what: str, hint: str) -> None:
    """The row is not taken; the one beside it is."""
    found = risks_of(register(row("1.1"), row(**changes)))
    (problem,) = found.problems
    assert (problem.sheet, problem.row, problem.column) == ("Register", 3, column)
    assert what in problem.what
    assert hint in problem.hint
    assert [one.said.risk for one in found.rows] == ["1.1"]
    assert not found.is_whole
    assert "Anna" not in repr(found.problems)


def test_an_id_that_means_one_risk_alone_may_be_a_number() -> None:
    """Only where a sibling ends in a zero can Excel's number mean two."""
    ids = {risk.id for risk in framework().catalogue.risks}
    alone = next(one for one in sorted(ids) if not one.endswith("0") and f"{one}0" not in ids)
    assert risks_of(register(row(float(alone)))).rows[0].said.risk == alone


@pytest.mark.parametrize(
    ("written", "day"),
    [("2027-03-31", date(2027, 3, 31)), ("31.03.2027", date(2027, 3, 31)), ("1.4.2027", date(2027, 4, 1))],
)
def test_days_are_read_in_the_ways_that_have_one_meaning(written: str, day: date) -> None:
    """ISO and German texts; dates of Excel's are in the other tests."""
    assert risks_of(register(row(review=written))).rows[0].said.review_by == day


def test_a_risk_that_stands_twice_is_taken_once_and_told() -> None:
    """Of two rows for one risk the first is read; for two systems both are."""
    found = risks_of(register(row(), row(residual="1x1")))
    assert said_at(found, 3, "A").what == "9.1 stands in row 2 already"
    heading = (*HEADING, "System")
    both = risks_of(book(heading, (*row(), "shop"), (*row(), "desk")), systems={"shop", "desk"})
    assert [one.said.system for one in both.rows] == ["shop", "desk"]
    named = risks_of(book(heading, (*row(), "shop"), (*row(), None)), systems={"shop"}, system="shop")
    assert said_at(named, 3, "A").what == "9.1 stands in row 2 already"


def test_people_and_systems_are_held_against_the_record() -> None:
    """Who is no person and what is no system is told, the nearest system with it."""
    data = book((*HEADING, "System"), (*row(), "shpo"))
    found = risks_of(data, people={"person-2"}, systems={"shop"})
    assert "person's id" in said_at(found, 2, "F").what
    assert said_at(found, 2, "I").hint == "did you mean shop?"


def test_merged_cells_are_read_for_each_row_and_told() -> None:
    """An owner who stands once beside three rows is the owner of all three."""

    def merge(sheet: Any) -> None:  # noqa: ANN401  # openpyxl has no types
        sheet.merge_cells("F2:F4")

    found = risks_of(register(row("1.1"), row("1.2", owner=None), row("1.3", owner=None), change=merge))
    assert [one.said.owner for one in found.rows] == ["person-1"] * 3
    notice = said_at(found, 4, "F")
    assert (notice.what, notice.blocks) == ("owner is merged with F2:F4: its value is taken for this row", False)
    assert found.is_whole


def test_a_column_that_is_not_read_is_named_with_what_it_may_mean() -> None:
    """A typing error in a heading is asked about, and can be mapped by hand."""
    heading = [*HEADING[:5], "Risk ownr", *HEADING[6:], "Colour"]
    data = book(heading, (*row(), "red"))
    with pytest.raises(InputError, match="no column says owner") as refusal:
        risks_of(data)
    assert "--map owner=COLUMN" in refusal.value.hint
    for column in ("F", "risk OWNR"):
        found = risks_of(data, mapped={"owner": column})
        assert found.is_whole
        assert [one.what for one in found.problems] == ["the column 'Colour' is not read"]


@pytest.mark.parametrize(
    ("heading", "mapped", "words"),
    [
        ((*HEADING[:7], "Owner"), {}, "columns F and H both read as owner"),
        (HEADING, {"ownr": "F"}, "--map names 'ownr'"),
        (HEADING, {"owner": "Z"}, "has no column 'Z'"),
        (("a", "b"), {}, "has no heading"),
        ((*HEADING[:3], "after", *HEADING[4:]), {}, "no column says residual$"),
        ((*HEADING[:2], "how bad", *HEADING[3:]), {}, "no column says inherent_impact"),
    ],
)
def test_columns_that_cannot_be_told_apart_are_refused(
    heading: tuple[str, ...], mapped: dict[str, str], words: str
) -> None:
    """Before a row is read."""
    with pytest.raises(InputError, match=words):
        risks_of(book(heading, row()), mapped=mapped)


def test_a_heading_in_words_of_its_own_is_found_by_what_is_mapped() -> None:
    """Where no word is known, the columns that are named by hand say which row is the heading."""
    names = ("risk", "inherent_likelihood", "inherent_impact", "residual", "treatment", "owner", "review_by", "reason")
    heading = tuple(f"Spalte {number}" for number in range(8))
    found = risks_of(book(("Title",), heading, row()), mapped=dict(zip(names, heading, strict=True)))
    assert [one.row for one in found.rows] == [3]


def test_a_register_without_rows_is_not_whole() -> None:
    """A heading alone is nothing to write."""
    assert not risks_of(register()).is_whole


def test_a_title_above_the_heading_and_empty_rows_below_are_passed_over() -> None:
    """Registers begin with a title and a legend, and have gaps."""
    data = book(("Risk register 2026",), (), ("legend", "1 to 5"), HEADING, row(), (), row("1.1"))
    assert [(one.row, one.said.risk) for one in risks_of(data).rows] == [(5, "9.1"), (7, "1.1")]


def test_a_register_of_500_rows_names_every_problem() -> None:
    """Typing errors, missing owners, doubles and formulas, each in its row; the rest is taken."""
    ids = [risk.id for risk in framework().catalogue.risks]
    heading = (*HEADING, "System")
    wrong: dict[int, dict[str, object]] = {
        7: {"risk": "9,1"},
        50: {"owner": None},
        123: {"comment": "=1+1"},
        400: {"treatment": "ignore it"},
    }
    rows = [(*row(**{"risk": ids[n % 50], **wrong.get(n, {})}), f"s{n // 50}") for n in range(500)]
    found = risks_of(book(heading, *rows, (*row(ids[0]), "s0")))
    assert (found.read, len(found.rows)) == (501, 496)
    assert [one.row for one in found.problems] == [9, 52, 125, 402, 502]
