"""The guide says what the registry says."""

from tests.evaluation.metrics.guide_table import GUIDE, with_table


def test_the_guide_s_table_is_that_of_the_registry() -> None:
    """`python -m tests.evaluation.metrics.guide_table` writes it anew."""
    text = GUIDE.read_text(encoding="utf-8")
    assert text == with_table(text)
