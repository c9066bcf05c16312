"""The judge that is free checks and nothing else."""

import asyncio

import pytest

from evaluation.judges import build_judge
from evaluation.judges._fitted import local_support
from evaluation.verdicts import Outcome, Stage, Support
from tests.evaluation.judges.fakes import item

SOURCE = "The Board reviews all AI systems each year. In 2023 it audited 14 models and Acme paid 5,000 euros."


def test_verdict_is_the_fitted_chance_of_each_sentence_and_says_that_checks_settled_it() -> None:
    """Every unit carries its probability and its stage; the name of the judge is recorded."""
    judge = build_judge("faithfulness", "checks")
    said = ("The Board reviews all AI systems each year.", "Zeus fined Berlin 99 dollars.")

    verdict = asyncio.run(judge.judge(item(" ".join(said), SOURCE), repeat=0))

    assert [unit.support for unit in verdict.units] == [Support.SUPPORTED, Support.ABSENT]
    assert [unit.probability for unit in verdict.units] == [local_support(sentence, [SOURCE]) for sentence in said]
    assert {unit.stage for unit in verdict.units} == {Stage.CHECKS}
    assert judge.spec.name == "checks"


@pytest.mark.parametrize(("answer", "points"), [("Refunds take 14 days.", 1.0), ("Cats purr.", 0.0)])
def test_relevancy_counts_the_words_that_question_and_answer_share(answer: str, points: float) -> None:
    """All of the question's words give both points, none gives none."""
    row = item(answer, SOURCE, question="How many days do refunds take?")

    verdict = asyncio.run(build_judge("relevancy", "checks").judge(row, repeat=0))

    assert (verdict.outcome, verdict.value) == (Outcome.SCORED, points)
