"""The filled-in answers of examples/act: what follows from each was written down by hand, from the Act."""

from pathlib import Path
from typing import Final

import pytest

from assay.app.act import classify_answers
from risks.act import Status

FOLDER: Final = Path(__file__).parents[3] / "examples" / "act"

FOLLOWS: Final[dict[str, tuple[tuple[str, ...], dict[str, str], set[str]]]] = {  # classes, case → from when, roles
    "cv-ranking": (("high_risk",), {"annex_iii.4a": "2027-12-02"}, {"provider"}),
    "credit-scoring": (
        ("high_risk",),
        {"annex_iii.5b": "", "rights_assessment": "", "financial_institution": ""},
        {"deployer"},
    ),
    "hospital-triage": (
        ("high_risk",),
        {"annex_i.a11": "2028-08-02", "annex_iii.5d": "2027-12-02", "public_authority": "2027-12-02"},
        {"deployer"},
    ),
    "customer-chatbot": (
        ("article_50",),
        {"tells_people": "2026-08-02", "marks_output": "2026-08-02", "unlisted": ""},
        {"deployer"},
    ),
    "video-studio": (
        ("article_50",),
        {
            "images_permitted.safeguarded": "2026-12-02",
            "marks_output": "2026-12-02",
            "discloses_fake": "2026-08-02",
            "fake_in_art": "2026-08-02",
        },
        {"provider", "deployer"},
    ),
    "lift-maintenance": (
        ("none",),
        {"not_annex_i": "", "no_class": "2025-02-02", "literacy": "2025-02-02"},
        {"provider", "product_manufacturer"},
    ),
    "open-model": (("gpai",), {"gpai": "2025-08-02", "gpai_open": "2025-08-02"}, {"gpai_provider"}),
    "police-transcription": (
        ("none",),
        {"not_high_risk.a": "2027-12-02", "not_high_risk.d": "2027-12-02", "exempt_registered": "2027-12-02"},
        {"deployer"},
    ),
}


def test_every_example_is_among_these() -> None:
    """And none is lost."""
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(FOLLOWS)


@pytest.mark.parametrize("name", FOLLOWS)
def test_an_example_has_the_result_that_its_head_says(name: str) -> None:
    """Nothing is open, and nothing was answered in vain."""
    classes, cases, roles = FOLLOWS[name]
    result = classify_answers(FOLDER / f"{name}.yaml")
    days = {case.id: case.applies_from for case in result.cases}
    assert (result.status, result.unused) == (Status.DECIDED, ())
    assert (result.classes, {found.role.value for found in result.roles}) == (classes, roles)
    assert {case: days.get(case) for case in cases} == cases
