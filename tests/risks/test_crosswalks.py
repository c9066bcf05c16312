"""Relations of risks and controls to other lists: what is stored, how it is known, and what a broken file says."""

import pytest

from assay.kernel import InputError
from risks import Provenance, RelationKind, framework
from tests.risks.samples import CROSSWALK, SMALL, contents


def test_both_directions_agree() -> None:
    """What is related to an entry is what has the entry among its relations."""
    known = framework()
    forward = {(row.subject, row.object, row.edition) for row in known.relations_of("9.1")}
    assert ("9.1", "LLM01", "2025") in forward
    for subject, entry, edition in forward:
        assert subject in {row.subject for row in known.related(f"{entry}:{edition}")}


def test_numbers_of_an_edition_are_not_those_of_another() -> None:
    """The source's column headed 2025 counts as 2023/24 does: LLM04 was denial of service there."""
    known = framework()
    published = [
        row for row in known.relations if row.standard == "owasp-llm" and row.provenance is Provenance.PUBLISHED
    ]
    assert {row.edition for row in published} == {"1.1"}
    assert all("headed 2025" in row.note for row in published)
    names = {item.edition: item.names["LLM04"] for item in known.standards if item.id == "owasp-llm"}
    assert (names["1.1"], names["2025"]) == ("Model Denial of Service", "Data and Model Poisoning")
    assert "LLM10" in {row.object for row in known.relations_of("9.7") if row.edition == "2025"}


def test_every_list_is_there_and_every_row_says_how_it_is_known() -> None:
    """Seven lists, in ten editions; rows are related and never more; ISO's titles stay with ISO."""
    known = framework()
    assert len(known.relations) == 1774
    lists = {"owasp-llm", "owasp-ml", "mitre-atlas", "nist-ai-rmf", "nist-ai-600-1", "iso-42001", "eu-ai-act"}
    assert {row.standard for row in known.relations} == lists
    assert {row.kind for row in known.relations} == {RelationKind.RELATED}
    assert all(row.source and row.object in known.standard(row).names for row in known.relations)
    iso = next(item for item in known.standards if item.id == "iso-42001")
    assert set(iso.names.values()) == {""}


def test_every_risk_is_related_to_something() -> None:
    """No risk is without an entry elsewhere, and a weak pair of the source is called weak."""
    known = framework()
    assert all(known.relations_of(risk.id) for risk in known.catalogue.risks)
    weak = [row for row in known.relations_of("3.2") if row.object == "5(4)"]
    assert [row.note.split(":")[0] for row in weak] == ["weak"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("predicate: related", "predicate: satisfies", "/relations/0/predicate: expected one of related"),
        ('"1.1": ["A1"]', '"1.1": ["A2"]', "/relations/0/pairs/1.1: expected an entry of list 1"),
        ('"1.1": ["A1"]', '"1.1": ["A1", "A1"]', "/relations: the relation 1.1 list 1 A1 published comes 2 times"),
        ('"1.1": ["A1"]', '"1.2": ["A1"]', "/relations: there is no risk or control '1.2' in the catalogue 'small'"),
        ("standard: list", "standard: lost", "/relations/0/standard: expected a standard and edition of this file"),
        ("relations: 1}", "relations: 2}", "/counts/relations: 2 are stated, 1 are there"),
        ("catalogue: small", "catalogue: large", "/catalogue: there is no catalogue 'large'"),
        ("provenance: published", "provenance: said", "/relations/0/provenance: expected one of published, reasoned"),
        ("note: x", "not: x", "/relations/0/not: unknown key"),
        ("date: 2026-11-21", "date: 2026-11-31", "/date: expected a day"),
    ],
)
def test_a_broken_file_says_where(old: str, new: str, message: str) -> None:
    """Each mistake is named with file and pointer."""
    assert old in CROSSWALK
    with pytest.raises(InputError) as caught:
        contents(SMALL, CROSSWALK.replace(old, new))
    assert f"1.yaml#{message}" in str(caught.value)


def test_an_entry_is_found_in_one_edition_or_in_all() -> None:
    """LLM04 alone is asked of every edition, LLM04:1.1 of one; case does not count."""
    known = framework()
    assert {row.edition for row in known.related("llm04")} == {"1.1", "2025", "2026"}
    assert {row.edition for row in known.related("LLM04:1.1")} == {"1.1"}
    assert known.related("LLM04:2024") == ()
