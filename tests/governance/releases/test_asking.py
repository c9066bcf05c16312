"""Asking about a release and answering: who, resting on what, and what makes it void."""

from functools import partial

import pytest

from assay.kernel import ForbiddenError, InputError
from evaluation.runs import RunLog
from governance.access import Role
from governance.approvals import ApprovalDraft, ApprovalPurpose, ApprovalState, Ground
from governance.evidence import Conclusion, Stated, SubmissionDraft, Submitted
from governance.gate import DecisionOutcome, EvidenceRef, Policy
from governance.ledger import Actor
from governance.releases import ReleaseEvent, ReleaseState
from tests.governance.labels import labels_of
from tests.governance.people.teams import LATER
from tests.governance.racing import at_once
from tests.governance.releases.scenes import SYSTEM, Scene, scene
from tests.governance.samples import Place


def test_nobody_asks_without_a_decision_about_exactly_this(place: Place) -> None:
    """None, one about another manifest, one that failed, one that could not decide, an old one."""
    here = scene(place)
    one = here.create()
    other = here.create("2.0")
    here.decide(other)
    with pytest.raises(InputError, match="no gate has decided"):
        here.request(one)
    for outcome in (DecisionOutcome.FAIL, DecisionOutcome.INCONCLUSIVE):
        here.decide(one)
        here.decide(one, outcome)
        with pytest.raises(InputError, match=f"is {outcome.value}"):
            here.request(one)
    here.decide(one, days=31)
    with pytest.raises(InputError, match="older than the 30 days"):
        here.request(one)
    here.decide(one, days=29)
    assert here.request(one).state is ReleaseState.REQUESTED


def test_the_engineer_cannot_approve_nor_whoever_measured_decided_or_wrote_the_policy(place: Place) -> None:
    """Requester, submitters and whoever decided are barred, whatever other roles they have."""
    here = scene(place)
    decider = here.team.add("decider", Role.ENGINEER)
    for person in (here.engineer, here.measurer, decider):
        here.team.record.people.grant(person.id, Role.REVIEWER, SYSTEM, here.team.admin, until=LATER)
    one = here.create()
    here.decide(one, by=decider)
    asked = here.request(one)
    seen = here.seen(one)
    for person in (here.engineer, here.measurer, decider):
        with pytest.raises(ForbiddenError, match="may not answer"):
            here.team.record.releases.approve(here.signed_in(person), one.id, seen=seen)
        with pytest.raises(ForbiddenError, match="may not answer"):
            here.team.record.releases.take_up(here.signed_in(person), one.id)
    barred = dict.fromkeys(here.team.record.approvals.standing(asked.request or "").request.barred)
    assert (here.engineer.id, Ground.REQUESTER) in barred
    assert (decider.id, Ground.EVIDENCE_SUBMITTER) in barred
    assert here.now(one).state is ReleaseState.REQUESTED


def test_a_review_is_taken_up_and_ends_with_as_many_as_are_needed(place: Place) -> None:
    """Two people: after the first it is still in review."""
    here = scene(place)
    one = here.create()
    here.decide(one)
    here.request(one, needed=2)
    releases = here.team.record.releases
    assert releases.take_up(here.reviewer, one.id).state is ReleaseState.IN_REVIEW
    releases.approve(here.reviewer, one.id, seen=here.seen(one))
    assert here.now(one).state is ReleaseState.IN_REVIEW
    with pytest.raises(InputError, match="in_review takes no release"):
        releases.ship(here.engineer, one.id)
    releases.approve(here.approver, one.id, seen=here.seen(one))
    assert here.now(one).state is ReleaseState.APPROVED


def test_one_does_not_answer_a_release_past_its_states(place: Place) -> None:
    """The general service refuses, since the release would not be led on."""
    here = scene(place)
    one = here.create()
    here.decide(one)
    asked = here.request(one)
    with pytest.raises(InputError, match="as a release"):
        here.team.record.approvals.approve(here.reviewer, asked.request or "", seen=here.seen(one))


def test_a_later_decision_voids_what_was_approved(place: Place) -> None:
    """It does not ship, and can be asked about anew once a decision passes."""
    here = scene(place)
    one = here.approved()
    here.decide(one, DecisionOutcome.FAIL)
    assert (here.now(one).state, here.now(one).lapsed != "") == (ReleaseState.DRAFT, True)
    with pytest.raises(InputError, match="what was seen is not what is there"):
        here.team.record.releases.ship(here.engineer, one.id)
    here.decide(one)
    assert here.request(one).state is ReleaseState.REQUESTED


def test_a_candidate_that_was_tried_again_is_looked_at_again(place: Place) -> None:
    """Another complete run of the same work voids the approval; a run of something else does not."""
    here = scene(place)
    one = here.approved()
    here.measure("run-2", answers="2")
    assert here.now(one).state is ReleaseState.APPROVED
    here.measure("again")
    assert here.now(one).state is ReleaseState.DRAFT
    standing = here.team.record.approvals.standing(one.request or "")
    assert standing.state is ApprovalState.VOID


def test_time_takes_an_approval_away_but_nothing_that_is_in_use(place: Place) -> None:
    """After 91 days the approved one is a draft again, the released one still released."""
    here = scene(place)
    out = here.shipped("1.0")
    here.measure("run-2", answers="2")
    waits = here.approved("2.0", "run-2")
    here.team.wait(days=91)
    assert here.now(out).state is ReleaseState.RELEASED
    assert (here.now(waits).state, here.now(waits).lapsed) == (
        ReleaseState.DRAFT,
        "what was asked or approved has expired",
    )


def test_what_nobody_answered_can_be_asked_again(place: Place) -> None:
    """The request expires after its days."""
    here = scene(place)
    one = here.create()
    here.decide(one)
    first = here.request(one, days=3)
    here.team.wait(days=4)
    assert here.now(one).state is ReleaseState.DRAFT
    assert here.request(one).request != first.request


def test_two_approvals_at_once_make_one_approved_release(place: Place) -> None:
    """The second answer meets a request that is approved."""
    here = scene(place)
    one = here.create()
    here.decide(one)
    here.request(one)
    people = (here.reviewer, here.approver)
    acts = [partial(here.open_again().releases.approve, who, one.id, seen=here.seen(one)) for who in people]
    assert sorted(at_once(place, acts)) == ["InputError", "done"]
    events = [step.event for step in here.team.record.releases.history(one.id)]
    assert events.count(ReleaseEvent.APPROVE) == events.count(ReleaseEvent.TAKE_UP) == 1


def document(here: Scene, by: Actor) -> Submitted:
    """Hand in a document."""
    stated = Stated(kind="document", of="model_card", conclusion=Conclusion.SATISFIED)
    draft = SubmissionDraft(system=SYSTEM, data=b"card", name="card.md", stated=(stated,), expires_at=LATER)
    return here.team.record.evidence.submit(by, draft)


def registered(here: Scene, by: Actor, text: str) -> Policy:
    """Register a policy for the system."""
    policy = Policy.parse(text)
    here.team.record.policies.register(policy, by, system=SYSTEM)
    return policy


POLICY = """\
version: 1
name: gate
expect: {metrics: [faithfulness], questions: {at_least: 1}, max_age_days: 3}
rules: [{metric: faithfulness, at_least: 0.5}]
sign_offs: {needed: 2, roles: [approver]}
"""


def test_the_policy_says_how_old_a_decision_may_be_and_who_has_to_approve(place: Place) -> None:
    """Three days, two approvers; whoever registered it approves nothing under it."""
    here = scene(place)
    policy = registered(here, here.approver, POLICY)
    one = here.create()
    here.decide(one, policy=policy.digest, days=4)
    with pytest.raises(InputError, match="older than the 3 days"):
        here.request(one)
    here.decide(one, policy=policy.digest, days=2)
    asked = here.team.record.approvals.standing(here.request(one).request or "").request
    assert (asked.needed, asked.roles) == (2, (Role.APPROVER,))
    assert (here.approver.id, Ground.POLICY_AUTHOR) in asked.barred
    with pytest.raises(ForbiddenError, match="policy_author"):
        here.team.record.releases.approve(here.approver, one.id, seen=here.seen(one))


def test_whoever_wrote_the_policy_or_handed_in_evidence_approves_no_decision(place: Place) -> None:
    """A sign-off of a decision is under the same bars as that of a release."""
    here = scene(place)
    policy, paper = registered(here, here.approver, POLICY), document(here, here.reviewer)
    here.decide(
        here.create(), policy=policy.digest, evidence=(EvidenceRef(evidence=paper.evidence, digest=paper.digest),)
    )
    made, approvals = here.team.record.latest_decision(run="run-1"), here.team.record.approvals
    assert made is not None
    digest = approvals.digest_of("decision", made.id)
    wish = ApprovalDraft(
        purpose=ApprovalPurpose.DECISION,
        system=SYSTEM,
        subject_type="decision",
        subject=made.id,
        subject_digest=digest,
    )
    asked = approvals.request(here.engineer, wish)
    for person, ground in ((here.approver, "policy_author"), (here.reviewer, "evidence_submitter")):
        with pytest.raises(ForbiddenError, match=ground):
            approvals.approve(person, asked.id, seen=digest)


def test_a_decision_that_lacks_these_approvals_alone_can_be_asked_about(place: Place) -> None:
    """A gate that counts approvals waits for them; one that lacks anything else is not asked about."""
    here = scene(place)
    one = here.create()
    here.decide(one, DecisionOutcome.INCONCLUSIVE, rule="sign_offs")
    assert here.request(one).state is ReleaseState.REQUESTED
    other = here.create("2.0")
    here.decide(other, DecisionOutcome.FAIL, rule="sign_offs")
    with pytest.raises(InputError, match="is fail"):
        here.request(other)


def test_whoever_handed_in_evidence_of_the_decision_may_not_approve(place: Place) -> None:
    """The decision names it, the record knows its submitter."""
    here = scene(place)
    submitted = document(here, here.people["reviewer"])
    one = here.create()
    here.decide(one, evidence=(EvidenceRef(evidence=submitted.evidence, digest=submitted.digest),))
    here.request(one)
    with pytest.raises(ForbiddenError, match="evidence_submitter"):
        here.team.record.releases.approve(here.reviewer, one.id, seen=here.seen(one))


def test_a_policy_that_was_withdrawn_takes_the_approval_with_it(place: Place) -> None:
    """What decided does not decide any more."""
    here = scene(place)
    policy = registered(here, here.people["reviewer"], POLICY.replace("needed: 2", "needed: 1"))
    one = here.create()
    here.decide(one, policy=policy.digest)
    here.request(one)
    here.team.record.releases.approve(here.approver, one.id, seen=here.seen(one))
    assert here.now(one).state is ReleaseState.APPROVED
    (registration,) = here.team.record.policies.registered(SYSTEM)
    here.team.record.policies.withdraw(registration.id, here.people["reviewer"], reason="too lax")
    assert here.now(one).state is ReleaseState.DRAFT


def test_evidence_that_is_returned_takes_the_approval_with_it(place: Place) -> None:
    """The decision rested on it."""
    here = scene(place)
    submitted = document(here, here.engineer)
    one = here.create()
    here.decide(one, evidence=(EvidenceRef(evidence=submitted.evidence, digest=submitted.digest),))
    here.request(one)
    here.team.record.releases.approve(here.reviewer, one.id, seen=here.seen(one))
    here.team.record.evidence.return_(here.reviewer, submitted.evidence, comment="it is of last year")
    assert here.now(one).lapsed


def test_labels_that_correct_a_number_take_the_approval_with_them(place: Place) -> None:
    """What was seen was another estimate."""
    here = scene(place)
    one = here.approved("1.0", here.measure("long", rows=60, answers="3"))
    directory = place.path / "runs" / "long"
    labels = labels_of(RunLog.open(directory), 60)
    here.team.record.import_labels(labels, directory, here.measurer)
    assert here.now(one).state is ReleaseState.DRAFT


def test_what_was_approved_and_used_stays_approved(place: Place) -> None:
    """A decision or a run of later takes nothing away from what is in use, or from what was rejected."""
    here = scene(place)
    out = here.shipped()
    here.decide(out, DecisionOutcome.FAIL)
    here.measure("again")
    standing = here.team.record.approvals.standing(out.request or "")
    assert (here.now(out).state, standing.state) == (ReleaseState.RELEASED, ApprovalState.APPROVED)


def test_a_fail_under_another_policy_stands_until_that_policy_is_withdrawn(place: Place) -> None:
    """Gating once more under a laxer one undoes nothing; a fail under a policy that nobody registered says nothing."""
    here = scene(place)
    strict = registered(here, here.approver, POLICY)
    one = here.create()
    here.decide(one, DecisionOutcome.FAIL, policy="sha256:nobody")
    here.decide(one, DecisionOutcome.FAIL, policy=strict.digest)
    here.decide(one)
    with pytest.raises(InputError, match="under another policy that is registered"):
        here.request(one)
    (registration,) = here.team.record.policies.registered(SYSTEM)
    here.team.record.policies.withdraw(registration.id, here.approver, reason="a better one")
    assert here.request(one).state is ReleaseState.REQUESTED
