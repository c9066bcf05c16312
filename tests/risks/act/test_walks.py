"""Every branch that ends in a class or out of it, walked: uses with exemptions, models, roles, older systems."""

import itertools
from typing import Final

import pytest

from risks.act import ActClass, Classification, Status, tree
from tests.risks.act.systems import CLEAN, IN, LISTED, MODEL, PLAIN, PRODUCT, Said, classified

QUESTIONS: Final = {question.id: question for question in tree().questions}
SENSED: Final[Said] = {"transparency": ["emotion_biometric"], "emotion_exception": "crime_law"}
LEAVES: Final = [option.id for option in QUESTIONS["annex_iii"].options]
LETTERS: Final = [option.id for option in QUESTIONS["exemption"].options]


def decided(said: Said) -> Classification:
    """Classify; nothing may be open, and nothing answered in vain."""
    result = classified(said)
    assert result.status is Status.DECIDED, [question.id for question in result.open_questions]
    assert result.unused == ()
    return result


def sensed(leaf: str) -> Said:
    """Return what comes with a use that recognises people's emotions or traits."""
    return SENSED if leaf in ("1b", "1c") else {}


@pytest.mark.parametrize("leaf", LEAVES)
def test_each_leaf_with_each_exemption_with_and_without_profiling(leaf: str) -> None:
    """Exempt by one letter or all, unless a risk is left; never where people are profiled."""
    listed: Said = {"annex_iii": [leaf], **sensed(leaf)}
    high = (ActClass.HIGH_RISK,)
    assert decided({**LISTED, **listed, "profiling": "yes"}).classes == high
    if leaf == "6e":  # is profiling
        return
    assert decided({**LISTED, **listed, "profiling": "no", "exemption": "none"}).classes == high
    for letters in [*([letter] for letter in LETTERS), LETTERS]:
        small: Said = {**listed, "profiling": "no", "exemption": letters}
        assert decided({**LISTED, **small, "significant_risk": "yes"}).classes == high
        out = decided({**PLAIN, **small, "significant_risk": "no"})
        cases = {case.id: case for case in out.cases}
        assert out.classes == (ActClass.NONE,)
        assert {f"not_high_risk.{letter}" for letter in letters} | {"exempt_registered", "no_class"} <= set(cases)
        assert cases[f"not_high_risk.{letters[0]}"].applies_from == "2027-12-02"


@pytest.mark.parametrize("leaf", ["2", "3a", "4b", "5b", "5c"])
@pytest.mark.parametrize("service", ["yes", "no"])
def test_who_assesses_the_effect_on_rights(leaf: str, service: str) -> None:
    """Private bodies with a public service, and whoever uses 5(b) and (c); nobody for infrastructure alone."""
    asked: Said = {} if leaf == "2" else {"public_service": service}
    said = {**LISTED, "annex_iii": [leaf], "profiling": "yes", "roles": ["deployer"], "role_change": "none", **asked}
    found = {case.id for case in decided(said).cases}
    assert ("rights_assessment" in found) == (leaf != "2" and (service == "yes" or leaf in ("5b", "5c")))
    public = {key: value for key, value in said.items() if key != "public_service"}
    found = {case.id for case in decided({**public, "public_authority": "yes", "large_scale_it": "no"}).cases}
    assert ("public_authority" in found) == (leaf != "2")


@pytest.mark.parametrize("ground", [option.id for option in QUESTIONS["exclusion"].options])
@pytest.mark.parametrize("subject", ["ai_system", "model", "both"])
def test_each_exclusion_leads_each_subject_out(ground: str, subject: str) -> None:
    """And nothing else is asked."""
    result = decided({"subject": subject, "scope": ["deployer"], "exclusion": [ground]})
    assert (result.classes, [case.id for case in result.cases]) == ((ActClass.NONE,), [f"excluded.{ground}"])


@pytest.mark.parametrize("route", [option.id for option in QUESTIONS["image_route"].options])
@pytest.mark.parametrize("practice", ["ba", "bb"])
def test_each_way_to_prohibited_images(practice: str, route: str) -> None:
    """Offering is caught by purpose or by missing safeguards, using by use."""
    is_prohibited = route in ("intended", "foreseeable", "used")
    said = {**PLAIN, "prohibited": [practice], "image_route": route}
    result = classified({**IN, "prohibited": [practice], "image_route": route} if is_prohibited else said)
    assert result.status is Status.DECIDED
    assert (result.classes == (ActClass.PROHIBITED,)) == is_prohibited
    assert (f"images_permitted.{route}" in {case.id for case in result.cases}) != is_prohibited


@pytest.mark.parametrize(
    ("tie", "roles"),
    [
        ("market", {"provider"}),
        ("deployer", {"deployer"}),
        ("output", {"provider", "deployer"}),
        ("trade", {"importer", "distributor"}),
        ("product", {"provider"}),
        ("representative", {"authorised_representative"}),
        ("affected", {"provider", "deployer"}),
    ],
)
def test_a_prohibited_practice_meets_whoever_the_act_reaches(tie: str, roles: set[str]) -> None:
    """No further question is asked, and nobody is left without a role to whom the prohibition speaks."""
    result = decided({**IN, "scope": [tie], "prohibited": ["c"]})
    assert {found.role.value for found in result.roles} == roles


@pytest.mark.parametrize("part", ["product", "safety_component", "endangers", "assists"])
@pytest.mark.parametrize("assessment", ["health_safety", "other_risks", "not_required"])
@pytest.mark.parametrize("law", ["a2", "b21"])
def test_a_product_law_needs_both_conditions(law: str, part: str, assessment: str) -> None:
    """The part that it is, and a third party for health or safety."""
    base = {**PLAIN, "annex_i": [law], "product_part": part}
    said = base if part == "assists" else {**base, "product_assessment": assessment}
    is_high = part != "assists" and assessment == "health_safety"
    if is_high:
        said = {**PRODUCT, "annex_i": [law], "product_part": part, "product_assessment": assessment}
    result = decided(said)
    assert result.classes == ((ActClass.HIGH_RISK,) if is_high else (ActClass.NONE,))
    assert ("not_annex_i" in {case.id for case in result.cases}) != is_high


@pytest.mark.parametrize(
    ("day", "change", "public", "annex_x", "expected"),
    [
        ("2026-08-01", "no", "no", None, ""),
        ("2027-12-01", "no", "no", None, ""),
        ("2027-12-02", None, "no", None, "2027-12-02"),
        ("2026-08-01", "yes", "no", None, "2027-12-02"),
        ("2027-12-01", "no", "yes", "no", "2030-08-02"),
        ("2027-12-01", "yes", "yes", "no", "2027-12-02"),
        ("2027-12-02", None, "yes", "no", "2027-12-02"),
        ("2027-08-01", "no", "yes", "yes", "2030-12-31"),
        ("2027-08-01", "yes", "yes", "yes", "2030-12-31"),
        ("2027-08-02", "no", "yes", "yes", "2030-08-02"),
    ],
)
def test_older_systems_of_annex_iii(
    day: str, change: str | None, public: str, annex_x: str | None, expected: str
) -> None:
    """Article 111: after a change, for authorities by 2030-08-02, in the systems of Annex X by 2030-12-31."""
    more = {"significant_change": change, "large_scale_it": annex_x}
    asked = {key: value for key, value in more.items() if value is not None}
    said = {**LISTED, "annex_iii": ["7b"], "profiling": "yes", "market_date": day, "public_authority": public, **asked}
    (case,) = [case for case in decided(said).cases if case.id == "annex_iii.7b"]
    assert (case.applies_from, case.note == "not before its design changes significantly") == (expected, expected == "")


@pytest.mark.parametrize(
    ("day", "change", "public", "annex_x", "expected"),
    [
        ("2028-08-01", "no", "no", None, ""),
        ("2028-08-02", None, "no", None, "2028-08-02"),
        ("2028-08-01", "yes", "no", None, "2028-08-02"),
        ("2028-08-01", "no", "yes", "no", "2030-08-02"),
        ("2027-08-01", "no", "yes", "yes", "2030-12-31"),
        ("2027-08-02", "no", "yes", "yes", "2030-08-02"),
    ],
)
@pytest.mark.parametrize("law", ["a11", "b17"])
def test_older_systems_of_annex_i(
    law: str, day: str, change: str | None, public: str, annex_x: str | None, expected: str
) -> None:
    """The same with its own day; Article 111 is among those that count under Section B."""
    more = {"significant_change": change, "large_scale_it": annex_x}
    asked = {key: value for key, value in more.items() if value is not None}
    result = decided({**PRODUCT, "annex_i": [law], "market_date": day, "public_authority": public, **asked})
    (case,) = [case for case in result.cases if case.act_class is ActClass.HIGH_RISK]
    assert (case.applies_from, case.note == "not before its design changes significantly") == (expected, expected == "")


@pytest.mark.parametrize(
    ("day", "expected"), [("2026-08-01", "2026-12-02"), ("2026-08-02", "2026-08-02"), ("2027-09-01", "2026-08-02")]
)
def test_generated_output_of_older_systems_is_marked_later(day: str, expected: str) -> None:
    """Article 111(4); the other cases of Article 50 know no older systems."""
    generating = {"transparency": ["interaction", "synthetic"], "synthetic_exception": "none"}
    said = {**CLEAN, "annex_i": "none", "annex_iii": "none", **generating, "interaction_exception": "none"}
    days = {case.id: case.applies_from for case in decided({**said, "roles": ["provider"], "market_date": day}).cases}
    assert (days["marks_output"], days["tells_people"]) == (expected, "2026-08-02")


def models() -> list[tuple[str, str, str, str, str]]:
    """Return every way through the questions about a model that is general."""
    designations = ("none", "capabilities", "commission")
    return list(
        itertools.product(
            ("original", "above_third", "represented"),
            ("1e25", "2e25 stands", "2e25 rebutted"),
            designations,
            ("yes", "no"),
            ("2025-08-01", "2025-08-02"),
        )
    )


@pytest.mark.parametrize(("modifier", "compute", "designation", "is_open", "day"), models())
def test_each_way_through_the_questions_about_models(
    modifier: str, compute: str, designation: str, is_open: str, day: str
) -> None:
    """Systemic above the threshold unless rebutted, by capabilities, or by designation; open ones owe less."""
    flops, _, presumption = compute.partition(" ")
    is_systemic = presumption == "stands" or designation != "none"
    said: dict[str, object] = {**MODEL, "scope": ["market", "representative"], "modifier": modifier}
    said |= {"training_compute": flops, "designation": [designation] if designation != "none" else "none"}
    said |= {"model_date": day, **({"presumption": presumption} if presumption else {})}
    del said["model_open"]
    result = decided(said if is_systemic else {**said, "model_open": is_open})
    cases = {case.id: case for case in result.cases}
    assert result.classes == (ActClass.GPAI, *([ActClass.GPAI_SYSTEMIC] if is_systemic else []))
    assert ("gpai_open" in cases) == (not is_systemic and is_open == "yes")
    assert ("gpai_modified" in cases) == (modifier == "above_third")
    start = "2027-08-02" if day == "2025-08-01" else "2025-08-02"
    assert {case.applies_from for case in cases.values() if case.act_class is not ActClass.NONE} == {start}
    role = "authorised_representative" if modifier == "represented" else "gpai_provider"
    assert [found.role.value for found in result.roles] == [role]


@pytest.mark.parametrize("modifier", ["below_third", "passed_on"])
def test_who_modifies_little_or_passes_on_is_no_provider_of_the_model(modifier: str) -> None:
    """Nothing else is asked about it."""
    general = {key: MODEL[key] for key in ("subject", "scope", "exclusion", "generality")}
    result = decided({**general, "modifier": modifier})
    assert (result.classes, result.roles) == ((ActClass.NONE,), ())


@pytest.mark.parametrize("change", [option.id for option in QUESTIONS["role_change"].options])
@pytest.mark.parametrize("role", [*(option.id for option in QUESTIONS["roles"].options), "none"])
def test_a_role_change_makes_a_provider_of_anybody_else(role: str, change: str) -> None:
    """Distributors, importers, deployers and third parties; who is the provider already is not asked."""
    roles: object = "none" if role == "none" else [role]
    scope = ["market", "trade", "representative"]
    said: Said = {**LISTED, "scope": scope, "annex_iii": ["2"], "profiling": "yes", "roles": roles}
    if role == "provider":
        assert [found.ground for found in decided(said).roles] == ["Article 3(3)"]
        return
    result = decided({**said, "role_change": [change]})
    assert [found.ground[:13] for found in result.roles if found.role == "provider"] == ["Article 25(1)"]


@pytest.mark.parametrize(
    "said", [PLAIN, {**LISTED, "annex_iii": ["2"], "profiling": "yes"}, {**PRODUCT, "annex_i": ["a4"]}]
)
@pytest.mark.parametrize(("role", "is_asked"), [("provider", True), ("deployer", True), ("importer", False)])
def test_literacy_is_asked_of_providers_and_deployers_of_every_system(said: Said, role: str, *, is_asked: bool) -> None:
    """Whatever its class; not under Section B, where Article 4 does not count, nor of free systems outside the Act."""
    result = classified({**said, "scope": ["market", "trade"], "roles": [role], "role_change": "none"})
    assert ("literacy" in {case.id for case in result.cases}) == is_asked
    brake = classified({**PRODUCT, "annex_i": ["b18"], "scope": ["market", "trade"], "roles": [role]})
    free = classified({**PLAIN, "open_source": "yes"})
    assert "literacy" not in {case.id for found in (brake, free) for case in found.cases}
