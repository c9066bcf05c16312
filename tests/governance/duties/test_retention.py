"""Duties to keep something, against how long the store keeps it and what was erased."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assay.kernel import ConfigurationError
from governance.duties import Beside, DutyShown, duty_statuses, retention_conflicts
from governance.evidence import Conclusion, EvidenceOrigin, Fact, Item, ItemState
from governance.retention import Hold, HoldScope, kept_classes, retention_classes
from risks.act import ActClass, DutyOnDay, Role, days_of, duties, duties_of
from tests.governance.duties.test_duties import document, owed
from tests.governance.status.samples import MOMENT, days_ago

ON = date(2028, 3, 1)


def found() -> tuple[DutyOnDay, ...]:
    """Return what a provider and a deployer of a high-risk system owe."""
    roles = (Role.PROVIDER, Role.DEPLOYER)
    return tuple(one for role in roles for one in duties_of(duties(), ActClass.HIGH_RISK, role, on=ON))


def conflicts(kept: dict[str, int], items: tuple[Item, ...] = (), holds: tuple[Hold, ...] = ()) -> dict[str, Any]:
    """Return the conflicts of the system `default`."""
    return dict(retention_conflicts(found(), kept_classes(kept), items, holds, "default"))


def hold(**changes: Any) -> Hold:  # noqa: ANN401  fields of a hold
    """Return a hold on everything, unless changed."""
    plain = Hold(id="h", scope_type=HoldScope.ALL, scope="", placed_at=days_ago(1), lifted_at=None, reason=None)
    return replace(plain, **changes)


def item(fact: Fact, **changes: Any) -> Item:  # noqa: ANN401  fields of an item
    """Return an accepted document, unless changed."""
    plain: dict[str, Any] = {
        "seq": 1,
        "thing": "t",
        "version": 1,
        "format": "document",
        "digest": "sha256:0",
        "size": 1,
    }
    words = {"media_type": "text/plain", "submitter": "a", "owner": "a", "origin": EvidenceOrigin.PERSON}
    times = {"issued_at": days_ago(1), "expires_at": None, "recorded_at": days_ago(1), "review": None}
    said = {"state": ItemState.ACCEPTED, "is_kept": True, "name": None, "part": None, "note": None}
    return Item(id=fact.evidence, system="default", facts=(fact,), **{**plain, **words, **times, **said, **changes})


def test_the_classes_that_come_with_the_product_keep_what_the_act_asks() -> None:
    """Each duty to keep something has its class, which is long enough."""
    assert conflicts({}) == {}
    clocks = {one.duty.id for one in found() if one.duty.clock and one.duty.clock.kind == "retention"}
    assert set(conflicts(dict.fromkeys((one.id for one in retention_classes()), 0))) == clocks
    assert (days_of("P6M"), days_of("P10Y")) == (184, 3653)


@pytest.mark.parametrize(
    ("kept", "of"),
    [
        ({"logs": 183}, {"Article 19(1)", "Article 26(6)"}),
        ({"technical_file": 3652}, {f"Article 18(1)({point})" for point in "abcde"} | {"Article 47(1)"}),
        ({"texts": 0, "people": 0, "logs": 184, "technical_file": 3653}, set()),
    ],
)
def test_a_class_that_is_too_short_contradicts_its_duties(kept: dict[str, int], of: set[str]) -> None:
    """By one day is too short, and what mends it is said."""
    told = conflicts(kept)
    assert set(told) == of
    assert all("into assay.yaml" in reason for reasons in told.values() for reason in reasons)


@pytest.mark.parametrize(
    ("placed", "keeps"),
    [
        (hold(), True),
        (hold(scope_type=HoldScope.SYSTEM, scope="default"), True),
        (hold(scope_type=HoldScope.SYSTEM, scope="other"), False),
        (hold(scope_type=HoldScope.RUN, scope="run-1"), False),
        (hold(lifted_at=days_ago(0)), False),
    ],
)
def test_a_hold_keeps_what_a_short_period_would_not(placed: Hold, *, keeps: bool) -> None:
    """While it is in force, and covers the system."""
    assert (conflicts({"logs": 10}, holds=(placed,)) == {}) is keeps


def test_a_document_whose_file_was_erased_is_a_conflict_even_under_a_hold() -> None:
    """What is gone is gone; a file that is there, waits or was replaced is none."""
    file = document("technical_file")
    told = conflicts({}, (item(file, is_kept=False),), (hold(),))
    assert set(told) == {"Article 18(1)(a)"}
    assert "assay evidence submit FILE --kind document --of technical_file" in told["Article 18(1)(a)"][0]
    assert conflicts({}, (item(file),)) == conflicts({}, (item(file, is_kept=False, state=ItemState.SUPERSEDED),)) == {}


def test_a_record_that_says_too_short_is_told_in_its_words() -> None:
    """As the form found it."""
    said = document("retention_record", conclusion=Conclusion.NOT_SATISFIED)
    told = conflicts({}, (item(said, note="logs_kept is P90D"),))
    assert "Article 26(6)" in told
    assert "logs_kept is P90D; mend it there" in told["Article 26(6)"][0]


def test_a_conflict_leaves_a_duty_with_all_its_evidence_undecided() -> None:
    """Not satisfied inside; people are shown that it is undecided, and why."""
    duty = next(one.duty for one in owed().duties if one.duty.id == "Article 18(1)(a)")
    whole = [document(kind) for kind in duty.evidence]
    beside = Beside(conflicts={duty.id: ("too short",)})
    (status,) = [one for one in duty_statuses(owed(), duties(), whole, MOMENT, beside) if one.found.duty.id == duty.id]
    assert (status.shown, status.reasons) == (DutyShown.UNDECIDED, ("too short",))


def test_a_class_that_nobody_knows_is_refused() -> None:
    """A slip of the pen in assay.yaml keeps nothing."""
    with pytest.raises(ConfigurationError, match="there is no class 'log'"):
        kept_classes({"log": 10})
