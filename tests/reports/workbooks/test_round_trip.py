"""What was written is read again to just what is recorded, and an edit arrives as exactly that edit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.imports import as_read
from governance.ratings import Rating, Treatment
from risks.act import Role
from tests.reports.workbooks.books import (
    FRAMEWORK,
    ORIGIN,
    TODAY,
    described,
    edited,
    entry,
    inventory_of,
    place_of,
    rating,
    read_inventory,
    read_register,
    register_of,
)

_MARKS = st.characters(exclude_categories=())  # controls and lone surrogates, too
_BEGINNINGS = st.sampled_from(["", "=", "+", "-", "@", "\t", "\r", "'", "_x000D_", "_x0041_", "_x005F_", "#REF!"])
TEXTS = st.builds(str.__add__, _BEGINNINGS, st.text(_MARKS, max_size=40))
_DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(date.isoformat)
_LEVELS = st.tuples(st.integers(1, 5), st.integers(1, 5))


@st.composite
def ratings(draw: st.DrawFn) -> list[Rating]:
    """Draw ratings of some risks of some systems: overdue ones, and texts of every kind."""
    risks = st.sampled_from([risk.id for risk in FRAMEWORK.catalogue.risks])
    places = draw(st.sets(st.tuples(st.sampled_from(["shop", "desk", "1.2"]), risks), min_size=1, max_size=6))
    found = []
    for system, risk in sorted(places):
        before, after = draw(_LEVELS), draw(_LEVELS)
        found.append(
            rating(
                risk,
                system,
                inherent_likelihood=before[0],
                inherent_impact=before[1],
                residual_likelihood=min(before[0], after[0]),
                residual_impact=min(before[1], after[1]),
                treatment=draw(st.sampled_from(Treatment)),
                owner=draw(st.sampled_from(["person-1", "=cmd", "007", "me-too"])),
                review_by=draw(_DAYS),
                due=draw(st.none() | _DAYS),
                reason=draw(st.none() | TEXTS),
            )
        )
    return found


@settings(max_examples=60, deadline=None)
@given(ratings())
def test_a_register_that_nobody_touched_says_nothing_new(known: list[Rating]) -> None:
    """Whatever days and texts it holds, who is somebody today, and however many risks nobody rated."""
    found = read_register(register_of(known, unrated=["9.10", "1.2"]), known, people={"nobody"})
    assert (found.rows, found.problems) == ((), ())
    assert found.unchanged == len(known)
    assert found.unchanged + found.blank == found.read
    assert found.is_whole


@settings(max_examples=60, deadline=None)
@given(ratings())
def test_a_register_that_goes_to_another_store_brings_the_same_values(known: list[Rating]) -> None:
    """Where nothing is recorded, every rating is a new one; texts are those that a cell can show."""
    soon = (TODAY + timedelta(days=9)).isoformat()
    known = [replace(one, review_by=soon, due=one.due and soon) for one in known]
    found = read_register(register_of(known))
    assert found.problems == ()
    for row, one in zip(found.rows, known, strict=True):
        said = row.said
        assert (said.system, said.risk, said.owner, said.treatment) == (one.system, one.risk, one.owner, one.treatment)
        assert said.inherent == (one.inherent_likelihood, one.inherent_impact)
        assert said.residual == (one.residual_likelihood, one.residual_impact)
        assert said.review_by.isoformat() == one.review_by
        assert (said.due and said.due.isoformat()) == one.due
        assert said.reason == as_read(one.reason)


_CHANGES: list[tuple[str, object, str, object]] = [
    ("Owner", "person-2", "owner", "person-2"),
    ("Inherent likelihood", 5, "inherent", (5, 5)),
    ("Residual impact", 1, "residual", (2, 1)),
    ("Treatment", "transfer", "treatment", Treatment.TRANSFER),
    ("Review by", date(2027, 6, 30), "review_by", date(2027, 6, 30)),
    ("Due", date(2027, 1, 31), "due", date(2027, 1, 31)),
    ("Due", None, "due", None),
    ("Rationale", "another", "reason", "another"),
    ("Rationale", None, "reason", ""),
]


@pytest.mark.parametrize(("heading", "value", "field", "expected"), _CHANGES)
def test_an_edit_arrives_as_exactly_that_edit(heading: str, value: object, field: str, expected: object) -> None:
    """All else of the row stays as recorded, a text that no cell can show included; no other row is new."""
    known = [
        rating("1.2"),
        rating("9.10", reason=" \x00 spaced ", due="2027-02-01"),
        rating("9.1", review_by="2026-01-01"),
    ]

    def change(sheet: Any) -> None:  # noqa: ANN401  # openpyxl has no types
        sheet.cell(3, place_of(sheet, heading)).value = value

    found = read_register(edited(register_of(known), change), known)
    (row,) = found.rows
    before = {
        "owner": "person-1", "inherent": (4, 5), "residual": (2, 3), "treatment": Treatment.MITIGATE,
        "review_by": date(2027, 3, 31), "due": date(2027, 2, 1), "reason": " \x00 spaced ",
    }  # fmt: skip
    assert (row.row, row.said.risk, found.unchanged, found.problems) == (3, "9.10", 2, ())
    assert {name: getattr(row.said, name) for name in before} == {**before, field: expected}


def test_what_is_only_shown_is_not_read_and_what_people_add_is_told() -> None:
    """A status that was typed over changes nothing; a column of their own is named."""
    known = [rating()]

    def change(sheet: Any) -> None:  # noqa: ANN401  # as above
        sheet.cell(2, place_of(sheet, "Status")).value = "treated"
        sheet.cell(1, 30).value = "Our notes"

    found = read_register(edited(register_of(known), change), known)
    assert (found.rows, found.unchanged) == ((), 1)
    assert [one.what for one in found.problems] == ["the column 'Our notes' is not read"]


def _emptied(sheet: Any) -> None:  # noqa: ANN401  # as above
    for heading in ("Owner", "Inherent likelihood", "Inherent impact", "Residual likelihood", "Residual impact",
                    "Treatment", "Review by", "Due", "Rationale"):  # fmt: skip
        sheet.cell(2, place_of(sheet, heading)).value = None


def _begun(sheet: Any) -> None:  # noqa: ANN401  # as above
    sheet.cell(3, place_of(sheet, "Owner")).value = "person-1"


def _overdue(sheet: Any) -> None:  # noqa: ANN401  # as above
    sheet.cell(2, place_of(sheet, "Owner")).value = "person-2"


@pytest.mark.parametrize(
    ("change", "review_by", "told", "blocks"),
    [
        (_emptied, "2027-03-31", ["9.1 is rated and says nothing here: its rating stays"], False),
        (
            _begun,
            "2027-03-31",
            [f"{one} is missing" for one in ("inherent_likelihood", "inherent_impact", "residual_likelihood",
                                             "residual_impact", "treatment", "review_by")],
            True,
        ),
        (_overdue, "2026-11-01", ["review_by is 2026-11-01"], True),
    ],
)  # fmt: skip
def test_half_an_edit_is_told(change: Callable[[Any], None], review_by: str, told: list[str], blocks: bool) -> None:  # noqa: FBT001  # a case of the table
    """A rating cannot be emptied away, begun and left, nor given to somebody else while its review is overdue."""
    known = [rating(review_by=review_by)]
    found = read_register(edited(register_of(known, unrated=["1.2"]), change), known)
    assert [one.what for one in found.problems] == told
    assert {one.blocks for one in found.problems} == {blocks}
    assert found.rows == ()


@pytest.mark.parametrize(
    ("changes", "log", "blocks"),
    [
        ({}, ORIGIN.log, True),
        ({"rater": "me-myself"}, ORIGIN.log, False),
        ({"seq": ORIGIN.size - 1}, ORIGIN.log, False),
        ({}, "another", False),
    ],
)
def test_a_workbook_takes_nothing_back_that_others_rated_since(
    changes: dict[str, Any], log: str, *, blocks: bool
) -> None:
    """An old workbook would undo a newer judgement without anybody's wish; one's own rows may be changed again."""
    since = rating(**{"seq": ORIGIN.size, "owner": "person-9", "rater": "person-9", **changes})
    found = read_register(register_of([rating(), rating("9.8")]), [since, rating("9.8")], log=log, me="me-myself")
    told = ["9.1 was rated by somebody else on 2026-11-01, after this workbook was written"] if blocks else []
    assert [one.what for one in found.problems] == told
    assert (len(found.rows), found.unchanged) == (0 if blocks else 1, 1)


def test_without_its_sheet_about_a_register_is_one_like_any_other() -> None:
    """Then risks that nobody rated lack an owner, and columns that are only shown are named."""
    data = edited(register_of([rating()], unrated=["1.2"]), lambda sheet: sheet.parent.remove(sheet.parent["About"]))
    found = read_register(data, [rating()])
    assert "owner is missing" in [one.what for one in found.problems]
    assert "the column 'Status' is not read" in [one.what for one in found.problems]


@settings(max_examples=60, deadline=None)
@given(
    st.none() | TEXTS.map(lambda text: text[:200]),
    st.none() | TEXTS,
    st.sets(st.sampled_from(Role)),
    st.sets(st.sampled_from(["DE", "EU", "WORLD"])),
)
def test_an_inventory_that_nobody_touched_says_nothing_new(
    name: str | None, purpose: str | None, roles: set[Role], markets: set[str]
) -> None:
    """Erased words, hostile ones, and a system about which nobody said a word."""
    known = described(name=name, purpose=purpose, roles=tuple(roles), markets=tuple(markets), owner="=gone")
    found = read_inventory(inventory_of(entry("shop", known), entry("desk", None)), [known])
    assert (found.rows, found.problems, found.unchanged, found.blank) == ((), (), 1, 1)


@pytest.mark.parametrize(
    ("heading", "value", "field", "expected"),
    [
        ("Name", "Shop", "name", "Shop"),
        ("Owner", "person-2", "owner", "person-2"),
        ("Roles", "provider, deployer", "roles", (Role.PROVIDER, Role.DEPLOYER)),
        ("Markets", "DE; AT", "markets", ("DE", "AT")),
    ],
)
def test_an_edit_of_the_inventory_arrives_as_that_edit(heading: str, value: str, field: str, expected: object) -> None:
    """The purpose stays as it was written, blanks at its end included."""
    known = described(purpose="answers \t", roles=(Role.PROVIDER,), markets=("DE",))

    def change(sheet: Any) -> None:  # noqa: ANN401  # openpyxl has no types
        sheet.cell(2, place_of(sheet, heading)).value = value

    found = read_inventory(edited(inventory_of(entry("shop", known)), change, "Inventory"), [known])
    (row,) = found.rows
    before = {"name": "Shop help", "purpose": "answers \t", "owner": "person-1", "roles": (Role.PROVIDER,),
              "markets": ("DE",)}  # fmt: skip
    assert {name: getattr(row.said, name) for name in before} == {**before, field: expected}
