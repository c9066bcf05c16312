"""Systems as people would answer for them, with what follows: written by hand from the Act, not from the tree."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from risks.act import Answers, Classification, classify, parse_answers, tree
from risks.act._answers import FORMAT

Said = Mapping[str, object]

IN: Said = {"subject": "ai_system", "scope": ["market"], "exclusion": "none"}
CLEAN: Said = {**IN, "prohibited": "none"}
PLAIN: Said = {
    **CLEAN,
    "annex_i": "none",
    "annex_iii": "none",
    "transparency": "none",
    "open_source": "no",
    "roles": ["provider"],
}
MINE: Said = {"roles": ["provider"], "market_date": "2028-01-10", "public_authority": "no"}
LISTED: Said = {**CLEAN, "annex_i": "none", "transparency": "none", **MINE, "financial_institution": "no"}
PRODUCT: Said = {
    **CLEAN,
    "annex_iii": "none",
    "transparency": "none",
    "product_part": "safety_component",
    "product_assessment": "health_safety",
    **MINE,
    "market_date": "2029-01-10",
}
TALKS: Said = {**CLEAN, "annex_i": "none", "annex_iii": "none", "roles": ["provider"]}
MODEL: Said = {
    "subject": "model",
    "scope": ["market"],
    "exclusion": "none",
    "generality": "yes",
    "modifier": "original",
    "training_compute": "3e24",
    "designation": "none",
    "model_open": "no",
    "model_date": "2026-03-01",
}


@dataclass(frozen=True, kw_only=True)
class Example:
    """A system, what is said of it, and what must follow."""

    said: Said
    classes: tuple[str, ...]
    cases: frozenset[str] = field(default_factory=frozenset)  # among the cases
    starts: Mapping[str, str] = field(default_factory=dict)  # case → from when


def answers_text(said: Said, *, person: str = "alex") -> str:
    """Return an answers file."""
    rows = {
        key: {"answer": value, "reason": f"because of {key}", "person": person, "date": "2026-11-20"}
        for key, value in said.items()
    }
    return json.dumps({"format": FORMAT, "answers": rows})


def answered(said: Said, *, person: str = "alex") -> Answers:
    """Read what is said as an answers file."""
    return parse_answers(answers_text(said, person=person), "answers.json", tree())


def classified(said: Said, *, person: str = "alex") -> Classification:
    """Classify by what is said."""
    return classify(tree(), answered(said, person=person))


EXAMPLES: Mapping[str, Example] = {
    "a filter that sorts spam": Example(
        said=PLAIN, classes=("none",), cases=frozenset({"no_class", "unlisted", "literacy"})
    ),
    "a spreadsheet with fixed rules": Example(
        said={"subject": "neither"}, classes=("none",), cases=frozenset({"not_ai"})
    ),
    "a shop's recommender in another continent": Example(
        said={"subject": "ai_system", "scope": "none"}, classes=("none",), cases=frozenset({"outside_union"})
    ),
    "a drone's target tracking for an army": Example(
        said={**IN, "exclusion": ["military"]}, classes=("none",), cases=frozenset({"excluded.military"})
    ),
    "an open-source forecast of harvests": Example(
        said={**{key: value for key, value in PLAIN.items() if key != "roles"}, "open_source": "yes"},
        classes=("none",),
        cases=frozenset({"free_system"}),
    ),
    "screening of job applications": Example(
        said={**LISTED, "annex_iii": ["4a"], "profiling": "yes"},
        classes=("high_risk",),
        cases=frozenset({"annex_iii.4a", "profiling_override"}),
        starts={"annex_iii.4a": "2027-12-02"},
    ),
    "credit scoring in a bank": Example(
        said={**LISTED, "annex_iii": ["5b"], "profiling": "yes", "financial_institution": "yes"},
        classes=("high_risk",),
        cases=frozenset({"annex_iii.5b", "financial_institution"}),
    ),
    "detection of card fraud": Example(said=PLAIN, classes=("none",)),
    "a chatbot that answers customers": Example(
        said={
            **TALKS,
            "transparency": ["interaction", "synthetic"],
            "interaction_exception": "none",
            "synthetic_exception": "none",
            "market_date": "2026-09-01",
        },
        classes=("article_50",),
        cases=frozenset({"tells_people", "marks_output"}),
        starts={"marks_output": "2026-08-02", "tells_people": "2026-08-02"},
    ),
    "a chatbot marketed in 2025": Example(
        said={
            **TALKS,
            "transparency": ["synthetic"],
            "synthetic_exception": "none",
            "market_date": "2025-05-01",
        },
        classes=("article_50",),
        starts={"marks_output": "2026-12-02"},
    ),
    "a tool that swaps faces in films": Example(
        said={
            **TALKS,
            "transparency": ["synthetic", "deep_fake"],
            "synthetic_exception": "none",
            "deep_fake_exception": "artistic",
            "market_date": "2027-01-01",
        },
        classes=("article_50",),
        cases=frozenset({"marks_output", "discloses_fake", "fake_in_art"}),
    ),
    "an app that undresses people in photos": Example(
        said={**IN, "prohibited": ["ba"], "image_route": "intended"},
        classes=("prohibited",),
        cases=frozenset({"prohibited_images.ba"}),
        starts={"prohibited_images.ba": "2026-12-02"},
    ),
    "an image generator with safeguards against it": Example(
        said={
            **TALKS,
            "prohibited": ["ba", "bb"],
            "image_route": "safeguarded",
            "transparency": ["synthetic"],
            "synthetic_exception": "none",
            "market_date": "2027-01-01",
        },
        classes=("article_50",),
        cases=frozenset({"images_permitted.safeguarded"}),
    ),
    "a score of citizens by their behaviour": Example(
        said={**IN, "prohibited": ["c"]}, classes=("prohibited",), starts={"prohibited.c": "2025-02-02"}
    ),
    "a camera that reads moods of call-centre staff": Example(
        said={**IN, "prohibited": ["f"]}, classes=("prohibited",), cases=frozenset({"prohibited.f"})
    ),
    "live face search by the police for anybody": Example(
        said={**IN, "prohibited": ["h"], "identification_exception": "none"},
        classes=("prohibited",),
        cases=frozenset({"prohibited_identification.h"}),
    ),
    "live face search for a kidnapped child": Example(
        said={
            **LISTED,
            "prohibited": ["h"],
            "identification_exception": "victims",
            "annex_iii": ["1a"],
            "profiling": "no",
            "exemption": "none",
            "public_authority": "yes",
            "large_scale_it": "no",
        },
        classes=("high_risk",),
        cases=frozenset({"identification_excepted", "annex_iii.1a", "public_authority"}),
    ),
    "software that finds tumours in X-rays": Example(
        said={**PRODUCT, "annex_i": ["a11"], "product_part": "product"},
        classes=("high_risk",),
        cases=frozenset({"annex_i.a11"}),
        starts={"annex_i.a11": "2028-08-02"},
    ),
    "a car's emergency brake": Example(
        said={**PRODUCT, "annex_i": ["b19"]},
        classes=("high_risk",),
        cases=frozenset({"annex_i_section_b.b19"}),
        starts={"annex_i_section_b.b19": "2028-08-02"},
    ),
    "a sensor in a toy that stops it": Example(
        said={
            **PRODUCT,
            "scope": ["product"],
            "annex_i": ["a2"],
            "roles": ["product_manufacturer"],
            "role_change": "none",
            "manufacturer_name": "yes",
        },
        classes=("high_risk",),
        cases=frozenset({"annex_i.a2"}),
    ),
    "an older brake that nobody changes": Example(
        said={**PRODUCT, "annex_i": ["b19"], "market_date": "2027-01-01", "significant_change": "no"},
        classes=("high_risk",),
        starts={"annex_i_section_b.b19": ""},
    ),
    "a lift that saves energy": Example(
        said={**PLAIN, "annex_i": ["a4"], "product_part": "assists"},
        classes=("none",),
        cases=frozenset({"not_annex_i", "no_listed_use", "no_class"}),
    ),
    "a lamp with a radio that a body tests for its spectrum": Example(
        said={**PLAIN, "annex_i": ["a6"], "product_part": "product", "product_assessment": "other_risks"},
        classes=("none",),
        cases=frozenset({"not_annex_i"}),
    ),
    "recognition of people at a border": Example(
        said={
            **LISTED,
            "annex_iii": ["7d"],
            "profiling": "no",
            "exemption": "none",
            "public_authority": "yes",
            "large_scale_it": "no",
            "market_date": "2026-10-01",
            "significant_change": "no",
        },
        classes=("high_risk",),
        starts={"annex_iii.7d": "2030-08-02"},
    ),
    "recognition of people in the Schengen Information System": Example(
        said={
            **LISTED,
            "annex_iii": ["7d"],
            "profiling": "no",
            "exemption": "none",
            "public_authority": "yes",
            "large_scale_it": "yes",
            "market_date": "2027-08-01",
            "significant_change": "no",
        },
        classes=("high_risk",),
        starts={"annex_iii.7d": "2030-12-31"},
    ),
    "placement of pupils in a private school": Example(
        said={
            **LISTED,
            "scope": ["deployer"],
            "annex_iii": ["3a"],
            "profiling": "yes",
            "roles": ["deployer"],
            "role_change": "none",
            "public_service": "yes",
        },
        classes=("high_risk",),
        cases=frozenset({"annex_iii.3a", "rights_assessment", "literacy"}),
        starts={"rights_assessment": "2027-12-02"},
    ),
    "a tool that turns applications into a table": Example(
        said={**PLAIN, "annex_iii": ["4a"], "profiling": "no", "exemption": ["a"], "significant_risk": "no"},
        classes=("none",),
        cases=frozenset({"not_high_risk.a", "no_product_law", "no_class", "exempt_registered"}),
    ),
    "the same tool when its order sways recruiters": Example(
        said={**LISTED, "annex_iii": ["4a"], "profiling": "no", "exemption": ["d"], "significant_risk": "yes"},
        classes=("high_risk",),
        cases=frozenset({"annex_iii.4a"}),
    ),
    "grading of essays that talks with pupils": Example(
        said={
            **LISTED,
            "annex_iii": ["3b"],
            "profiling": "no",
            "exemption": "none",
            "transparency": ["interaction"],
            "interaction_exception": "none",
        },
        classes=("high_risk", "article_50"),
        cases=frozenset({"annex_iii.3b", "tells_people"}),
    ),
    "emotion recognition in a shop window": Example(
        said={
            **LISTED,
            "annex_iii": ["1c"],
            "profiling": "no",
            "exemption": "none",
            "transparency": ["emotion_biometric"],
            "emotion_exception": "none",
        },
        classes=("high_risk", "article_50"),
        cases=frozenset({"annex_iii.1c", "tells_exposed"}),
    ),
    "an older scoring of tenants that nobody changes": Example(
        said={
            **LISTED,
            "annex_iii": ["5b"],
            "profiling": "yes",
            "market_date": "2025-01-01",
            "significant_change": "no",
        },
        classes=("high_risk",),
        starts={"annex_iii.5b": ""},
    ),
    "news that nobody edits": Example(
        said={
            **TALKS,
            "transparency": ["synthetic", "public_text"],
            "synthetic_exception": "editing",
            "text_exception": "none",
        },
        classes=("article_50",),
        cases=frozenset({"discloses_text"}),
    ),
    "a helpdesk where everything is excepted": Example(
        said={
            **TALKS,
            "prohibited": "none",
            "transparency": ["interaction", "synthetic", "emotion_biometric", "deep_fake", "public_text"],
            "interaction_exception": "obvious",
            "synthetic_exception": "unaltered",
            "emotion_exception": "crime_law",
            "deep_fake_exception": "crime_law",
            "text_exception": "reviewed",
            "open_source": "no",
        },
        classes=("none",),
        cases=frozenset(
            {
                "untold.obvious",
                "unmarked.unaltered",
                "exposed_untold.crime_law",
                "fake_undisclosed.crime_law",
                "text_undisclosed.reviewed",
            }
        ),
    ),
    "a chatbot on a language model of one's own": Example(
        said={
            **MODEL,
            **TALKS,
            "subject": "both",
            "transparency": ["interaction", "synthetic"],
            "interaction_exception": "none",
            "synthetic_exception": "none",
            "market_date": "2026-09-01",
        },
        classes=("article_50", "gpai"),
        cases=frozenset({"tells_people", "gpai", "literacy"}),
    ),
    "a large language model below the threshold": Example(said=MODEL, classes=("gpai",), starts={"gpai": "2025-08-02"}),
    "a frontier model": Example(
        said={
            **{key: value for key, value in MODEL.items() if key != "model_open"},
            "training_compute": "5e25",
            "presumption": "stands",
        },
        classes=("gpai", "gpai_systemic"),
        cases=frozenset({"gpai_systemic"}),
    ),
    "an open model of 2024": Example(
        said={**MODEL, "model_open": "yes", "model_date": "2024-04-01"},
        classes=("gpai",),
        cases=frozenset({"gpai_open"}),
        starts={"gpai": "2027-08-02", "gpai_open": "2027-08-02"},
    ),
    "a model tuned with half of its compute": Example(
        said={**MODEL, "modifier": "above_third"}, classes=("gpai",), cases=frozenset({"gpai_modified"})
    ),
    "a model tuned a little": Example(
        said={
            "subject": "model",
            "scope": ["market"],
            "exclusion": "none",
            "generality": "yes",
            "modifier": "below_third",
        },
        classes=("none",),
        cases=frozenset({"not_gpai"}),
    ),
}
