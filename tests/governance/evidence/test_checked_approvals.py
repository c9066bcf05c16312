"""Whether people approved the version in use, as the record finds out by itself."""

from governance.evidence import Conclusion, Fact
from tests.governance.releases.scenes import SYSTEM, Scene, scene
from tests.governance.samples import Place, on_both_stores


def found(made: Scene) -> tuple[Fact, ...]:
    """Return what the check finds."""
    return made.team.record.evidence.check(SYSTEM, made.place.path / "runs", {"approval"})


@on_both_stores
def test_the_version_in_use_was_approved_by_somebody_else(place: Place) -> None:
    """Approved and not yet in use is no evidence; from its use on, the day of the approval counts."""
    made = scene(place)
    one = made.approved()
    assert found(made) == ()
    answer = made.team.record.approvals.standings(system=SYSTEM)[0].answers[0]
    made.team.record.releases.ship(made.engineer, one.id)
    (fact,) = found(made)
    assert (fact.of, fact.subject, fact.digest) == ("release of the version in use", one.id, one.digest)
    assert (fact.conclusion, fact.issued_at, fact.n) == (Conclusion.SATISFIED, answer.recorded_at, 1)


def test_a_recalled_version_is_in_use_no_more(place: Place) -> None:
    """What was approved once says nothing of what is not in use."""
    made = scene(place)
    one = made.shipped()
    made.team.record.releases.recall(made.reviewer, one.id, reason="it lied")
    assert found(made) == ()
