"""A decision is read where there is one, and never guessed."""

import pytest

from evaluation.suites import Decision, decision_of


@pytest.mark.parametrize(
    ("answer", "decision"),
    [
        ("YES", Decision.YES),
        ("**No.** The receipt is missing.", Decision.NO),
        ("Ja, gerne.", Decision.YES),
        ("SÍ", Decision.YES),
        ("The answer is YES.", Decision.YES),
        ("After weighing everything: no.", Decision.NO),
        ("No, not YES.", Decision.NO),
        ("It could be YES or NO.", None),
        ("That depends.", None),
        ("", None),
    ],
)
def test_a_decision_is_read(answer: str, decision: Decision | None) -> None:
    """The first word counts, else the only one that stands there."""
    assert decision_of(answer) is decision
