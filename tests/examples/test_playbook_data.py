"""The example's documents, questions and settings are what they say they are."""

import json
import re
from pathlib import Path

import pytest

from assay.app.settings import CommandTargetSettings, load_settings

EXAMPLE = Path(__file__).parents[2] / "examples" / "nist-playbook"
ROWS = [json.loads(line) for line in (EXAMPLE / "questions.jsonl").read_text("utf-8").split("\n") if line]


def test_the_reviewed_set_is_large_enough_and_ids_are_unique() -> None:
    """With six generated questions the demo has at least 24."""
    assert len(ROWS) >= 18
    assert len({row["id"] for row in ROWS}) == len(ROWS)


def test_the_questions_are_spread_over_the_documents() -> None:
    """No document carries more than three questions, so that clusters say something."""
    documents = [row["document"] for row in ROWS]
    assert max(map(documents.count, documents)) <= 3
    assert len(set(documents)) >= 15


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


def test_the_documents_say_where_they_are_from() -> None:
    """Twenty documents, and a notice that names the source."""
    assert len(list((EXAMPLE / "documents").glob("*.md"))) == 20
    assert "National Institute of Standards and Technology" in (EXAMPLE / "NOTICE").read_text("utf-8")
