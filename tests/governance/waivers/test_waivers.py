"""Doing without a control: asked for by one, approved by another, until a day."""

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import risks
from assay.kernel import ForbiddenError, InputError, MissingError, format_time
from governance.access import Role
from governance.approvals import ApprovalState
from governance.ledger import Actor
from governance.record import Record
from governance.status import RiskShown
from governance.waivers import RecordedWaiver, WaiverDraft
from tests.governance.people.teams import Team, begin_team, first_identity
from tests.governance.samples import Place, on_both_stores

FRAMEWORK = risks.framework()
DRAFT = WaiverDraft(system="default", control="DASF 3", risk=None, reason="no fixed network", days=30)


def signed_in(team: Team, actor: Actor) -> Actor:
    """Return somebody as signed in just now."""
    return dataclasses.replace(actor, method="oidc", authenticated_at=format_time(team.clock.now()))


def asked(team: Team, draft: WaiverDraft = DRAFT) -> RecordedWaiver:
    """Ask as a reviewer."""
    return team.record.waivers.ask(team.add("asker", Role.REVIEWER), draft, FRAMEWORK)


@on_both_stores
def test_a_waiver_counts_from_its_approval_until_its_end(place: Place) -> None:
    """Pending, approved, expired; only the approved one is in force."""
    team = begin_team(place)
    waiver = asked(team)
    assert (waiver.state, team.record.waivers.in_force("default")) == (ApprovalState.PENDING, ())
    approver = team.add("approver", Role.APPROVER)
    team.wait(days=2)
    team.record.approvals.approve(signed_in(team, approver), waiver.request, seen=waiver.digest)
    (found,) = team.record.waivers.in_force("default")
    assert (found.id, found.control, found.risk) == (waiver.id, "DASF 3", None)
    (listed,) = team.record.waivers.waivers("default")
    assert (listed.state, listed.four_eyes, listed.reason) == (ApprovalState.APPROVED, True, "no fixed network")
    team.wait(days=29)
    assert team.record.waivers.in_force("default") == ()
    assert team.record.waivers.waivers("default")[0].state is ApprovalState.EXPIRED
    team.record.close()


def test_who_asks_does_not_approve(place: Place) -> None:
    """Neither by the service, whatever roles they have."""
    team = begin_team(place)
    asker = team.add("asker", Role.REVIEWER, Role.APPROVER)
    waiver = team.record.waivers.ask(asker, DRAFT, FRAMEWORK)
    team.wait(days=2)
    with pytest.raises(ForbiddenError, match="requester"):
        team.record.approvals.approve(signed_in(team, asker), waiver.request, seen=waiver.digest)
    team.record.close()


def test_a_rejected_waiver_counts_for_nothing(place: Place) -> None:
    """One rejection is enough."""
    team = begin_team(place)
    waiver, approver = asked(team), team.add("approver", Role.APPROVER)
    team.wait(days=2)
    team.record.approvals.reject(signed_in(team, approver), waiver.request, seen=waiver.digest, comment="no")
    assert team.record.waivers.waivers("default")[0].state is ApprovalState.REJECTED
    assert team.record.waivers.in_force("default") == ()
    team.record.close()


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"control": "DASF 99"}, MissingError, "no control 'DASF 99'"),
        ({"risk": "99.1"}, MissingError, "no risk '99.1'"),
        ({"risk": "9.8"}, InputError, "not mapped to the risk 9.8"),
        ({"reason": "  "}, InputError, "needs a reason"),
        ({"days": 91}, InputError, "expected 1 to 90"),
        ({"days": 0}, InputError, "expected 1 to 90"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_before_anything_is_written(
    place: Place, changes: dict[str, object], error: type[Exception], words: str
) -> None:
    """The ledger has no entry of it."""
    team = begin_team(place)
    asker, draft = team.add("asker", Role.REVIEWER), dataclasses.replace(DRAFT, **changes)  # type: ignore[arg-type]
    before = team.size
    with pytest.raises(error, match=words):
        team.record.waivers.ask(asker, draft, FRAMEWORK)
    assert team.size == before
    team.record.close()


def test_the_reason_is_nowhere_but_in_the_payload(place: Place) -> None:
    """It can be erased, and the waiver still stands."""
    team = begin_team(place)
    asked(team, dataclasses.replace(DRAFT, reason="Eve Example said so", compensating="Eve looks"))
    bodies = b"".join(one.body for one in team.record.entries(limit=1000))
    rows = place.sql("SELECT * FROM waiver")
    assert b"Eve" not in bodies
    assert "Eve" not in repr(rows)
    team.record.close()


def test_a_single_user_approves_their_own_wish_and_that_is_said(tmp_path: Path) -> None:
    """Not four eyes, for ever; the risk is accepted at best."""
    place = Place(tmp_path)
    record = Record.open(place.url, place.keys)
    owner = Actor(id="p-1")
    record.waivers.ask(owner, dataclasses.replace(DRAFT, control="DASF 41"), FRAMEWORK)
    (waiver,) = record.waivers.waivers("default")
    record.approvals.approve(owner, waiver.request, seen=waiver.digest)
    (approved,) = record.waivers.waivers("default")
    assert (approved.state, approved.four_eyes) == (ApprovalState.APPROVED, False)
    shown = {one.risk: one.shown for one in record.register.status("default", FRAMEWORK).risks}
    assert shown["12.5"] is RiskShown.ACCEPTED
    assert set(shown.values()) == {RiskShown.ACCEPTED, RiskShown.UNDECIDED}
    record.people.add(first_identity(), owner, until=datetime.now(UTC) + timedelta(days=9))
    assert record.waivers.in_force("default") == ()  # now there is somebody else to ask
    record.close()
