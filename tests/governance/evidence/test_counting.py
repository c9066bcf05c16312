"""Laws of what counts and of where a number stands, on which statuses and gates rest alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import format_time
from governance.evidence import CLOCKS_APART, Fact, Instant, Stand, Untimely, sift, stand
from tests.governance.status.samples import fact

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SPANS = st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400))
NUMBERS = st.integers(-20, 20).map(lambda number: Decimal(number) / 10)
BOUNDS = st.none() | NUMBERS


def dated(issued: timedelta, expires: timedelta | None = None) -> Fact:
    """Return a fact whose times lie so far from now."""
    end = None if expires is None else format_time(NOW + expires)
    return replace(fact(), issued_at=format_time(NOW + issued), expires_at=end)


@given(issued=SPANS, expires=st.none() | SPANS, days=st.none() | st.integers(0, 400))
def test_times_that_are_texts_compare_as_times_do(
    issued: timedelta, expires: timedelta | None, days: int | None
) -> None:
    """Ahead comes before expired, and expired before old."""
    expected = None
    if days is not None and -issued > timedelta(days=days):
        expected = Untimely.OLD
    if expires is not None and expires <= timedelta():
        expected = Untimely.EXPIRED
    if issued > CLOCKS_APART:
        expected = Untimely.AHEAD

    assert Instant(NOW).untimely(dated(issued, expires), days) is expected


def test_each_end_of_a_time_is_to_the_microsecond() -> None:
    """Exactly at a bound it still counts, but for an end that has come."""
    instant, week = Instant(NOW), timedelta(days=7)

    found = [
        instant.untimely(dated(CLOCKS_APART), 7),
        instant.untimely(dated(CLOCKS_APART + TICK), 7),
        instant.untimely(dated(-week), 7),
        instant.untimely(dated(-week - TICK), 7),
        instant.untimely(dated(-week, TICK), 7),
        instant.untimely(dated(-week, timedelta()), 7),
    ]

    assert found == [None, Untimely.AHEAD, None, Untimely.OLD, None, Untimely.EXPIRED]


def test_an_age_that_reaches_beyond_the_calendar_leaves_nothing_too_old() -> None:
    """A policy may name any number of days."""
    assert Instant(NOW).untimely(dated(timedelta(days=-400)), 999_999_999) is None


@given(spans=st.lists(SPANS, max_size=8))
def test_each_fact_counts_or_is_named_with_its_problem(spans: list[timedelta]) -> None:
    """In order, none twice; the newest of those that do not count is the one to tell of."""
    facts = [replace(dated(span), evidence=f"e-{number}") for number, span in enumerate(spans)]

    sifted = sift(facts, lambda one: "it is to come" if one.issued_at > format_time(NOW) else "")

    assert sifted.counting == [one for one in facts if one.issued_at <= format_time(NOW)]
    assert [one for one, _ in sifted.others] == [one for one in facts if one not in sifted.counting]
    if sifted.others:
        assert sifted.newest_other[0].issued_at == max(one.issued_at for one, _ in sifted.others)


@given(ends=st.tuples(NUMBERS, NUMBERS).map(sorted), least=BOUNDS, most=BOUNDS)
def test_a_bound_from_above_is_one_from_below_in_a_mirror(
    ends: list[Decimal], least: Decimal | None, most: Decimal | None
) -> None:
    """Everything turned round stands alike, as numbers of either kind."""
    low, high = ends
    turned = stand(-high, -low, least=None if most is None else -most, most=None if least is None else -least)

    assert turned is stand(low, high, least=least, most=most)
    if least is not None:
        assert stand(float(low), float(high), least=float(least)) is stand(low, high, least=least)


@given(ends=st.lists(NUMBERS, min_size=4, max_size=4).map(sorted), least=BOUNDS, most=BOUNDS)
def test_knowing_more_never_turns_kept_into_missed_nor_back(
    ends: list[Decimal], least: Decimal | None, most: Decimal | None
) -> None:
    """An interval within another one stands where that stood, unless that was open."""
    outer, inner = stand(ends[0], ends[3], least=least, most=most), stand(ends[1], ends[2], least=least, most=most)

    assert outer in (inner, Stand.OPEN)


@given(ends=st.tuples(NUMBERS, NUMBERS).map(sorted), least=NUMBERS, most=NUMBERS)
def test_two_bounds_stand_as_the_worse_of_them(ends: list[Decimal], least: Decimal, most: Decimal) -> None:
    """Missing one is missing both; both are kept together alone; without a bound all is kept."""
    low, high = ends
    alone = {stand(low, high, least=least), stand(low, high, most=most)}

    both = stand(low, high, least=least, most=most)

    assert both is next(one for one in (Stand.MISSED, Stand.OPEN, Stand.KEPT) if one in alone)
    assert stand(low, high) is Stand.KEPT
