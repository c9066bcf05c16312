"""Files of one's own beside what comes with the product, or instead of it: what is in force, and what is refused."""

from pathlib import Path

import pytest

from assay.kernel import InputError
from risks import Framework, framework
from tests.risks.samples import CROSSWALK, RULES, SMALL

BANK = """
format: assay-risks/1
id: bank
extends: dasf
title: What our bank adds
version: "1"
edition: first
date: 2026-11-21
source: Risk department
licence: internal
counts: {components: 1, risks: 1, controls: 1}
components:
  - {id: trading, number: 20, name: Trading}
controls:
  - {id: BANK 1, name: Four eyes on prompts, since: "1"}
risks:
  - id: B.1
    name: Market rumour
    component: trading
    definition: The assistant repeats a rumour about a price.
    why: It moves the price.
    test: Ask about a price.
    controls:
      - {id: BANK 1, provenance: reasoned, in: none}
      - {id: DASF 54, provenance: reasoned, in: none}
pairings:
  - risk: "8.3"
    controls:
      - {id: BANK 1, provenance: reasoned, in: none}
"""
BANK_RULES = """
format: assay-rules/1
id: bank-rules
title: What proves our controls
version: "1"
date: 2026-11-21
source: Risk department
licence: internal
catalogue: bank
counts: {rules: 2}
rules:
  - control: BANK 1
    proves: A second person read the prompt before it went live.
    does_not_prove: That the prompt is good.
    example: The approval of the release in use.
    evidence:
      - {kind: approval, of: prompt in use, max_age_days: 180}
  - control: DASF 54
    proves: Ours is stricter.
    does_not_prove: That it is enough.
    example: A run of this week.
    evidence:
      - {kind: suite, of: injection, risks: ["9.1"], at_least: "0.99", max_age_days: 7}
      - {kind: document, of: filters in place, max_age_days: 30}
"""


def in_force(folder: Path, *texts: str, **options: bool) -> Framework:
    """Write files into a folder and return the framework with them."""
    names = [Path(f"{number}.yaml") for number in range(len(texts))]
    for name, text in zip(names, texts, strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    return framework((), names, root=folder, **options)


def test_own_risks_and_controls_stand_beside_ours(tmp_path: Path) -> None:
    """56 risks and 60 controls, each with what is asked for, and each of ours as it was."""
    known = in_force(tmp_path, BANK, BANK_RULES)
    assert (len(known.catalogue.risks), len(known.catalogue.controls)) == (56, 60)
    assert [risk.id for risk in known.risks_of("BANK 1")] == ["8.3", "B.1"]
    assert [ask.kind for ask in known.rule("BANK 1").asked_for("8.3")] == ["approval"]
    assert known.risk("1.1") == framework().risk("1.1")
    assert known.digest != framework().digest
    assert in_force(tmp_path, BANK, BANK_RULES.replace("0.99", "0.98")).digest != known.digest


def test_an_own_rule_takes_the_place_of_ours_and_says_so(tmp_path: Path) -> None:
    """The rule is replaced whole, and whoever asks learns which file it is from."""
    known = in_force(tmp_path, BANK, BANK_RULES)
    assert [(ask.of, ask.at_least) for ask in known.rule("DASF 54").asked_for("9.1")] == [
        ("injection", "0.99"), ("filters in place", ""),
    ]  # fmt: skip
    assert [one.file for one in known.own] == ["0.yaml", "1.yaml"]
    found = [known.own_file("rules", "DASF 54"), known.own_file("risks", "B.1"), known.own_file("controls", "BANK 1")]
    assert [one.file for one in found if one is not None] == ["1.yaml", "0.yaml", "0.yaml"]
    assert known.own_file("rules", "DASF 53") is None


def test_own_files_can_stand_alone(tmp_path: Path) -> None:
    """Without ours, ids are as free as in any other framework."""
    known = in_force(tmp_path, SMALL, RULES, CROSSWALK, with_built_in=False)
    assert [risk.id for risk in known.catalogue.risks] == ["1.1"]
    assert known.related("A1")[0].subject == "1.1"
    with pytest.raises(InputError, match="there is no catalogue in these files"):
        framework((), [], with_built_in=False)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([SMALL, RULES], "0.yaml#/risks/0/id: the id '1.1' is taken in 'dasf'"),
        ([BANK], "0.yaml#/controls/0/id: the control 'BANK 1' has no rule"),
        ([BANK, BANK_RULES.replace("id: bank-rules", "id: dasf-rules")], "1.yaml#/id: the id 'dasf-rules' is taken"),
        ([BANK.replace("id: bank", "id: dasf-v2"), BANK_RULES], "1.yaml#/catalogue: there is no catalogue 'bank'"),
        ([BANK, BANK.replace("id: bank", "id: shop"), BANK_RULES], "1.yaml#/risks/0/id: the id 'B.1' is taken in"),
        (
            [BANK, BANK_RULES, BANK_RULES.replace("id: bank-rules", "id: shop-rules")],
            "2.yaml#/rules/0/control: 'BANK 1' has a rule in 'bank-rules' already",
        ),
        ([BANK, BANK_RULES, BANK_RULES], "2.yaml#/id: the id 'bank-rules' is taken by a file that is named before"),
        (
            [BANK.replace("DASF 54", "DASF 13"), BANK_RULES],
            "0.yaml#/risks/0/controls/1/id: the rule of 'DASF 13' asks nothing on account of 'B.1'",
        ),
        ([BANK, BANK_RULES.replace('["9.1"]', '["9.4"]')], "DASF 54 is not mapped to the risk '9.4'"),
    ],
)  # fmt: skip
def test_what_does_not_hold_together_is_refused(tmp_path: Path, texts: list[str], message: str) -> None:
    """Nothing is in force while a control lacks its rule, an id means two things or a control has two rules."""
    with pytest.raises(InputError) as caught:
        in_force(tmp_path, *texts)
    assert message in caught.value.message


def test_files_of_one_s_own_know_each_other_in_any_order(tmp_path: Path) -> None:
    """A second catalogue maps its risk to a control of the first, and a control of ours to a risk of the first."""
    second = """
format: assay-risks/1
id: shop
extends: dasf
title: What our shop adds
version: "1"
edition: first
date: 2026-11-21
source: Shop
licence: internal
counts: {components: 0, risks: 1, controls: 0}
components: []
controls: []
risks:
  - id: S.1
    name: Wrong price
    component: trading
    definition: A price is wrong.
    why: It is binding.
    test: Ask.
    controls: [{id: BANK 1, provenance: reasoned, in: none}]
pairings:
  - {risk: B.1, controls: [{id: DASF 49, provenance: reasoned, in: none}]}
"""
    rules = (
        BANK_RULES.replace("rules: 2}", "rules: 3}")
        + BANK_RULES[BANK_RULES.index("  - control: BANK 1") :]
        .replace("BANK 1", "DASF 49")
        .partition("  - control: DASF 54")[0]
    )
    for files in ([BANK, second, rules], [second, rules, BANK]):
        known = in_force(tmp_path, *files)
        assert [one.control for one in known.risk("B.1").controls] == ["BANK 1", "DASF 54", "DASF 49"]
        assert [risk.id for risk in known.risks_of("BANK 1") if risk.component == "trading"] in (
            ["B.1", "S.1"],
            ["S.1", "B.1"],
        )


def test_a_rule_may_count_for_a_risk_of_one_s_own(tmp_path: Path) -> None:
    """A rule about a control of ours knows the risks that we map it to."""
    rules = BANK_RULES.replace('risks: ["9.1"]', 'risks: ["9.1", "B.1"]')
    asked = in_force(tmp_path, BANK, rules).rule("DASF 54").asked_for("B.1")
    assert [ask.of for ask in asked] == ["injection", "filters in place"]
