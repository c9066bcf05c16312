"""`assay runs plan`: what it prints is the plan, and what no plan can do is said."""

import json

import pytest
from typer.testing import CliRunner, Result

from assay.cli.main import build_app
from assay.kernel import CannotDecideError, InputError
from evaluation.statistics import Shape, plan_non_inferiority


def planned(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(build_app("runs"), ["runs", "plan", *arguments])


def test_a_plan_for_a_margin_is_that_of_the_statistics() -> None:
    """Questions and documents as the pure function says."""
    expected = plan_non_inferiority(margin=0.05, sd=0.1**0.5, shape=Shape(per_document=10, correlation=0.1))

    document = json.loads(planned("--margin", "0.05", "--per-document", "10", "--json").output)

    assert expected is not None
    assert (document["questions"], document["documents"]) == (expected.questions, expected.documents)


def test_a_plan_for_a_threshold_is_told_in_words() -> None:
    """Expected 0.85 against 0.8: some five hundred questions."""
    assert "questions from" in planned("--at-least", "0.8", "--expected", "0.85").output


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((), InputError),
        (("--margin", "0.05", "--at-least", "0.8"), InputError),
        (("--margin", "0.05", "--youden", "0"), InputError),
        (("--margin", "0.05", "--changed", "-1"), InputError),
        (("--at-least", "0.8", "--expected", "0.7"), CannotDecideError),
    ],
)
def test_what_cannot_be_planned_is_refused(arguments: tuple[str, ...], error: type[Exception]) -> None:
    """Too little, too much, or a truth that no number of questions would turn into a pass."""
    assert isinstance(planned(*arguments).exception, error)
