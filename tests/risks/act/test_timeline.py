"""The dates of the Act: what applies on a day, what comes next, and what becomes of a broken file."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.kernel import InputError
from risks.act import Basis, EventKind, on_day, parse_timeline, timeline
from risks.act._header import shipped

DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2032, 1, 1))

# Days and what happens on them, copied from the published text: date, what begins or is due then.
DATES = (
    ("2024-06-13", {"signed"}),
    ("2024-07-12", {"published"}),
    ("2024-08-01", {"in-force"}),
    ("2025-02-02", {"prohibitions"}),
    ("2025-08-02", {"gpai"}),
    ("2025-11-19", {"omnibus-proposed"}),
    ("2026-03-13", {"omnibus-council"}),
    ("2026-05-07", {"omnibus-agreed"}),
    ("2026-06-16", {"omnibus-parliament"}),
    ("2026-06-29", {"omnibus-decided"}),
    ("2026-07-08", {"omnibus-signed"}),
    ("2026-07-24", {"omnibus-published"}),
    ("2026-07-27", {"omnibus-in-force"}),
    ("2026-08-02", {"general", "general-formal"}),
    ("2026-12-02", {"intimate-images", "legacy-marking"}),
    ("2027-08-01", {"product-guidelines"}),
    ("2027-08-02", {"legacy-gpai", "sandboxes"}),
    ("2027-09-02", {"monitoring-template"}),
    ("2027-12-02", {"annex-iii", "annex-iii-effective"}),
    ("2028-01-28", {"notified-bodies"}),
    ("2028-08-02", {"annex-i", "annex-i-effective"}),
    ("2030-08-02", {"legacy-public"}),
    ("2030-12-31", {"legacy-large-it"}),
)
# Days, the rules that began since the day before in this table, and the next day on which something happens.
SEEN = (
    ("2024-01-01", (), "2024-06-13"),
    ("2024-07-31", (), "2024-08-01"),
    ("2024-08-01", (), "2025-02-02"),
    ("2025-02-01", (), "2025-02-02"),
    ("2025-02-02", ("prohibitions",), "2025-08-02"),
    ("2025-08-02", ("gpai",), "2025-11-19"),
    ("2026-07-27", ("omnibus-in-force",), "2026-08-02"),
    ("2026-11-21", ("general", "general-formal"), "2026-12-02"),
    ("2026-12-02", ("intimate-images", "legacy-marking"), "2027-08-01"),
    ("2027-12-01", ("legacy-gpai",), "2027-12-02"),
    ("2027-12-02", ("annex-iii", "annex-iii-effective"), "2028-01-28"),
    ("2028-08-02", ("annex-i", "annex-i-effective"), "2030-08-02"),
    ("2030-08-02", ("legacy-public",), "2030-12-31"),
    ("2031-01-01", ("legacy-large-it",), ""),
)


def dates_of(word: str) -> set[str]:
    """Return the dates on which rules about an article begin."""
    rules = (EventKind.APPLIES, EventKind.LEGACY)
    return {event.date for event in timeline().events if event.kind in rules and word in event.articles}


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        ("Article 5", {"2025-02-02"}),
        ("Article 4", {"2025-02-02", "2026-07-27"}),
        ("Article 50", {"2026-08-02"}),
        ("Article 5(1)(ba)", {"2026-12-02"}),
        ("Article 5(1)(bb)", {"2026-12-02"}),
        ("Article 50(2)", {"2026-12-02"}),
        ("Annex III", {"2027-12-02"}),
        ("Annex I", {"2028-08-02"}),
        ("Article 73", {"2026-08-02", "2027-12-02", "2028-08-02"}),
        ("Article 101", {"2026-08-02"}),
    ],
)
def test_each_rule_begins_when_the_text_says(article: str, expected: set[str]) -> None:
    """The dates of the text as amended, not those of before July 2026."""
    assert dates_of(article) == expected


def test_entry_into_force_was_on_the_first_of_august() -> None:
    """The twentieth day after the publication of 12 July 2024."""
    (event,) = [event for event in timeline().events if event.event.startswith("Entry into force")]
    assert event.date == "2024-08-01"


def test_effective_dates_are_told_from_formal_ones() -> None:
    """Incident reports apply formally from 2026-08-02 and bite with the first high-risk system."""
    bases = {event.date: event.basis for event in timeline().events if "Article 73" in event.articles}
    assert bases == {"2026-08-02": Basis.FORMAL, "2027-12-02": Basis.EFFECTIVE, "2028-08-02": Basis.EFFECTIVE}


def test_a_day_is_seen_from_both_sides() -> None:
    """On 2026-11-21 Article 50 applies, and the next dates are those of 2 December 2026."""
    seen = on_day(timeline(), date(2026, 11, 21))
    assert "general" in {event.id for event in seen.applies}
    assert [event.id for event in seen.ahead[:2]] == ["intimate-images", "legacy-marking"]
    assert "intimate-images" in {event.id for event in on_day(timeline(), date(2026, 12, 2)).applies}


def test_every_date_of_the_text_is_there_and_no_other() -> None:
    """As it was copied by hand, day by day."""
    found: dict[str, set[str]] = {}
    for event in timeline().events:
        found.setdefault(event.date, set()).add(event.id)
    assert found == dict(DATES)


def test_what_applies_on_a_day_and_what_comes_next() -> None:
    """On the eve, on the day, and long after; what began goes on applying."""
    known: list[str] = []
    for day, began, then in SEEN:
        known += began
        seen = on_day(timeline(), date.fromisoformat(day))
        assert [event.id for event in seen.applies] == known, day
        assert (seen.ahead[0].date if seen.ahead else "") == then, day


@given(DAYS, DAYS)
def test_no_date_is_lost_and_what_applies_stays(one: date, other: date) -> None:
    """Every date stands in exactly one group, and a later day never takes a rule away."""
    earlier, later = (on_day(timeline(), day) for day in sorted((one, other)))
    assert len(earlier.past) + len(earlier.applies) + len(earlier.ahead) == len(timeline().events)
    assert set(earlier.applies) <= set(later.applies)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("count: 28", "count: 30", "#/count: 30 are stated, 28 are there"),
        ("date: 2024-07-12", "date: 2024-13-12", "#/events/1/date: expected a day"),
        ("date: 2024-07-12", "date: 2024-06-01", "#/events/1/date: 2024-06-01 comes after 2024-06-13"),
        ("id: published", "id: signed", "#/events/1/id: the id 'signed' comes twice"),
        ("id: published", "id: published, law: x", "#/events/1/law: unknown key"),
        ("kind: legacy", "kind: old", "expected one of milestone, applies, legacy, due, got 'old'"),
        (", articles: [Article 50, Article 101]", "", "#/events/13/articles: expected the articles that apply"),
        ("assay-act-timeline/1", "assay-act-timeline/2", "#/format: expected 'assay-act-timeline/1'"),
    ],
)
def test_a_broken_file_never_loads(old: str, new: str, message: str) -> None:
    """Each mistake is named with file and pointer."""
    text = shipped("timeline.yaml")
    assert old in text
    with pytest.raises(InputError) as caught:
        parse_timeline(text.replace(old, new, 1), "mine.yaml")
    assert message in str(caught.value)
    assert "mine.yaml#/" in str(caught.value)
