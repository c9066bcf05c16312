"""Where in a policy file a rule stands: its own entry, the key that demands it, or the part around that."""

import pytest

from governance.gate import Place, Policy, place_of, places_of

TEXT = """# comments count as lines
version: 1
name: release
expect:
  metrics: [faithfulness]
  questions: {at_least: 20}
max_failures: {share: 0.1}
rules:
  - {metric: faithfulness, at_least: 0.7}
  - id: not-worse
    metric: faithfulness
    baseline: true
    margin: 0.1
suites:
  - {suite: leak, at_most: 0.1}
sign_offs: {needed: 2}
"""
PLACES = places_of(TEXT, Policy.parse(TEXT))


@pytest.mark.parametrize(
    ("rule", "line", "column"),
    [
        ("faithfulness-at-least", 9, 5),
        ("not-worse", 10, 5),
        ("suite:leak", 15, 5),
        ("run.metrics", 5, 3),
        ("baseline.questions", 6, 3),
        ("run.faithfulness.failures", 7, 1),
        ("sign_offs", 16, 1),
        ("run.date", 4, 1),  # max_age_days is not written: the part around it
    ],
)
def test_a_rule_is_found_at_what_demands_it(rule: str, line: int, column: int) -> None:
    """A code-scanning service points at the line that somebody could change."""
    assert place_of(rule, PLACES) == Place(line=line, column=column)


@pytest.mark.parametrize("rule", ["policy.registered", "run.plausible", "a rule of tomorrow"])
def test_what_the_file_does_not_demand_has_no_place(rule: str) -> None:
    """A wrong line would send somebody to change the wrong thing."""
    assert place_of(rule, PLACES) is None
