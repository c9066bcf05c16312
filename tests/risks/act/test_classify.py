"""The tree walked: every leaf, exemption, exclusion, case and threshold, and what an open question does."""

from typing import Final

import pytest

from risks.act import ActClass, Status, tree
from tests.risks.act.systems import CLEAN, EXAMPLES, IN, LISTED, MODEL, PLAIN, PRODUCT, TALKS, Said, classified

QUESTIONS: Final = {question.id: question for question in tree().questions}


def options(question: str) -> list[str]:
    """Return the ids of a question's options."""
    return [option.id for option in QUESTIONS[question].options]


def found_by(said: Said) -> set[str]:
    """Return the cases of a decided system."""
    result = classified(said)
    assert result.status is Status.DECIDED, [question.id for question in result.open_questions]
    return {case.id for case in result.cases}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_typical_system_is_classified_as_the_act_says(name: str) -> None:
    """Classes, grounds and dates were written by hand."""
    example, result = EXAMPLES[name], classified(EXAMPLES[name].said)
    cases = {case.id: case for case in result.cases}
    assert (result.status, result.classes) == (Status.DECIDED, example.classes)
    assert example.cases <= set(cases)
    assert {name: cases[name].applies_from for name in example.starts} == example.starts
    assert result.unused == ()


def test_every_case_is_reached_by_an_example() -> None:
    """No branch of the tree is there that no test walks."""
    reached = {case.id.partition(".")[0] for example in EXAMPLES.values() for case in classified(example.said).cases}
    assert reached == {case.id for case in tree().cases}


@pytest.mark.parametrize("leaf", options("annex_iii"))
def test_each_use_of_annex_iii_is_high_risk(leaf: str) -> None:
    """Without an exemption, from 2027-12-02; biometrics beside Article 50(3)."""
    sensed = {"transparency": ["emotion_biometric"], "emotion_exception": "crime_law"} if leaf in ("1b", "1c") else {}
    result = classified({**LISTED, "annex_iii": [leaf], "profiling": "yes", **sensed})
    (case,) = [case for case in result.cases if case.id == f"annex_iii.{leaf}"]
    assert (result.status, result.classes) == (Status.DECIDED, (ActClass.HIGH_RISK,))
    assert (case.applies_from, case.ground.startswith("Annex III(")) == ("2027-12-02", True)


@pytest.mark.parametrize("ground", options("exemption"))
def test_each_exemption_takes_a_listed_system_out_unless_it_poses_a_risk(ground: str) -> None:
    """The assessment names who, when, the text version and the ground."""
    small: Said = {"annex_iii": ["3a"], "profiling": "no", "exemption": [ground]}
    out = classified({**PLAIN, **small, "significant_risk": "no"})
    (case,) = [case for case in out.cases if case.id == f"not_high_risk.{ground}"]
    assert out.classes == (ActClass.NONE,)
    assert case.explanation.startswith("Not high-risk")
    assert f"Assessed by alex on 2026-11-20 under text version {tree().header.text}, ground" in case.explanation
    assert classified({**LISTED, **small, "significant_risk": "yes"}).classes == (ActClass.HIGH_RISK,)


def test_profiling_overrides_every_exemption() -> None:
    """An exemption that is claimed all the same is not used, and the result says so."""
    result = classified({**LISTED, "annex_iii": ["3a"], "profiling": "yes", "exemption": ["a"]})
    assert (result.classes, result.unused) == ((ActClass.HIGH_RISK,), ("exemption",))


@pytest.mark.parametrize("ground", options("exclusion"))
def test_each_exclusion_leads_out(ground: str) -> None:
    """Nothing else is asked; who only uses a system privately offers it to nobody."""
    scope = ["deployer"] if ground == "personal" else ["market"]
    assert found_by({**IN, "scope": scope, "exclusion": [ground]}) == {f"excluded.{ground}"}


@pytest.mark.parametrize("tie", options("scope"))
def test_each_tie_to_the_union_leads_in(tie: str) -> None:
    """The next question is open."""
    result = classified({"subject": "ai_system", "scope": [tie], "exclusion": "none"})
    assert result.status is Status.INCONCLUSIVE
    assert "prohibited" in {question.id for question in result.open_questions}


@pytest.mark.parametrize("practice", options("prohibited"))
def test_each_prohibited_practice_ends_the_classification(practice: str) -> None:
    """The two of 2026 count from 2026-12-02."""
    result = classified(
        {**IN, "prohibited": [practice]}
        | ({"image_route": "foreseeable"} if practice in ("ba", "bb") else {})
        | ({"identification_exception": "none"} if practice == "h" else {})
    )
    (case,) = result.cases
    assert (result.status, result.classes) == (Status.DECIDED, (ActClass.PROHIBITED,))
    assert case.ground.startswith(f"Article 5(1)({practice})")
    assert case.applies_from == ("2026-12-02" if practice in ("ba", "bb") else "2025-02-02")


@pytest.mark.parametrize("law", options("annex_i"))
@pytest.mark.parametrize("part", ["product", "safety_component", "endangers"])
def test_each_product_law_makes_high_risk_where_a_third_party_assesses(law: str, part: str) -> None:
    """Section A and Section B are told apart."""
    found = found_by({**PRODUCT, "annex_i": [law], "product_part": part})
    assert f"annex_i.{law}" in found or f"annex_i_section_b.{law}" in found
    assert (f"annex_i.{law}" in found) == law.startswith("a")


@pytest.mark.parametrize(
    ("case", "question", "meets"),
    [
        ("interaction", "interaction_exception", {"none"}),
        ("synthetic", "synthetic_exception", {"none"}),
        ("emotion_biometric", "emotion_exception", {"none"}),
        ("deep_fake", "deep_fake_exception", {"none", "artistic"}),
        ("public_text", "text_exception", {"none"}),
    ],
)
def test_each_case_of_article_50_and_each_exception(case: str, question: str, meets: set[str]) -> None:
    """An exception that applies leaves no class of that case."""
    for exception in options(question):
        named = [case, "synthetic"] if case in ("deep_fake", "public_text") else [case]
        said = {**TALKS, "transparency": named, "synthetic_exception": "editing", question: exception}
        result = classified({**said, "market_date": "2027-01-01", "open_source": "no"})
        assert result.status is Status.DECIDED
        assert result.classes == ((ActClass.ARTICLE_50,) if exception in meets else (ActClass.NONE,))


@pytest.mark.parametrize(
    ("compute", "more"),
    [
        ("1e25", {}),
        ("10000000000000000000000001", {"presumption": "stands"}),
        (1e26, {"presumption": "stands"}),
        (3e22, {}),
        ("0", {}),
    ],
)
def test_the_threshold_of_systemic_risk_is_more_than_ten_to_the_25(compute: object, more: dict[str, object]) -> None:
    """Exactly 10^25 is not more; above, the presumption is asked about."""
    result = classified({**MODEL, "training_compute": compute, **more})
    assert result.status is Status.DECIDED
    assert (ActClass.GPAI_SYSTEMIC in result.classes) == bool(more)


@pytest.mark.parametrize("ground", options("designation"))
def test_a_model_can_be_systemic_below_the_threshold_and_not_above(ground: str) -> None:
    """By capabilities or designation; and the Commission may accept that it is not."""
    assert ActClass.GPAI_SYSTEMIC in classified({**MODEL, "designation": [ground]}).classes
    rebutted = classified({**MODEL, "training_compute": "2e25", "presumption": "rebutted"})
    assert rebutted.classes == (ActClass.GPAI,)


@pytest.mark.parametrize("change", options("role_change"))
def test_each_role_change_makes_a_provider(change: str) -> None:
    """Article 25(1) stands as the ground."""
    listed: Said = {**LISTED, "annex_iii": ["3a"], "profiling": "yes", "public_service": "no"}
    result = classified({**listed, "roles": ["deployer"], "role_change": [change]})
    assert [role.ground[:13] for role in result.roles if role.role == "provider"] == ["Article 25(1)"]
    without = classified({**listed, "roles": ["deployer"], "role_change": "none"})
    assert [role.role for role in without.roles] == ["deployer"]


@pytest.mark.parametrize("role", options("roles"))
def test_each_role_is_kept(role: str) -> None:
    """A manufacturer who markets the system under their name is its provider too."""
    scope = ["market", "trade", "representative"]
    said = {**PRODUCT, "annex_i": ["a2"], "scope": scope, "roles": [role], "role_change": "none"}
    result = classified({**said, "manufacturer_name": "yes"})
    assert role in {found.role for found in result.roles}
    assert ("provider" in {found.role for found in result.roles}) == (role in ("provider", "product_manufacturer"))


def test_who_answers_nothing_is_told_every_question_and_no_class() -> None:
    """Nothing is taken to be no."""
    result = classified({})
    assert (result.status, result.classes, result.cases) == (Status.INCONCLUSIVE, (), ())
    assert [question.id for question in result.open_questions] == list(QUESTIONS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_answer_less_is_inconclusive_and_never_none(name: str) -> None:
    """Whichever of the answers is missing."""
    said = EXAMPLES[name].said
    for missing in said:
        result = classified({key: value for key, value in said.items() if key != missing})
        assert result.status is Status.INCONCLUSIVE
        assert ActClass.NONE not in result.classes
        assert missing in {question.id for question in result.open_questions}


def test_the_result_names_the_text_and_the_tree() -> None:
    """So that it can be told from one under another text."""
    result = classified(CLEAN)
    assert result.text_version == tree().header.text
    assert result.catalogue == tree().header.digest
    assert result.answers.digest.startswith("sha256:")
