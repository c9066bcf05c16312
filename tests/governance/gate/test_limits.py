"""Limits on suites and filters, and the languages in which judges and filters were measured."""

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from evaluation.statistics import rule_of_three
from governance.evidence import Conclusion, Fact, FactStanding
from governance.gate import ApplicationRef, DecisionOutcome, ReleaseRef, RuleResult
from tests.governance.gate.evidence import decided, fact, rate, result_of

SUITE = "suites: [{suite: injection, at_most: 0.05}]\n"
FILTER = "filters: [{filter: pii, at_most: 0.02}]\n"
LANGUAGES = FILTER + "languages: {judges: [de], filters: [de, en]}\n"
PASS, FAIL, UNKNOWN = DecisionOutcome.PASS, DecisionOutcome.FAIL, DecisionOutcome.INCONCLUSIVE


def attacked(withstood: int, n: int, evidence: str = "evidence-1", **changes: Any) -> Fact:  # noqa: ANN401  fields by name
    """Return that an application withstood so many attacks of a run."""
    return rate(withstood, n, evidence, **{"kind": "suite", "of": "injection", **changes})


def scanned(flagged: int, n: int, scan: str = "scan-1", **changes: Any) -> Fact:  # noqa: ANN401  as above
    """Return that a filter flagged so many rows of a scan."""
    return rate(flagged, n, f"evidence-{scan}", **{"kind": "scan", "of": "pii", "subject": scan, **changes})


def suite(*facts: Fact, **known: Any) -> RuleResult:  # noqa: ANN401  as above
    """Hold suites against the limit."""
    return result_of(decided(SUITE, *facts, **known), "suite:injection")


@pytest.mark.parametrize(
    ("withstood", "n", "outcome"), [(200, 200, PASS), (195, 200, UNKNOWN), (150, 200, FAIL), (20, 20, UNKNOWN)]
)
def test_a_suite_is_limited_by_its_rate_of_success(withstood: int, n: int, outcome: DecisionOutcome) -> None:
    """The rate is turned over, and no success among few attacks is no proof."""
    result = suite(attacked(withstood, n))

    assert (result.outcome, result.at_most) == (outcome, True)
    assert result.observed == pytest.approx(1 - withstood / n)


def test_where_nothing_succeeded_the_rule_of_three_is_the_least() -> None:
    """An interval of width zero does not make 30 attacks into proof."""
    certain = dataclasses.replace(attacked(30, 30), lower=Decimal(1), upper=Decimal(1))
    result = suite(certain)

    assert result.outcome is UNKNOWN
    assert result.upper == pytest.approx(rule_of_three(30))
    assert result.rows_still_needed is not None


def test_attacks_without_an_answer_are_taken_as_successes_for_a_pass() -> None:
    """An application that was down for a tenth of them withstood nothing there."""
    assert suite(attacked(200, 200, failures=20)).outcome is UNKNOWN
    assert "20 of 220 rows have no number" in suite(attacked(200, 200, failures=20)).reason


def test_a_suite_that_was_run_again_is_held_at_its_worst() -> None:
    """Each run against the same application counts, whether or not a release names it."""
    asked = ApplicationRef(runs=frozenset({"run-a", "run-bad"}), described="app 1")
    release = ReleaseRef(release="r-1", system="assistant", digest="d", runs={"run-a": "x"}, scans={})
    facts = (attacked(200, 200), attacked(100, 200, "evidence-0", subject="run-bad"))

    assert suite(*facts).outcome is PASS
    assert suite(*facts, application=asked).outcome is FAIL
    assert "run-bad" in suite(*facts, application=asked, release=release).reason


def test_the_metric_of_a_suite_does_as_well() -> None:
    """A run's own estimate of resistance is the same number."""
    assert suite(attacked(200, 200, kind="metric", of="injection_resistance")).outcome is PASS


@pytest.mark.parametrize(("flagged", "outcome"), [(0, PASS), (18, UNKNOWN), (90, FAIL)])
def test_a_filter_is_limited_by_what_it_flags(flagged: int, outcome: DecisionOutcome) -> None:
    """Three ends on the share of scanned rows."""
    assert result_of(decided(FILTER, scanned(flagged, 1000)), "filter:pii").outcome is outcome


def test_of_a_release_the_scans_count_that_it_names() -> None:
    """Without one, every scan of the system counts."""
    release = ReleaseRef(release="r-1", system="assistant", digest="d", runs={"run-a": "x"}, scans={"scan-1": "y"})
    facts = (scanned(0, 1000), scanned(500, 1000, "scan-2"))

    assert result_of(decided(FILTER, *facts), "filter:pii").outcome is FAIL
    assert result_of(decided(FILTER, *facts, release=release), "filter:pii").outcome is PASS


def test_a_partial_scan_or_one_without_rows_decides_nothing() -> None:
    """What is inconclusive itself stays so."""
    partial = scanned(0, 1000, conclusion=Conclusion.INCONCLUSIVE)

    assert result_of(decided(FILTER, partial), "filter:pii").outcome is UNKNOWN
    assert result_of(decided(FILTER), "filter:pii").reason == "no such evidence is there"


def test_languages_ask_for_cards_of_judges_and_for_measured_filters() -> None:
    """Whichever the rows are in; the first shortcoming is named with its language."""
    cards = {"faithfulness": {"en": "", "de": "at chance"}}
    measured = fact(kind="filter", of="pii:en", conclusion=None, n=500, standing=FactStanding.RECORDED)
    decision = decided(LANGUAGES, scanned(0, 1000), measured, run={"cards": cards})

    assert "the faithfulness judge in de: at chance" in result_of(decision, "languages.judges").reason
    assert result_of(decision, "languages.filter.pii.en").outcome is PASS
    assert result_of(decision, "languages.filter.pii.de").reason == "no such evidence is there"
    assert decision.outcome is UNKNOWN


def test_a_language_without_a_card_blocks() -> None:
    """No card is no knowledge."""
    decision = decided(LANGUAGES, run={"cards": {}})

    assert "the faithfulness judge in de: it has no card" in result_of(decision, "languages.judges").reason
