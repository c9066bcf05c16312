"""The framework that comes with the product, and its extension, which is off until somebody asks for it."""

import re
from pathlib import Path

import pytest

from assay.kernel import InputError, MissingError
from risks import Catalogue, framework, validate
from tests.risks.samples import CROSSWALK, EXTENSION, MORE_RULES, RULES, SMALL, contents

PAIRING = '  - risk: "1.1"\n    controls:\n      - {id: C2, provenance: reasoned, in: none}\n'


def test_the_extension_is_off_by_default() -> None:
    """55 and 59 without it; seven risks and five controls more with it, each risk in its place."""
    plain, extended = framework(), framework(["v2"])
    assert (len(plain.catalogue.risks), len(plain.catalogue.controls)) == (55, 59)
    assert (len(extended.catalogue.risks), len(extended.catalogue.controls)) == (62, 64)
    more = [risk.id for risk in extended.catalogue.risks if risk not in plain.catalogue.risks]
    assert set(more) >= {"1.11", "6.3", "9.11", "9.12", "9.13", "10.6", "12.7"}
    order = [risk.id for risk in extended.catalogue.risks]
    assert order.index("1.10") < order.index("1.11") < order.index("2.1")


def test_the_extension_maps_its_controls_to_risks_that_were_there() -> None:
    """Limits on queries are mapped to denial of service, and the pair says that it is published."""
    assert "DASF 60" not in {item.control for item in framework().risk("9.7").controls}
    added = next(item for item in framework(["v2"]).risk("9.7").controls if item.control == "DASF 60")
    assert (added.provenance, added.sheet) == ("published", "both")


def test_the_digest_covers_the_extension() -> None:
    """Naming it twice changes nothing; having it does."""
    assert framework().digest != framework(["v2"]).digest
    assert framework(["v2", "v2"]).digest == framework(["v2"]).digest


def test_every_relation_of_the_extension_has_its_entry() -> None:
    """Both files name editions of the same lists, and together they know every entry."""
    known = framework(["v2"])
    assert all(row.object in known.standard(row).names for row in known.relations)
    assert "AML.T0054" in {row.object for row in known.relations_of("9.12")}


def test_what_is_not_there_is_named() -> None:
    """An unknown extension is wrong usage; an unknown risk or control is missing."""
    with pytest.raises(InputError, match="there is no extension 'v9'"):
        framework(["v9"])
    with pytest.raises(MissingError, match=r"there is no risk '9\.12'"):
        framework().risk("9.12")
    with pytest.raises(MissingError, match="there is no control 'DASF 60'"):
        framework().control("DASF 60")


def test_the_samples_are_sound() -> None:
    """Without a change, the files that other tests break are read, in any order."""
    first, _, second, _ = contents(EXTENSION, MORE_RULES, SMALL, RULES)
    assert isinstance(first, Catalogue)
    assert isinstance(second, Catalogue)
    assert first.extends == second.id
    assert len(contents(RULES, SMALL, CROSSWALK)) == 3


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("extends: small", "extends: none", "/extends: there is no catalogue 'none' that can be extended"),
        ('- id: "1.2"', '- id: "1.1"', "/risks/0/id: the id '1.1' is taken in 'small'"),
        ('- risk: "1.1"', '- risk: "7.7"', "/pairings/0/risk: there is no risk '7.7' to extend"),
        (PAIRING, PAIRING * 2, "/pairings: the id '1.1' comes 2 times"),
        ("- {id: C2, prov", "- {id: C1, prov", "/pairings/0/controls/0/id: 'C1' is mapped to it already"),
        ("- {id: C1, prov", "- {id: C7, prov", "/risks/0/controls/0/id: there is no control 'C7'"),
        ("id: more", "id: small", "/id: the catalogue id 'small' is taken"),
        ("component: data", "component: date", "/risks/0/component: there is no component 'date'"),
    ],
)
def test_a_broken_extension_says_where(old: str, new: str, message: str) -> None:
    """An extension refers to what it extends, and takes no id from it."""
    assert old in EXTENSION
    with pytest.raises(InputError) as caught:
        contents(SMALL, EXTENSION.replace(old, new))
    assert f"1.yaml#{message}" in str(caught.value)


def test_a_risk_without_a_control_is_a_mistake() -> None:
    """Nobody could say how it is treated."""
    alone = SMALL.replace("    controls:\n      - {id: C1, provenance: published, in: both}\n", "    controls: []\n")
    with pytest.raises(InputError, match=r"#/risks/0/controls: no control is mapped to the risk '1\.1'"):
        contents(alone)


def test_mistakes_of_several_files_are_told_at_once() -> None:
    """Three broken files are one error, and unreadable YAML does not hide the others."""
    with pytest.raises(InputError) as caught:
        contents(SMALL.replace("name: Theft", "nmae: Theft"), RULES.replace("rules: 1}", "rules: 2}"), "a: [")
    message = str(caught.value)
    assert message.startswith("4 mistakes in 3 files:")
    assert all(part in message for part in ("0.yaml#/risks/0/nmae", "1.yaml#/counts/rules", "2.yaml is not readable"))


def test_the_files_that_the_guide_shows_are_sound(tmp_path: Path) -> None:
    """What a reader copies from docs/risks.md validates, and is in force when it is named."""
    guide = (Path(__file__).parents[2] / "docs" / "risks.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    paths = [tmp_path / f"{number}.yaml" for number in range(len(blocks))]
    for path, block in zip(paths, blocks, strict=True):
        path.write_text(block, encoding="utf-8")
    assert [type(item).__name__ for item in validate(paths)] == ["Catalogue", "RuleBook"]
    known = framework((), paths)
    assert {"B.1", "8.3"} == {risk.id for risk in known.risks_of("BANK 1")}
    assert next(ask.of for ask in known.rule("DASF 54").asked_for("B.1")) == "faithfulness"


@pytest.mark.parametrize("name", ["dasf.yaml", "crosswalks.yaml", "rules.yaml", "v2/dasf.yaml", "v2/rules.yaml"])
def test_each_file_of_the_product_validates_alone(name: str) -> None:
    """Whoever starts from a copy of ours starts from a sound file."""
    file = Path(__file__).parents[2] / "risks" / "catalogue" / name
    assert validate([file])[0].version
