"""What a single user accepted, once there is a team."""

from pathlib import Path

from assay.kernel import FixedClock
from governance.access import Role
from governance.evidence import FactStanding, ItemState, Stated, SubmissionDraft
from governance.record import Record
from tests.governance.people.teams import LATER, OWNER, START, begin_team
from tests.governance.samples import Place

DRAFT = SubmissionDraft(
    system="default",
    data=b"policy",
    name="policy.txt",
    stated=(Stated(kind="document", of="who may sign in", conclusion=None),),
    expires_at=LATER,
)


def test_what_one_user_accepted_alone_waits_for_somebody_else_once_there_is_a_team(tmp_path: Path) -> None:
    """It counted as long as nobody else was there; the file itself stays handed in."""
    place = Place(tmp_path)
    record = Record.open(place.url, place.keys, FixedClock(at=START))
    made = record.evidence.submit(OWNER, DRAFT)
    record.evidence.accept(OWNER, made.evidence)
    assert [one.standing for one in record.evidence.facts("default")] == [FactStanding.ACCEPTED]
    record.close()
    team = begin_team(place)
    assert [one.standing for one in team.record.evidence.facts("default")] == [FactStanding.SUBMITTED]
    assert team.record.evidence.item(made.evidence).state is ItemState.SUBMITTED
    accepted = team.record.evidence.accept(team.add("reviewer", Role.REVIEWER), made.evidence)
    assert accepted.state is ItemState.ACCEPTED
    assert accepted.review is not None
    assert accepted.review.four_eyes
    team.record.close()
