"""Approvals: who may answer what, when an answer counts, and that the database refuses what the service refuses."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest

from assay.kernel import ForbiddenError, InputError, MissingError, format_time
from governance import BuiltReport
from governance.access import Permission, Role
from governance.approvals import ApprovalDraft, ApprovalPurpose, ApprovalRequest, ApprovalState, Ground
from governance.ledger import Actor
from governance.record import Record
from governance.retention import HoldScope
from governance.verifier import LedgerVerdict, verify_store
from tests.governance.people.teams import LATER, OWNER, START, Team, begin_team
from tests.governance.racing import at_once
from tests.governance.samples import Place, on_both_stores
from tests.governance.test_record import grow

DIGEST = "sha256:" + "7" * 64
DRAFT = ApprovalDraft(
    purpose=ApprovalPurpose.RESTORE, system="default", subject_type="backup", subject="b-1", subject_digest=DIGEST
)


@dataclass(frozen=True)
class Scene:
    """A team with a request that is open."""

    team: Team
    engineer: Actor
    reviewer: Actor
    request: ApprovalRequest

    def state(self) -> ApprovalState:
        """Return the state of the request now."""
        return self.team.record.approvals.standing(self.request.id).state

    def approve(self, actor: Actor, seen: str = DIGEST) -> None:
        """Answer yes."""
        self.team.record.approvals.approve(actor, self.request.id, seen=seen)


def signed_in(team: Team, actor: Actor) -> Actor:
    """Return somebody as in a session that has just proved itself."""
    return replace(actor, method="oidc", authenticated_at=format_time(team.clock.at))


def scene(place: Place, draft: ApprovalDraft = DRAFT) -> Scene:
    """Return a team in which an engineer has asked for approval."""
    team = begin_team(place)
    engineer = team.add("engineer", Role.ENGINEER)
    reviewer = signed_in(team, team.add("reviewer", Role.REVIEWER))
    return Scene(team, engineer, reviewer, team.record.approvals.request(engineer, draft))


@on_both_stores
def test_another_person_approves_what_they_saw(place: Place) -> None:
    """The state is pending before, approved after; four eyes; the ledger verifies."""
    one = scene(place)
    assert one.state() is ApprovalState.PENDING
    one.approve(one.reviewer)
    standing = one.team.record.approvals.standing(one.request.id)
    assert (standing.state, standing.missing, standing.four_eyes) == (ApprovalState.APPROVED, 0, True)
    assert one.team.record.approvals.approved("backup", "b-1", DIGEST) == standing
    assert one.team.record.approvals.approved("backup", "b-1", DIGEST[:-1] + "8") is None


def an_admin_with_a_session(one: Scene) -> Actor:
    """Return the admin, signed in."""
    return signed_in(one.team, one.team.admin)


def a_token_of_the_reviewer(one: Scene) -> Actor:
    """Return a token that claims every scope."""
    return replace(one.reviewer, method="token", scopes=frozenset(Permission))


def somebody_with_another_system(one: Scene) -> Actor:
    """Return a reviewer of something else."""
    return signed_in(one.team, one.team.add("far", Role.REVIEWER, system="other"))


def somebody_whose_role_ended(one: Scene) -> Actor:
    """Return the reviewer after the end of their role."""
    one.team.record.people.grant(
        one.reviewer.id, Role.REVIEWER, "default", one.team.admin, until=START + timedelta(days=1)
    )
    one.team.wait(days=2)
    return signed_in(one.team, one.reviewer)


REFUSED: dict[str, Callable[[Scene], Actor]] = {
    "requester": lambda one: signed_in(one.team, one.engineer),
    "admin": an_admin_with_a_session,
    "viewer": lambda one: signed_in(one.team, one.team.add("viewer", Role.VIEWER)),
    "auditor": lambda one: signed_in(one.team, one.team.add("auditor", Role.AUDITOR)),
    "token": a_token_of_the_reviewer,
    "at the machine": lambda one: replace(one.reviewer, method="local", authenticated_at=None),
    "no proof": lambda one: replace(one.reviewer, authenticated_at=None),
    "old proof": lambda one: replace(one.reviewer, authenticated_at=format_time(START - timedelta(minutes=16))),
    "another system": somebody_with_another_system,
    "role ended": somebody_whose_role_ended,
    "nobody": lambda _: Actor(id="person-0", method="oidc", authenticated_at=format_time(START)),
    "owner of before": lambda _: OWNER,
}


@pytest.mark.parametrize("who", REFUSED.values(), ids=REFUSED.keys())
def test_whoever_may_not_answer_is_refused_and_nothing_is_written(place: Place, who: Callable[[Scene], Actor]) -> None:
    """Four eyes hold for everyone."""
    one = scene(place)
    actor = who(one)
    size = one.team.size
    with pytest.raises(ForbiddenError):
        one.approve(actor)
    assert (one.team.size, one.state()) == (size, ApprovalState.PENDING)


def test_a_requester_with_the_role_still_may_not(place: Place) -> None:
    """It is the person who is barred, not the role."""
    team = begin_team(place)
    both = team.add("both", Role.ENGINEER, Role.REVIEWER)
    request = team.record.approvals.request(both, DRAFT)
    with pytest.raises(ForbiddenError, match="requester"):
        team.record.approvals.approve(signed_in(team, both), request.id, seen=DIGEST)


def test_whoever_submitted_the_evidence_may_not(place: Place) -> None:
    """A page's builder, and whoever recorded the run that it is about."""
    team = begin_team(place)
    engineer = team.add("engineer", Role.ENGINEER)
    submitter = team.add("submitter", Role.ENGINEER, Role.REVIEWER)
    page = BuiltReport(kind="evaluation", format="html", system="default", subject="run-1", digest=DIGEST, as_of=1)
    made = team.record.record_report(page, submitter)
    draft = replace(DRAFT, purpose=ApprovalPurpose.RELEASE, subject_type="report", subject=made.id)
    request = team.record.approvals.request(engineer, draft)
    assert (submitter.id, Ground.EVIDENCE_SUBMITTER) in request.barred
    with pytest.raises(ForbiddenError, match="evidence_submitter"):
        team.record.approvals.approve(signed_in(team, submitter), request.id, seen=DIGEST)


def test_the_author_of_a_policy_may_not(place: Place) -> None:
    """Whoever asks names them."""
    team = begin_team(place)
    author = signed_in(team, team.add("author", Role.REVIEWER))
    asker = team.add("asker", Role.ENGINEER)
    request = team.record.approvals.request(asker, replace(DRAFT, barred=((author.id, Ground.POLICY_AUTHOR),)))
    with pytest.raises(ForbiddenError, match="policy_author"):
        team.record.approvals.approve(author, request.id, seen=DIGEST)


def test_a_lent_role_answers_but_not_for_somebody_barred(place: Place) -> None:
    """Eve lends her role: it counts while hers does, and not on what Eve asked for herself."""
    team = begin_team(place)
    eve = signed_in(team, team.add("eve", Role.REVIEWER))
    borrower = signed_in(team, team.add("borrower"))
    team.record.delegations.delegate(eve, borrower.id, Role.REVIEWER, "default", until=LATER - timedelta(days=1))
    own = team.record.approvals.request(eve, DRAFT)
    with pytest.raises(ForbiddenError, match="acts for somebody barred"):
        team.record.approvals.approve(borrower, own.id, seen=DIGEST)
    other = team.record.approvals.request(team.add("engineer", Role.ENGINEER), DRAFT)
    assert team.record.approvals.approve(borrower, other.id, seen=DIGEST).role == "reviewer"
    team.record.people.revoke(eve.id, Role.REVIEWER, "default", team.admin)
    third = team.record.approvals.request(team.add("third", Role.ENGINEER), DRAFT)
    with pytest.raises(ForbiddenError):
        team.record.approvals.approve(borrower, third.id, seen=DIGEST)


def test_a_lent_role_is_not_lent_on_nor_longer_than_ones_own(place: Place) -> None:
    """Only what was granted to oneself, and only until its end."""
    team = begin_team(place)
    eve = signed_in(team, team.add("eve", Role.REVIEWER))
    borrower = signed_in(team, team.add("borrower"))
    third = team.add("third")
    with pytest.raises(InputError, match="your own role ends"):
        team.record.delegations.delegate(eve, borrower.id, Role.REVIEWER, "default", until=LATER + timedelta(days=1))
    team.record.delegations.delegate(eve, borrower.id, Role.REVIEWER, "default", until=LATER)
    with pytest.raises(ForbiddenError, match="lent on"):
        team.record.delegations.delegate(borrower, third.id, Role.REVIEWER, "default", until=LATER)
    team.record.delegations.withdraw(eve, borrower.id, Role.REVIEWER, "default")
    with pytest.raises(MissingError):
        team.record.delegations.withdraw(eve, borrower.id, Role.REVIEWER, "default")


def test_two_people_are_two_people(place: Place) -> None:
    """Each answers once."""
    one = scene(place, replace(DRAFT, needed=2))
    one.approve(one.reviewer)
    assert one.state() is ApprovalState.PENDING
    with pytest.raises(InputError, match="you have answered"):
        one.approve(one.reviewer)
    one.approve(signed_in(one.team, one.team.add("second", Role.APPROVER)))
    assert one.state() is ApprovalState.APPROVED


def test_a_rejection_ends_it(place: Place) -> None:
    """With a comment, which is a payload; nobody answers afterwards."""
    one = scene(place)
    with pytest.raises(InputError, match="comment"):
        one.team.record.approvals.reject(one.reviewer, one.request.id, seen=DIGEST, comment=" ")
    one.team.record.approvals.reject(one.reviewer, one.request.id, seen=DIGEST, comment="the interval is too wide")
    assert one.state() is ApprovalState.REJECTED
    with pytest.raises(InputError, match="is rejected"):
        one.approve(signed_in(one.team, one.team.add("second", Role.APPROVER)))


def test_what_was_not_seen_is_not_approved(place: Place) -> None:
    """The digest that the approver names must be the request's."""
    one = scene(place)
    with pytest.raises(InputError, match="you saw"):
        one.approve(one.reviewer, seen=DIGEST[:-1] + "8")


def test_a_change_of_the_subject_voids(place: Place) -> None:
    """A run that goes on is another run than the one that was approved."""
    place.run("a", of=2)
    team = begin_team(place)
    engineer, reviewer = team.add("engineer", Role.ENGINEER), signed_in(team, team.add("reviewer", Role.REVIEWER))
    first = team.record.ingest_run(place.log().directory, engineer)
    draft = replace(
        DRAFT, purpose=ApprovalPurpose.RELEASE, subject_type="run", subject="run-1", subject_digest=first.digest
    )
    request = team.record.approvals.request(engineer, draft)
    team.record.approvals.approve(reviewer, request.id, seen=first.digest)
    assert team.record.approvals.standing(request.id).state is ApprovalState.APPROVED
    grow(place, "more-0")
    team.record.ingest_run(place.log().directory, engineer)
    assert team.record.approvals.standing(request.id).state is ApprovalState.VOID
    with pytest.raises(InputError, match="is sha256"):
        team.record.approvals.request(engineer, draft)


def test_time_ends_requests_and_approvals(place: Place) -> None:
    """A request that nobody answered, and an approval of three months ago."""
    late, old = scene(place), None
    late.team.wait(days=15)
    assert late.state() is ApprovalState.EXPIRED
    with pytest.raises(InputError, match="is expired"):
        late.approve(signed_in(late.team, late.reviewer))
    old = late.team.record.approvals.request(late.engineer, DRAFT)
    late.team.record.approvals.approve(signed_in(late.team, late.reviewer), old.id, seen=DIGEST)
    late.team.wait(days=91)
    assert late.team.record.approvals.standing(old.id).state is ApprovalState.EXPIRED


def test_a_single_user_approves_and_it_says_so(place: Place) -> None:
    """Marked as not four eyes, for ever."""
    record = place.open()
    request = record.approvals.request(OWNER, DRAFT)
    record.approvals.approve(OWNER, request.id, seen=DIGEST)
    standing = record.approvals.standing(request.id)
    assert (standing.state, standing.four_eyes) == (ApprovalState.APPROVED, False)


@pytest.mark.parametrize("draft", [replace(DRAFT, needed=0), replace(DRAFT, days=0), replace(DRAFT, roles=())])
def test_a_request_that_makes_no_sense_is_refused(place: Place, draft: ApprovalDraft) -> None:
    """Nobody is needed, no time, no role."""
    with pytest.raises(InputError):
        place.open().approvals.request(OWNER, draft)


def test_admins_are_no_role_to_ask_for(place: Place) -> None:
    """They approve nothing."""
    with pytest.raises(InputError, match="approve nothing"):
        place.open().approvals.request(OWNER, replace(DRAFT, roles=(Role.ADMIN,)))


FORGED = {
    "by the requester": ("approver", "'{requester}'"),
    "by somebody barred": ("approver", "'{barred}'"),
    "by a token": ("method", "'token'"),
    "of another digest": ("subject_digest", "'sha256:00'"),
    "for another requester": ("requester", "'person-1'"),
    "alone, in a team": ("four_eyes", "0"),
}


@pytest.mark.parametrize(("column", "value"), FORGED.values(), ids=FORGED.keys())
def test_the_database_itself_refuses(place: Place, column: str, value: str) -> None:
    """Whoever writes past the service meets a constraint or a trigger."""
    one = scene(place, replace(DRAFT, barred=(("person-barred", Ground.POLICY_AUTHOR),)))
    cells = {
        "approval": "'a'",
        "seq": "0",
        "request": f"'{one.request.id}'",
        "requester": f"'{one.engineer.id}'",
        "subject_digest": f"'{DIGEST}'",
        "approver": "'person-x'",
        "role": "'reviewer'",
        "method": "'oidc'",
        "verdict": "'approved'",
        "four_eyes": "1",
        "expires_at": "''",
        "recorded_at": "''",
    }
    cells[column] = value.format(requester=one.engineer.id, barred="person-barred")
    statement = f"INSERT INTO approval ({', '.join(cells)}) VALUES ({', '.join(cells.values())})"  # noqa: S608  our own
    with closing(sqlite3.connect(place.store)) as database:
        database.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            database.execute(statement)


def test_an_approval_that_was_written_past_the_door_is_found(place: Place) -> None:
    """A row that no entry sealed."""
    one = scene(place)
    one.approve(one.reviewer)
    one.team.record.close()
    with closing(sqlite3.connect(place.store)) as database:
        database.execute("DROP TRIGGER approval_no_update")
        database.execute("UPDATE approval SET approver = 'person-other'")
        database.commit()
    found = verify_store(place.store, vkey=place.vkey)
    assert found.verdict is LedgerVerdict.TAMPERED


def test_broken_glass_gives_rights_for_hours_and_is_reviewed_by_another(place: Place) -> None:
    """The entries that follow carry it; a token cannot use it; nobody reviews their own."""
    team = begin_team(place)
    engineer = team.add("engineer", Role.ENGINEER)
    reviewer = signed_in(team, team.add("reviewer", Role.REVIEWER))
    rights = [Permission.MANAGE_HOLDS]
    with pytest.raises(ForbiddenError):
        team.record.retention.place_hold(engineer, HoldScope.SYSTEM, "default", reason="fire")
    made = team.record.emergencies.break_glass(engineer, rights, "default", reason="fire", hours=2)
    team.record.retention.place_hold(engineer, HoldScope.SYSTEM, "default", reason="fire")
    assert team.record.entries(first=team.size - 1)[0].actor.role == "break_glass"
    team.wait(hours=2)
    with pytest.raises(ForbiddenError):
        team.record.retention.place_hold(engineer, HoldScope.SYSTEM, "default", reason="fire")
    with pytest.raises(ForbiddenError):
        team.record.emergencies.review(signed_in(team, engineer), made.id, comment="fine")
    team.record.emergencies.review(reviewer, made.id, comment="one hold was placed")
    (found,) = team.record.emergencies.emergencies()
    assert (found.reviewed_by, found.is_overdue(format_time(LATER))) == (reviewer.id, False)


@pytest.mark.parametrize(
    "right",
    [Permission.GIVE_APPROVAL, Permission.MANAGE_PEOPLE, Permission.MANAGE_KEYS, Permission.BACK_UP_STORE],
)
def test_some_rights_nobody_can_take(place: Place, right: Permission) -> None:
    """Four eyes and the keys are not behind the glass."""
    team = begin_team(place)
    engineer = team.add("engineer", Role.ENGINEER)
    with pytest.raises(InputError, match="cannot"):
        team.record.emergencies.break_glass(engineer, [right], "default", reason="fire")


def test_two_who_review_an_emergency_at_once_leave_one_review(place: Place) -> None:
    """The second finds it reviewed, in another process too."""
    one = scene(place)
    made = one.team.record.emergencies.break_glass(
        one.engineer, [Permission.MANAGE_HOLDS], "default", reason="fire", hours=1
    )
    other = signed_in(one.team, one.team.add("other", Role.APPROVER))
    acts = [
        partial(Record.open(place.url, place.keys, one.team.clock).emergencies.review, who, made.id, comment="fine")
        for who in (one.reviewer, other)
    ]
    assert sorted(at_once(place, acts)) == ["InputError", "done"]
    assert place.sql("SELECT count(*) FROM break_glass") == [(2,)]


def test_who_approves_in_two_processes_at_once_has_approved_once(place: Place) -> None:
    """Each looked before the other answered."""
    one = scene(place)
    acts = [
        partial(Record.open(place.url, place.keys, one.team.clock).approvals.approve, one.reviewer, one.request.id)
        for _ in range(2)
    ]
    assert sorted(at_once(place, [partial(act, seen=DIGEST) for act in acts])) == ["InputError", "done"]
    assert place.sql("SELECT count(*) FROM approval") == [(1,)]
