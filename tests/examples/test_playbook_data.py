"""The example's documents, questions and settings are what they say they are."""

import json
import re
from pathlib import Path

import pytest

from assay.app.demo_evidence import PAPERS
from assay.app.demo_questions import GENERATED
from assay.app.settings import CommandTargetSettings, load_settings
from governance.gate import Policy
from risks import framework

EXAMPLE = Path(__file__).parents[2] / "examples" / "nist-playbook"
ROWS = [json.loads(line) for line in (EXAMPLE / "questions.jsonl").read_text("utf-8").split("\n") if line]


def test_the_reviewed_set_is_large_enough_and_ids_are_unique() -> None:
    """With six generated questions the demo has at least 24."""
    assert len(ROWS) >= 18
    assert len({row["id"] for row in ROWS}) == len(ROWS)


def test_each_question_is_about_a_document_of_its_own() -> None:
    """Questions that share a document are one cluster, and widen the interval."""
    documents = [row["document"] for row in ROWS]
    assert len(set(documents)) == len(documents)


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_the_reference_stands_in_its_document(row: dict[str, str]) -> None:
    """Every longer word of the reference answer is a word of the document it names."""
    document = (EXAMPLE / "documents" / row["document"]).read_text("utf-8").lower()
    words = re.findall(r"\w{4,}", row["reference"].lower())
    assert words
    assert [word for word in words if word not in document] == []


def test_the_settings_load_with_both_variants() -> None:
    """The two targets differ in the retriever and in nothing else."""
    settings = load_settings(EXAMPLE / "assay.yaml", {})
    good, wrong = (settings.targets[name] for name in ("good", "wrong"))
    assert isinstance(good, CommandTargetSettings)
    assert isinstance(wrong, CommandTargetSettings)
    assert [pair for pair in zip(good.command, wrong.command, strict=True) if len(set(pair)) > 1] == [("good", "wrong")]


def test_what_the_suites_look_for_stands_in_the_instructions() -> None:
    """A canary that the application was never told cannot leak."""
    instructions = (EXAMPLE / "instructions.txt").read_text("utf-8")
    for target in load_settings(EXAMPLE / "assay.yaml", {}).targets.values():
        assert target.canary
        assert target.canary in instructions
        assert target.prompt_file == "instructions.txt"


def test_the_undefended_release_differs_by_its_guard_alone() -> None:
    """So that the rates of attack suites differ for that reason."""
    settings = load_settings(EXAMPLE / "assay.yaml", {})
    good, bare = settings.targets["good"], settings.targets["undefended"]
    assert isinstance(good, CommandTargetSettings)
    assert isinstance(bare, CommandTargetSettings)
    assert [*good.command, "--defence", "none"] == list(bare.command)


def test_the_policy_loads_and_asks_for_as_many_questions_as_the_demo_has() -> None:
    """Both versions are held against the reviewed questions and those that are generated."""
    policy = Policy.load(EXAMPLE / "gate.yaml")
    assert policy.expect.questions.at_least == len(ROWS) + GENERATED
    assert policy.fixed_beforehand


def test_the_documents_say_where_they_are_from() -> None:
    """Twenty documents, and a notice that names the source."""
    assert len(list((EXAMPLE / "documents").glob("*.md"))) == 20
    assert "National Institute of Standards and Technology" in (EXAMPLE / "NOTICE").read_text("utf-8")


def test_the_paper_about_filters_says_what_the_guard_does() -> None:
    """With the guard's own thresholds and words."""
    text = (EXAMPLE / "evidence" / "filters.md").read_text("utf-8")
    guard = (EXAMPLE / "guard.py").read_text("utf-8")
    constants = dict(re.findall(r"(?m)^([A-Z_]+) = ([\d.]+)", guard))
    assert f"{constants['LEAST_OVERLAP']} of the question's words" in text
    assert f"more than {constants['LONGEST_RUN']} words in a row" in text
    assert (constants["LEAST_KNOWN"], "half of the answer's longer words" in text) == ("0.5", True)
    assert re.findall(r'REFUSAL = "(.*)"', guard)[0] in text


def test_each_paper_is_asked_for_and_expires_before_it_is_too_old() -> None:
    """By a rule of the catalogue, under the same name."""
    asked = {(ask.kind.value, ask.of): ask.max_age_days for rule in framework().rules for ask in rule.evidence}
    for paper in PAPERS:
        assert (EXAMPLE / paper.file).is_file()
        assert paper.days < asked[(paper.kind, paper.of)]
