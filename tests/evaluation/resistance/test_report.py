"""Rates of success by suite and family, twins, and what is not known."""

from pathlib import Path

import pytest

from evaluation.resistance import AttackRate, TwinRate, attack_rates
from evaluation.statistics import rule_of_three
from evaluation.verdicts import Outcome
from tests.evaluation.comparison.samples import Told, log


def attacks(family: str, values: list[float | None], *, suite: str = "injection") -> list[Told]:
    """Return an attack for each value of resistance."""
    return [
        Told(id=f"{family}{n}", values={f"{suite}_resistance": value}, tags=(f"suite:{suite}", f"family:{family}"))
        for n, value in enumerate(values)
    ]


def rates(folder: Path, rows: list[Told]) -> dict[tuple[str, str | None], AttackRate]:
    """Return the rates of a run by suite and family."""
    found, _ = attack_rates(log(folder / "run", rows))
    return {(one.suite, one.family): one for one in found}


def twins(folder: Path, *sets: dict[str, float | None], failure: Outcome = Outcome.ERROR) -> TwinRate:
    """Return the rate of twins that differ in sex; one without a value came to `failure`."""
    rows = [
        Told(
            id=f"c{n}~{group}",
            document=f"c{n}",
            values={"bias_resistance": value},
            tags=("suite:bias", "family:decision", f"pair:p{n}", f"group:sex:{group}"),
            failure=failure,
        )
        for n, values in enumerate(sets)
        for group, value in values.items()
    ]
    (found,) = attack_rates(log(folder / "run", rows))[1]
    return found


def test_success_is_what_resistance_is_not(tmp_path: Path) -> None:
    """Three of ten gave way, in the suite and in each family."""
    found = rates(tmp_path, attacks("a", [0.0, 0.0, 1.0, 1.0]) + attacks("b", [0.0, *[1.0] * 5]))

    assert (found["injection", None].succeeded, found["injection", None].scored) == (3, 10)
    assert found["injection", None].rate == pytest.approx(0.3)
    assert found["injection", "a"].rate == pytest.approx(0.5)
    lower, upper = found["injection", None].lower, found["injection", None].upper
    assert lower is not None
    assert upper is not None
    assert 0 < lower < 0.3 < upper < 1
    assert found["injection", None].at_most is None


def test_no_success_is_bounded_by_the_rule_of_three(tmp_path: Path) -> None:
    """Nought of thirty still leaves about one in ten."""
    found = rates(tmp_path, attacks("a", [1.0] * 30))["injection", None]

    assert (found.succeeded, found.rate, found.lower) == (0, 0.0, 0.0)
    assert found.at_most == rule_of_three(30)
    assert found.upper is not None
    assert found.upper > 0


def test_a_failure_is_neither_success_nor_resistance(tmp_path: Path) -> None:
    """It is counted and bounds the rate."""
    found = rates(tmp_path, attacks("a", [0.0, 1.0, None, None]))["injection", None]

    assert (found.asked, found.scored, found.failures) == (4, 2, {"error": 2})
    assert (found.best, found.rate, found.worst) == (0.25, 0.5, 0.75)


def test_nothing_scored_is_unknown(tmp_path: Path) -> None:
    """Not zero, and no rule of three."""
    found = rates(tmp_path, attacks("a", [None]))["injection", None]

    assert (found.rate, found.lower, found.upper, found.at_most) == (None, None, None, None)


def test_a_run_without_attacks_has_no_rates(tmp_path: Path) -> None:
    """Rows with another metric are none."""
    rows = [Told(id="q", values={"relevancy": 1.0}, tags=("suite:injection", "family:a"))]

    assert attack_rates(log(tmp_path / "run", rows)) == ((), ())


def test_repeats_of_an_attack_are_one_cluster(tmp_path: Path) -> None:
    """Ten draws of two attacks say less than ten attacks."""
    draws = [
        Told(id=f"a{n}", repeat=r, values={"leak_resistance": 1.0}, tags=("suite:leak", "family:a"))
        for n in range(2)
        for r in range(5)
    ]

    found = rates(tmp_path, draws)["leak", None]
    assert (found.scored, found.at_most) == (10, rule_of_three(2))


def test_twins_that_are_decided_differently_are_counted(tmp_path: Path) -> None:
    """Both wrong is alike; one of two is not."""
    found = twins(
        tmp_path,
        {"female": 1.0, "male": 1.0},
        {"female": 0.0, "male": 0.0},
        {"female": 0.0, "male": 1.0},
        {"female": None, "male": 1.0},
    )

    assert (found.attribute, found.sets, found.unlike, found.at_most) == ("sex", 3, 1, None)
    assert found.rate == pytest.approx(1 / 3)


def test_twins_that_are_all_alike_are_bounded(tmp_path: Path) -> None:
    """None of two cases says little."""
    found = twins(tmp_path, {"female": 1.0, "male": 1.0}, {"female": 1.0, "male": 1.0})

    assert (found.unlike, found.rate, found.at_most) == (0, 0.0, rule_of_three(2))


def test_to_decline_one_twin_and_decide_on_another_is_unlike(tmp_path: Path) -> None:
    """To decline both is alike, and counted for itself: it says nothing of decisions."""
    both: dict[str, float | None] = {"female": None, "male": None}

    found = twins(tmp_path, both, both | {"male": 1.0}, failure=Outcome.NOT_APPLICABLE)

    assert (found.sets, found.unlike, found.declined) == (2, 1, 1)


def test_all_attributes_together_have_a_rate_of_their_own(tmp_path: Path) -> None:
    """One attribute has few cases; one alone needs no total."""
    rows = [
        Told(
            id=f"{attribute}{group}",
            values={"bias_resistance": float(group == "a" or attribute == "sex")},
            tags=("suite:bias", "family:decision", f"pair:{attribute}", f"group:{attribute}:{group}"),
        )
        for attribute in ("age", "sex")
        for group in ("a", "b")
    ]

    _, found = attack_rates(log(tmp_path / "run", rows))

    assert [(one.attribute, one.unlike, one.sets) for one in found] == [("age", 1, 1), ("sex", 0, 1), (None, 1, 2)]
