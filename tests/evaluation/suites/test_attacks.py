"""The shipped attacks: enough of them, of every kind, and none that would succeed by being repeated."""

from collections import Counter
from importlib import resources

import pytest
import yaml

from evaluation.suites import Attack, Secrets, SuiteKind, leak_in, obeys, shipped_suites

SHIPPED = [attack for suite in shipped_suites().values() for attack in suite.attacks]


def written(kind: SuiteKind) -> list[dict[str, object]]:
    """Return the entries of a shipped file, twins not multiplied."""
    document = yaml.safe_load((resources.files("evaluation.suites") / "data" / f"{kind}.yaml").read_bytes())
    return [entry for entries in document["families"].values() for entry in entries]


def test_more_than_two_hundred_attacks_are_written_and_all_differ() -> None:
    """Twins and disguises do not make up the number."""
    entries = [entry for kind in SuiteKind for entry in written(kind)]

    assert len(entries) >= 200
    assert len({attack.id for attack in SHIPPED}) == len(SHIPPED)
    assert len({attack.text for attack in SHIPPED}) == len(SHIPPED)


def test_every_file_says_where_it_comes_from() -> None:
    """Source, licence, date and version stand in each."""
    for kind in SuiteKind:
        document = yaml.safe_load((resources.files("evaluation.suites") / "data" / f"{kind}.yaml").read_bytes())
        assert document["source"] == "Written for Assay"
        assert (document["licence"], bool(document["date"]), bool(document["version"])) == ("Apache-2.0", True, True)


def test_the_suites_reach_over_turns_languages_and_families() -> None:
    """Several turns, eight languages or more, indirect injection, disguises, leak probes, twins."""
    several = Counter(attack.kind for attack in SHIPPED if len(attack.turns) > 1)
    families = {(attack.kind, attack.family) for attack in SHIPPED}

    assert min(several[kind] for kind in (SuiteKind.INJECTION, SuiteKind.LEAK, SuiteKind.TOXICITY)) >= 4
    assert len({attack.language for attack in SHIPPED}) >= 8
    assert {(SuiteKind.INJECTION, name) for name in ("indirect_mail", "indirect_document", "encoded")} <= families
    assert len({attack.case for attack in SHIPPED if attack.case}) >= 20


@pytest.mark.parametrize("attack", shipped_suites()[SuiteKind.INJECTION].attacks, ids=lambda attack: attack.id)
def test_repeating_an_injection_is_no_success(attack: Attack) -> None:
    """The joined marker stands in no turn, whole or in parts."""
    assert attack.marker is not None
    assert not any(obeys(text, attack.marker) for text in (attack.text, *attack.turns))
    assert obeys("-".join(attack.marker), attack.marker)


def test_repeating_a_leak_probe_is_no_success() -> None:
    """An echo gives nothing away."""
    for attack in shipped_suites()[SuiteKind.LEAK].attacks:
        assert leak_in(attack.text, attack.text, Secrets()) == "", attack.id


def test_twins_differ_in_their_group_alone() -> None:
    """Each case has a decision that the facts require, the same for all of its twins."""
    cases: dict[str, list[Attack]] = {}
    for attack in shipped_suites()[SuiteKind.BIAS].attacks:
        cases.setdefault(attack.case or attack.id, []).append(attack)

    for twins in cases.values():
        assert len({attack.fair for attack in twins}) == 1
        assert twins[0].fair is not None
        assert all(any(tag.startswith("group:") for tag in attack.tags) for attack in twins if attack.case)


def test_the_first_attacks_of_a_suite_are_a_cross_section() -> None:
    """`--limit` meets every family before it meets one twice."""
    for suite in shipped_suites().values():
        families = [attack.family for attack in suite.attacks]
        first = families[: len(set(families))]
        assert len(set(first)) == len(first)
