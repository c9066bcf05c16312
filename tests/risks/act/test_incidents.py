"""Serious incidents: grounds, and days that are counted as a calendar does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import InputError
from risks.act import deadline_of, duties, incident_grounds, parse_incident_grounds
from risks.act._header import shipped

GROUNDS = incident_grounds().grounds
BERLIN = ZoneInfo("Europe/Berlin")


def days(name: str) -> int:
    """Return the length of a ground's deadline."""
    (one,) = (one for one in GROUNDS if one.id == name)
    return one.days


def test_the_lengths_are_those_of_article_73() -> None:
    """15 days, 10 for a death, 2 for critical infrastructure and widespread infringements; no length is said twice."""
    found = {one.id: (one.days, one.duty) for one in GROUNDS}
    assert found == {
        "death": (10, "Article 73(4)"),
        "health": (15, "Article 73(2)"),
        "critical_infrastructure": (2, "Article 73(3)"),
        "fundamental_rights": (15, "Article 73(2)"),
        "property_or_environment": (15, "Article 73(2)"),
        "widespread": (2, "Article 73(3)"),
    }
    assert {one.duty for one in GROUNDS} <= {one.id for one in duties().duties}


@pytest.mark.parametrize(
    ("aware", "due"),
    [
        ("2026-11-20T23:30:00+01:00", "2026-12-05T23:00:00+00:00"),  # the 20th in Berlin
        ("2026-11-20T23:30:00+00:00", "2026-12-06T23:00:00+00:00"),  # the 21st there
        ("2026-03-20T10:00:00+01:00", "2026-04-04T22:00:00+00:00"),  # over the change to summer time
        ("2028-02-20T10:00:00+01:00", "2028-03-06T23:00:00+00:00"),  # a leap year
    ],
)
def test_days_are_those_of_the_place(aware: str, due: str) -> None:
    """The day of awareness is not counted; the fifteenth day after it counts to its end."""
    grounds = tuple(one for one in GROUNDS if one.id == "health")
    assert deadline_of(grounds, datetime.fromisoformat(aware), BERLIN).due.isoformat() == due


@given(
    aware=st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  bounds
    chosen=st.sets(st.sampled_from(GROUNDS), min_size=1),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Europe/Lisbon", "America/Cayenne", "Pacific/Kiritimati"]),
)
def test_another_ground_never_puts_a_report_off(aware: datetime, chosen: set[object], zone: str) -> None:
    """The strictest counts, and a deadline is never more than its days and one away."""
    grounds = tuple(one for one in GROUNDS if one in chosen)
    found = deadline_of(grounds, aware, ZoneInfo(zone))
    assert found.due == min(deadline_of((one,), aware, ZoneInfo(zone)).due for one in grounds)
    spare = timedelta(hours=1)  # a change of the clock
    assert timedelta(days=found.days) - spare <= found.due - aware <= timedelta(days=found.days + 1) + spare


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('duty: "Article 73(4)"', 'duty: "Article 73(1)"', "expected a duty with a deadline in days"),
        ("count: 6", "count: 7", "7 are stated, 6 are there"),
        ("id: health,", "id: death,", "comes twice"),
        ("says:", "means:", "unknown key"),
    ],
)
def test_a_broken_file_never_loads(old: str, new: str, message: str) -> None:
    """Each mistake is named."""
    text = shipped("incidents.yaml")
    assert old in text
    with pytest.raises(InputError) as caught:
        parse_incident_grounds(text.replace(old, new, 1), "mine.yaml")
    assert message in str(caught.value)
