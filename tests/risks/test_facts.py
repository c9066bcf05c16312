"""The catalogue and its relations against what their sources state, which was read apart from them.

The files under `facts/` hold ids, names and pairs alone; each says where it is from.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from risks import Provenance, Standard, framework

FACTS: Final = Path(__file__).parent / "facts"
KNOWN: Final = framework(["v2"])
# What the source states and the relations leave out: an id that no edition of ATLAS has, ids of ATT&CK, and a control
# that Annex A does not have.
LEFT_OUT: Final = {
    ("mitre-atlas 4.7.0", "1.2", "AML.T0022"),
    ("mitre-atlas 4.7.0", "9.7", "T1499"),
    ("mitre-atlas 4.7.0", "12.1", "T1578"),
    ("mitre-atlas 4.7.0", "12.1", "T1601"),
    ("mitre-atlas 4.7.0", "12.2", "T1578"),
    ("mitre-atlas 4.7.0", "12.2", "T1601"),
    ("iso-42001 2023", "DASF 61", "A.4.1"),
}


def read(name: str) -> dict[str, Any]:
    """Return a file of facts without what it says of itself."""
    found: dict[str, Any] = json.loads((FACTS / f"{name}.json").read_text(encoding="utf-8"))
    assert found.pop("about")
    return found


def named(one: Standard) -> str:
    """Return a list with its edition."""
    return f"{one.id} {one.edition}"


def test_names_components_and_pairs_are_the_source_s() -> None:
    """All of v2.0; the 55 and the 59 are those of the source without what it adds."""
    facts, catalogue = read("framework"), KNOWN.catalogue
    assert {one.id: [one.number, one.name] for one in catalogue.components} == facts["components"]
    assert {one.id: [one.name, one.since] for one in catalogue.controls} == facts["controls"]
    pairs = {risk.id: {one.control: one.sheet.value for one in risk.controls} for risk in catalogue.risks}
    assert {risk.id: [risk.name, risk.component, pairs[risk.id]] for risk in catalogue.risks} == facts["risks"]
    plain = {risk.id: {one.control for one in risk.controls} for risk in framework().catalogue.risks}
    older = {name for name, (_, since) in facts["controls"].items() if since != "2.0"}
    assert all(controls == pairs[risk].keys() & older for risk, controls in plain.items())


def test_published_relations_are_those_that_the_source_states() -> None:
    """None is missing but those that are named here, and none is there that the source does not state."""
    stated = {
        (name, subject, entry)
        for name, rows in read("published").items()
        for subject, entries in rows.items()
        for entry in entries
    }
    published = [row for row in KNOWN.relations if row.provenance is Provenance.PUBLISHED]
    assert {(f"{row.standard} {row.edition}", row.subject, row.object) for row in published} == stated - LEFT_OUT
    assert stated > LEFT_OUT


@pytest.mark.parametrize("name", [name for name in read("lists") if name != "eu-ai-act 2024/1689"])
def test_entries_exist_in_their_edition_under_their_name(name: str) -> None:
    """An id that the list has not, or a name that another edition gave it, leads a reader astray."""
    (standard,) = (one for one in KNOWN.standards if named(one) == name)
    listed = read("lists")[name]
    if isinstance(listed, Mapping):
        assert {entry: listed.get(entry) for entry in standard.names} == dict(standard.names)
    else:
        assert set(standard.names) <= set(listed)


def test_articles_are_those_of_the_act() -> None:
    """Each provision is there, itself or by its points."""
    provisions = read("lists")["eu-ai-act 2024/1689"]
    (act,) = (one for one in KNOWN.standards if one.id == "eu-ai-act")
    for entry in act.names:
        assert any(one == entry or one.startswith(f"{entry}(") for one in provisions), entry


def test_titles_of_the_iso_standard_are_nowhere() -> None:
    """Its text is sold by ISO: ids alone."""
    (iso,) = (one for one in KNOWN.standards if one.id == "iso-42001")
    assert set(iso.names.values()) == {""}
    assert isinstance(read("lists")["iso-42001 2023"], list)
