"""The duties: whose, from when, with which clock, and what becomes of a broken file."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import InputError
from risks.act import ActClass, DutyState, Role, Route, duties, duties_of, parse_duties
from risks.act._header import shipped

TODAY = date(2026, 11, 21)
DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2032, 1, 1))


def owed(act_class: str, role: str, on: date = TODAY, **more: object) -> dict[str, dict[str, tuple[str, str, str]]]:
    """Return formal day, effective day and state by provision and route."""
    found = duties_of(duties(), ActClass(act_class), Role(role), on=on, **more)  # type: ignore[arg-type]  # by name
    return {one.duty.id: {d.route: (d.formal, d.effective, d.state) for d in one.dates} for one in found}


@pytest.mark.parametrize(
    ("act_class", "role", "some"),
    [
        ("high_risk", "provider", ["Article 9(8)", "Article 15(5)", "Article 17(1)(m)", "Article 73(2)"]),
        ("high_risk", "deployer", ["Article 26(6)", "Article 27(1)(a)", "Article 86(1)", "Article 49(3)"]),
        ("high_risk", "importer", ["Article 23(5)", "Article 25(1)"]),
        ("high_risk", "distributor", ["Article 24(4)", "Article 25(1)"]),
        ("high_risk", "authorised_representative", ["Article 22(3)(b)", "Article 49(1)"]),
        ("high_risk", "product_manufacturer", ["Article 25(3)(a)", "Article 25(3)(b)"]),
        ("article_50", "provider", ["Article 50(1)", "Article 50(2)", "Article 4(1)"]),
        ("article_50", "deployer", ["Article 50(3)", "Article 50(4)"]),
        ("gpai", "gpai_provider", ["Article 53(1)(c)", "Article 54(1)"]),
        ("gpai_systemic", "gpai_provider", ["Article 52(1)", "Article 53(1)(a)", "Article 55(1)(a)"]),
        ("prohibited", "provider", ["Article 5(1)", "Article 5(1)(ba)"]),
        ("none", "deployer", ["Article 4(1)"]),
    ],
)
def test_each_role_has_its_duties(act_class: str, role: str, some: list[str]) -> None:
    """Written by hand, one or more of each article."""
    assert set(some) <= set(owed(act_class, role))


def test_duties_of_one_role_are_not_those_of_another() -> None:
    """A deployer keeps logs by Article 26, a provider by Article 19."""
    assert "Article 19(1)" not in owed("high_risk", "deployer")
    assert "Article 26(6)" not in owed("high_risk", "provider")
    assert "Article 55(1)(a)" not in owed("gpai", "gpai_provider")


def test_high_risk_duties_have_the_dates_of_their_annex() -> None:
    """2027-12-02 and 2028-08-02."""
    dates = owed("high_risk", "provider")["Article 9(1)"]
    assert dates["annex_iii"] == ("2027-12-02", "2027-12-02", DutyState.NOT_YET)
    assert dates["annex_i"] == ("2028-08-02", "2028-08-02", DutyState.NOT_YET)


@pytest.mark.parametrize("article", ["43", "47", "48", "49", "72", "73", "86"])
def test_articles_that_were_not_deferred_apply_formally_and_bite_later(article: str) -> None:
    """Formally since 2026-08-02, with Article 6 in effect."""
    found = {**owed("high_risk", "provider"), **owed("high_risk", "deployer")}
    of_it = [dates for name, dates in found.items() if name.startswith(f"Article {article}(")]
    assert of_it
    for dates in of_it:
        assert dates.get("annex_iii", of_it[0].get("annex_iii")) == (
            *("2026-08-02", "2027-12-02"),
            DutyState.FORMAL_ONLY,
        )
        assert dates.get("annex_i", ("2026-08-02", "2028-08-02"))[:2] == ("2026-08-02", "2028-08-02")


def test_older_systems_follow_article_111() -> None:
    """High-risk after a change, marking from 2026-12-02, models from 2027-08-02."""
    old = date(2025, 1, 1)
    assert owed("high_risk", "provider", marketed=old)["Article 9(1)"]["annex_iii"][1:] == (
        *("2030-08-02",),
        DutyState.AFTER_CHANGE,
    )
    assert owed("article_50", "provider", marketed=old)["Article 50(2)"]["all"][1:] == ("2026-12-02", "not_yet")
    assert owed("article_50", "provider", marketed=old)["Article 50(1)"]["all"][1:] == ("2026-08-02", "applies")
    assert owed("gpai", "gpai_provider", marketed=old)["Article 53(1)(c)"]["all"][1] == "2027-08-02"


def test_a_system_marketed_on_the_day_itself_is_no_older_one() -> None:
    """Before means before."""
    newer = owed("article_50", "provider", marketed=date(2026, 8, 2))["Article 50(2)"]["all"]
    assert newer == ("2026-08-02", "2026-08-02", DutyState.APPLIES)


def test_a_route_leaves_out_what_the_other_one_asks() -> None:
    """The rights assessment is owed for Annex III alone."""
    product = owed("high_risk", "deployer", route=Route.ANNEX_I)
    assert "Article 27(1)(a)" not in product
    assert set(product["Article 26(1)"]) == {"annex_i"}


def test_retention_and_incident_clocks_are_data() -> None:
    """Ten years, six months; fifteen, two and ten days."""
    clocks = {one.id: (one.clock.kind, one.clock.length) for one in duties().duties if one.clock}
    assert clocks["Article 18(1)(a)"] == ("retention", "P10Y")
    assert clocks["Article 19(1)"] == clocks["Article 26(6)"] == ("retention", "P6M")
    assert [clocks[f"Article 73({number})"][1] for number in (2, 3, 4)] == ["P15D", "P2D", "P10D"]
    assert clocks["Article 52(1)"] == ("deadline", "P14D")


def test_every_class_and_role_that_can_owe_something_does() -> None:
    """No class and no role is forgotten, and every duty asks for evidence."""
    assert {each for one in duties().duties for each in one.classes} == set(ActClass)
    assert {role for one in duties().duties for role in one.roles} == set(Role)
    assert [one.id for one in duties().duties if not one.evidence] == []


@given(st.sampled_from(ActClass), st.sampled_from(Role), DAYS, DAYS, st.none() | DAYS)
def test_what_applies_goes_on_applying(
    act_class: ActClass, role: Role, one: date, other: date, marketed: date | None
) -> None:
    """A later day never takes a duty away."""
    earlier, later = (
        {
            (found.duty.id, found_date.route)
            for found in duties_of(duties(), act_class, role, on=day, marketed=marketed)
            for found_date in found.dates
            if found_date.state is DutyState.APPLIES
        }
        for day in sorted((one, other))
    )
    assert earlier <= later


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("count: 209", "count: 200", "#/count: 200 are stated, 209 are there"),
        ('"Article 9(2)"', '"Article 9(1)"', "the id 'Article 9(1)' comes 2 times"),
        ('"Article 9(2)"', '"Article 10(9)"', "expected a provision of Article 9, got 'Article 10(9)'"),
        ("schedule: literacy", "schedule: later", "Article 4(1): there is no schedule 'later'"),
        ("evidence: [fria]", "evidence: [frai]", "Article 27(1)(a): there is no kind of evidence 'frai'"),
        ("roles: [importer]", "roles: [user]", "expected some of provider, deployer"),
        (
            "evidence_kinds:",
            "evidence_kinds:\n  rumour: what was heard",
            "#/evidence_kinds/rumour: no duty asks for it",
        ),
        ("length: P15D", "size: P15D", "unknown key"),
        ("kind: deadline", "kind: alarm", "expected retention or deadline, got 'alarm'"),
        ("effective: 2027-12-02", "effective: 2024-12-02", "expected a day not before 2027-12-02"),
    ],
)
def test_a_broken_file_never_loads(old: str, new: str, message: str) -> None:
    """Each mistake is named."""
    text = shipped("duties.yaml")
    assert old in text
    with pytest.raises(InputError) as caught:
        parse_duties(text.replace(old, new, 1), "mine.yaml")
    assert message in str(caught.value)
