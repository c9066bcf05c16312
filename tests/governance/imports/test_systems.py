"""Inventories of systems: what is taken, and how each problem is named."""

from typing import Any

import pytest

from risks.act import Role
from tests.governance.imports.workbooks import book, said_at, systems_of

HEADING = ("System ID", "Title", "Intended purpose", "Owner", "Role", "Countries")


def test_a_row_that_holds_is_taken_as_it_stands() -> None:
    """Lists are parted at commas and lines; roles are those of the Act, in words or codes."""
    data = book(HEADING, ("shop", "Shop help", "answers", "person-1", "Provider, authorised representative", "DE\neea"))
    found = systems_of(data, systems={"shop"})
    said = found.rows[0].said
    assert found.is_whole
    assert (said.system, said.name, said.is_known) == ("shop", "Shop help", True)
    assert said.roles == (Role.PROVIDER, Role.AUTHORISED_REPRESENTATIVE)
    assert said.markets == ("DE", "EEA")


@pytest.mark.parametrize(
    ("changes", "column", "what", "hint"),
    [
        ({"System ID": "my shop"}, "A", "cannot be an id", "hiring-assistant"),
        ({"System ID": None}, "A", "system is missing", ""),
        ({"System ID": "DESK"}, "A", "stands in row 2 already", ""),
        ({"Owner": None}, "D", "owner is missing", ""),
        ({"Role": "providr"}, "E", "no role 'providr'", "did you mean provider?"),
        ({"Countries": "Germany"}, "F", "'GERMANY' is no market", "DE, EU"),
        ({"Title": "x" * 201}, "B", "name has 201 characters", ""),
    ],
)
def test_each_problem_names_its_cell(changes: dict[str, Any], column: str, what: str, hint: str) -> None:
    """And keeps the row from being taken."""
    good = dict(zip(HEADING, ("shop", "Shop", "answers", "person-1", "provider", "DE"), strict=True))
    found = systems_of(book(HEADING, list({**good, "System ID": "desk"}.values()), list({**good, **changes}.values())))
    problem = said_at(found, 3, column)
    assert what in problem.what
    assert hint in problem.hint
    assert [one.said.system for one in found.rows] == ["desk"]


def test_an_id_that_is_almost_known_is_asked_about_and_taken() -> None:
    """It may be a typing error, and it may be a new system."""
    found = systems_of(book(HEADING, ("shpo", "", "", "person-1", "", "")), systems={"shop"})
    assert found.is_whole
    assert found.problems[0].hint == "did you mean shop?"
