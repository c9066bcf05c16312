"""The catalogue that comes with the product, and what becomes of a broken one."""

from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from assay.kernel import InputError
from risks import Provenance, built_in, load, parse
from tests.risks.samples import SMALL


def test_the_catalogue_has_the_framework_s_ids() -> None:
    """55 risks in 12 components and 59 controls, each risk numbered by its component."""
    catalogue = built_in()
    assert (len(catalogue.components), len(catalogue.risks), len(catalogue.controls)) == (12, 55, 59)
    numbers = {component.id: component.number for component in catalogue.components}
    assert all(int(risk.id.split(".")[0]) == numbers[risk.component] for risk in catalogue.risks)
    assert Counter(risk.component for risk in catalogue.risks)["serving-requests"] == 10
    assert [control.id for control in catalogue.controls] == [f"DASF {number}" for number in range(1, 60)]


def test_names_repeat_and_ids_do_not() -> None:
    """8.4 and 9.2 carry one name and say different things."""
    by_id = {risk.id: risk for risk in built_in().risks}
    assert by_id["8.4"].name == by_id["9.2"].name
    assert by_id["8.4"].definition != by_id["9.2"].definition
    for said in ("definition", "why", "test"):
        assert len({getattr(risk, said) for risk in by_id.values()}) == 55


def test_every_risk_says_something_and_is_mapped() -> None:
    """A definition is one sentence; each risk has a control, and each pair says how it is known."""
    for risk in built_in().risks:
        assert risk.definition.endswith(".")
        assert 40 < len(risk.definition) < 180
        assert risk.why.endswith(".")
        assert risk.test.endswith(".")
        assert risk.controls
        assert all(mapping.provenance is Provenance.PUBLISHED for mapping in risk.controls)


def test_the_digest_follows_what_is_said_and_not_the_layout() -> None:
    """A comment changes nothing, a word does."""
    assert parse(SMALL, "a").digest == parse("# a comment\n" + SMALL, "b").digest
    assert parse(SMALL, "a").digest != parse(SMALL.replace("takes it", "takes all"), "a").digest


@pytest.mark.parametrize(
    ("old", "new", "pointer", "message"),
    [
        ("component: data", "component: date", "/risks/0/component", "there is no component 'date'"),
        ("- {id: C1, prov", "- {id: C2, prov", "/risks/0/controls/0/id", "there is no control 'C2'"),
        ("risks: 1,", "risks: 2,", "/counts/risks", "2 are stated, 1 are there"),
        ("name: Theft", "nmae: Theft", "/risks/0/nmae", "unknown key"),
        ("    why: It is gone.\n", "", "/risks/0/why", "a text in quotes, got None"),
        ("test: Look for it.", "test: ''", "/risks/0/test", "a text in quotes"),
        ("licence: none needed", "licence: none needed\nrisk: 1", "/risk", "unknown key"),
        ("in: both", "in: none", "/risks/0/controls/0/in", "exactly when the pair is reasoned"),
        (
            "provenance: published",
            "provenance: guessed",
            "/risks/0/controls/0/provenance",
            "one of published, reasoned",
        ),
        ('"1.1"', "1.1", "/risks/0/id", "a text in quotes"),
        ("assay-risks/1", "assay-risks/9", "/format", "expected 'assay-risks/1'"),
        ("number: 1", "number: one", "/components/0/number", "a whole number"),
        ("controls:\n      - {id: C1, provenance: published, in: both}", "controls: C1", "/risks/0/controls", "a list"),
    ],
)
def test_a_mistake_is_named_with_file_and_pointer(old: str, new: str, pointer: str, message: str) -> None:
    """The reader learns where and what."""
    assert old in SMALL
    with pytest.raises(InputError) as caught:
        parse(SMALL.replace(old, new), "my.yaml")
    assert f"my.yaml#{pointer}: " in str(caught.value)
    assert message in str(caught.value)


def test_all_mistakes_are_told_at_once() -> None:
    """Three mistakes are one error with three lines."""
    broken = (
        SMALL.replace("component: data", "component: x")
        .replace("risks: 1,", "risks: 3,")
        .replace("id: C1,", "id: C9,", 1)
    )
    with pytest.raises(InputError, match=r"^3 mistakes in my\.yaml:"):
        parse(broken, "my.yaml")


def test_an_id_that_comes_twice_is_refused() -> None:
    """Two controls of one id would make every reference ambiguous."""
    twice = SMALL.replace('  - {id: C1, name: Lock, since: "1"}', '  - {id: C1, name: Lock, since: "1"}\n' * 2)
    with pytest.raises(InputError, match=r"#/controls: the id 'C1' comes 2 times"):
        parse(twice.replace("controls: 1}", "controls: 2}"), "my.yaml")


@pytest.mark.parametrize(
    "text", ["", "- a", "id: a\nid: b", "a: [", "? [1]\n: 2", "&a [*a]", "!!python/object:os.system {}"]
)
def test_what_is_no_catalogue_is_an_error_and_no_crash(text: str) -> None:
    """Empty, wrong, hostile or self-containing YAML ends in one message."""
    with pytest.raises(InputError):
        parse(text, "my.yaml")


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    """Bytes that are no UTF-8, or no file at all, name the path."""
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match=r"bad\.yaml"):
        load(tmp_path / "bad.yaml")
    with pytest.raises(InputError, match=r"none\.yaml"):
        load(tmp_path / "none.yaml")


def test_the_catalogue_on_disk_is_the_one_that_is_loaded() -> None:
    """The built-in catalogue passes the same reader as a user's file."""
    file = resources.files("risks") / "catalogue" / "dasf.yaml"
    assert parse(file.read_text(encoding="utf-8"), "x").digest == built_in().digest
