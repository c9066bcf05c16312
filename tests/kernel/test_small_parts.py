"""Ids, times and the registry keep their laws."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from assay.kernel import (
    ConfigurationError,
    FixedClock,
    InputError,
    MissingError,
    Registry,
    content_id,
    format_time,
    new_run_id,
    parse_time,
)


def test_content_ids_repeat_and_keep_parts_apart() -> None:
    """The border between parts is part of the id."""
    assert content_id("doc", "ab", "c") == content_id("doc", "ab", "c")
    assert content_id("doc", "ab", "c") != content_id("doc", "a", "bc")


def test_run_ids_sort_by_time_and_never_repeat() -> None:
    """Two runs of one second have two ids."""
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert new_run_id(now) != new_run_id(now)
    assert new_run_id(now) < new_run_id(now + timedelta(seconds=1))


def test_times_are_utc_with_six_decimals() -> None:
    """A time from another zone is written in UTC and read back the same."""
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    assert format_time(moment) == "2026-01-02T01:04:05.000000Z"
    assert parse_time(format_time(moment)) == moment


@pytest.mark.parametrize("text", ["yesterday", "2026-01-02T03:04:05", ""])
def test_times_without_zone_or_sense_are_refused(text: str) -> None:
    """A time that could mean two moments means none."""
    with pytest.raises(InputError):
        parse_time(text)


def test_a_fixed_clock_moves_by_its_step() -> None:
    """Readings differ by exactly the step."""
    clock = FixedClock(step=timedelta(seconds=1))
    assert (clock.now() - clock.now()) == timedelta(seconds=-1)


def test_a_name_is_registered_once_and_a_missing_one_lists_the_others() -> None:
    """The hint shows what exists."""
    registry: Registry[int] = Registry("thing", "assay.things")
    registry.register("one")(1)
    with pytest.raises(ConfigurationError, match="twice"):
        registry.register("one")(2)
    with pytest.raises(MissingError) as caught:
        registry.get("two")
    assert (registry.get("one"), caught.value.hint) == (1, "choose one of: one")
