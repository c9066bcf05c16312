"""One ask against the facts about it: what counts, what does not and is named, and the three ends of a bound."""

from typing import Any

import pytest

from governance.evidence import Conclusion, FactStanding
from governance.status import Moment, hold
from tests.governance.status.samples import MOMENT, NOW, ask, days_ago, fact


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Conclusion.SATISFIED),
        ({"lower": "0.90"}, Conclusion.SATISFIED),
        ({"lower": "0.899"}, Conclusion.INCONCLUSIVE),
        ({"value": "0.8", "lower": "0.7", "upper": "0.89"}, Conclusion.NOT_SATISFIED),
        ({"value": "0.8", "lower": "0.7", "upper": "0.90"}, Conclusion.INCONCLUSIVE),
        ({"n": 99}, Conclusion.INCONCLUSIVE),
        ({"failures": 20}, Conclusion.INCONCLUSIVE),
        ({"value": "0.8", "lower": "0.7", "upper": "0.89", "failures": 100}, Conclusion.INCONCLUSIVE),
        ({"lower": None}, Conclusion.INCONCLUSIVE),
        ({"conclusion": Conclusion.NOT_SATISFIED}, Conclusion.NOT_SATISFIED),
        ({"conclusion": Conclusion.ERROR}, Conclusion.ERROR),
        ({"conclusion": Conclusion.SATISFIED, "n": 5}, Conclusion.INCONCLUSIVE),
        ({"open_findings": 1}, Conclusion.NOT_SATISFIED),
        ({"open_findings": 0}, Conclusion.SATISFIED),
        ({"standing": FactStanding.ACCEPTED}, Conclusion.SATISFIED),
    ],
)
def test_a_fact_is_held_against_the_bound_with_three_ends(changes: dict[str, Any], outcome: Conclusion) -> None:
    """Rows without a number are bad for a pass and good for a fail."""
    assert hold(ask(), [fact(**changes)], MOMENT).outcome is outcome


@pytest.mark.parametrize(
    ("lower", "upper", "failures", "outcome"),
    [
        ("0", "0.009", 0, Conclusion.SATISFIED),
        ("0", "0.02", 0, Conclusion.INCONCLUSIVE),
        ("0.02", "0.04", 0, Conclusion.NOT_SATISFIED),
        ("0", "0.009", 10, Conclusion.INCONCLUSIVE),
        ("0.02", "0.04", 300, Conclusion.INCONCLUSIVE),
    ],
)
def test_a_rate_of_something_bad_has_a_bound_from_above(
    lower: str, upper: str, failures: int, outcome: Conclusion
) -> None:
    """At most 0.01, on 200 rows."""
    rate = fact(value=lower, lower=lower, upper=upper, failures=failures)
    assert hold(ask(at_least="", at_most="0.01"), [rate], MOMENT).outcome is outcome


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issued_at": days_ago(31)}, "more than 30 days old"),
        ({"issued_at": days_ago(-1)}, "which is to come"),
        ({"expires_at": days_ago(0)}, "it expired on 2026-11-21"),
        ({"standing": FactStanding.SUBMITTED}, "waits for somebody to accept it"),
        ({"standing": FactStanding.RETURNED}, "returned to its submitter"),
    ],
)
@pytest.mark.parametrize("upper", ["0.97", "0.89"])
def test_what_does_not_count_is_inconclusive_and_named(changes: dict[str, Any], reason: str, upper: str) -> None:
    """A stale fail is as undecided as a stale pass."""
    found = hold(ask(), [fact(lower="0.8", upper=upper, **changes)], MOMENT)
    assert found.outcome is Conclusion.INCONCLUSIVE
    assert reason in found.reason
    assert found.evidence == ("evidence-1",)


def test_nothing_is_inconclusive() -> None:
    """Absence is never satisfied."""
    found = hold(ask(), [], MOMENT)
    assert (found.outcome, found.reason, found.evidence) == (Conclusion.INCONCLUSIVE, "no evidence is there", ())


def test_every_fact_that_counts_has_to_agree() -> None:
    """A run that failed is not forgotten because a later one passed; a stale one is."""
    failing = fact(evidence="evidence-2", value="0.5", lower="0.4", upper="0.6", issued_at=days_ago(9))
    assert hold(ask(), [failing, fact()], MOMENT).evidence == ("evidence-2",)
    assert hold(ask(max_age_days=5), [failing, fact()], MOMENT).outcome is Conclusion.SATISFIED


def test_only_runs_of_the_version_in_use_count() -> None:
    """A document is of no version."""
    moment = Moment(now=NOW, current=frozenset({"run-2"}))
    assert "another version" in hold(ask(), [fact()], moment).reason
    assert hold(ask(), [fact(subject="run-2")], moment).outcome is Conclusion.SATISFIED
    assert hold(ask(), [fact(kind="document")], moment).outcome is Conclusion.SATISFIED
