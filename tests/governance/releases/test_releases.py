"""Releases of a team: what a candidate may be made of, who leads it where, and what voids what."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from assay.kernel import InputError, IntegrityError, MissingError
from evaluation.scans import ScanOutcome, scan_bytes
from governance.access import Role
from governance.releases import Manifest, Release, ReleaseDraft, ReleaseEvent, ReleaseState
from governance.snapshot import copy_store
from governance.store import open_engine
from governance.systems import ERASED, Deployment, Part, SystemProfile
from governance.verifier import LedgerVerdict, verify_store
from tests.governance.people.teams import LATER, OWNER, first_identity
from tests.governance.racing import at_once
from tests.governance.releases.scenes import SYSTEM, Scene, scene
from tests.governance.samples import Place, on_both_stores
from tests.governance.test_record import decision
from tests.governance.test_scans import SCAN


@on_both_stores
def test_a_candidate_goes_all_the_way_and_the_ledger_holds_each_step(place: Place) -> None:
    """Draft, request, review, approval, use; another one takes its place; that is recalled with a reason."""
    here = scene(place)
    releases = here.team.record.releases
    first = here.shipped("1.0")
    here.measure("run-2", answers="2")
    second = here.shipped("2.0", "run-2")
    recalled = releases.recall(here.reviewer, second.id, reason="it invents prices")
    assert [one.state for one in releases.history(first.id)] == [
        *(ReleaseState.DRAFT, ReleaseState.REQUESTED, ReleaseState.IN_REVIEW, ReleaseState.APPROVED),
        *(ReleaseState.RELEASED, ReleaseState.SUPERSEDED),
    ]
    assert (recalled.state, releases.history(second.id)[-1].reason) == (ReleaseState.RECALLED, "it invents prices")
    actions = [one.action for one in here.team.record.entries(limit=200) if one.subject.id == second.id]
    assert [one.removeprefix("release.") for one in actions] == [
        *("created", "requested", "in_review", "approved", "released", "recalled")
    ]
    assert (
        verify_store(place.file(), vkey=place.vkey).verdict is LedgerVerdict.CANNOT_DECIDE
    )  # nobody kept a checkpoint
    assert verify_store(place.file(), vkey=place.vkey).findings == ()


@on_both_stores
def test_an_earlier_size_of_the_ledger_shows_what_was_recorded_then(place: Place) -> None:
    """As of a size, states are those of then, and later releases are not there."""
    here = scene(place)
    one = here.create()
    size = here.team.size
    here.decide(one)
    here.request(one)
    releases = here.team.record.releases
    assert releases.release(one.id, as_of=size).state is ReleaseState.DRAFT
    assert releases.release(one.id).state is ReleaseState.REQUESTED
    assert [each.id for each in releases.releases(system=SYSTEM, as_of=size)] == [one.id]
    with pytest.raises(MissingError):
        releases.release(one.id, as_of=one.seq)


def test_a_manifest_names_everything_by_digest_and_reads_back(place: Place) -> None:
    """Runs and scans take their digests from the record; nothing of it is typed in."""
    here = scene(place)
    here.team.record.record_scan(scan_bytes(replace(SCAN, system=SYSTEM)), here.measurer)
    model = Part(name="qwen2.5-1.5b", version="7", digest="sha256:" + "a" * 64)
    one = here.create(scans=(SCAN.scan,), models=(model,), components=(Part(name="python", version="3.11"),))
    assert [(each.id, each.digest) for each in one.manifest.runs] == [("run-1", here.team.record.run("run-1").digest)]
    assert [each.digest for each in one.manifest.scans] == [here.team.record.scans()[0].digest]
    assert Manifest.decoded(one.manifest.encoded()) == one.manifest
    assert one.digest == one.manifest.digest


def partial_run(here: Scene) -> Release:
    """Name a run that did not end."""
    return here.create("1.0", here.measure("half", of=3))


def foreign_run(here: Scene) -> Release:
    """Name a run of something else."""
    here.team.record.people.grant(here.measurer.id, Role.ENGINEER, "other", here.team.admin, until=LATER)
    return here.create("1.0", here.measure("foreign", system="other"))


def partial_scan(here: Scene) -> Release:
    """Name a scan that did not end."""
    half = replace(SCAN, system=SYSTEM, outcome=ScanOutcome.PARTIAL, reason="stopped")
    here.team.record.record_scan(scan_bytes(half), here.measurer)
    return here.create(scans=(SCAN.scan,))


def two_targets(here: Scene) -> Release:
    """Name runs that asked two applications."""
    here.measure("asked", target={"name": "app", "kind": "http", "version": "2"})
    return here.create("1.0", "run-1", "asked")


REFUSED: dict[str, tuple[Callable[[Scene], object], str]] = {
    "partial run": (partial_run, "is partial"),
    "run of another system": (foreign_run, "is of the system 'other'"),
    "unknown run": (lambda here: here.create("1.0", "run-9"), "not in the record"),
    "partial scan": (partial_scan, "is partial"),
    "unknown scan": (lambda here: here.create(scans=("scan-9",)), "holds no scan"),
    "two targets": (two_targets, "different things"),
    "no run": (lambda _: ReleaseDraft(system=SYSTEM, version="1.0", runs=()), "rests on nothing"),
    "a sentence for a version": (lambda here: here.create("the good one"), "the version is"),
    "a document without digest": (lambda here: here.create(documents=(Part(name="card.md"),)), "has no digest"),
    "a run twice": (lambda here: here.create("1.0", "run-1", "run-1"), "named twice"),
}


@pytest.mark.parametrize(("make", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_part_of_a_release_is_refused(place: Place, make: Callable[[Scene], object], words: str) -> None:
    """And nothing of the release is written."""
    here = scene(place)
    with pytest.raises((InputError, MissingError), match=words):
        make(here)
    assert here.team.record.releases.releases() == ()


def test_the_same_candidate_is_one_release_and_what_was_rejected_stays_so(place: Place) -> None:
    """Proposing it again unchanged is refused; with another document it is another candidate."""
    here = scene(place)
    one = here.create()
    with pytest.raises(InputError, match="exactly this is"):
        here.create()
    here.decide(one)
    here.request(one)
    here.team.record.releases.reject(here.reviewer, one.id, seen=here.seen(one), comment="no card")
    with pytest.raises(InputError, match="which is rejected"):
        here.create()
    changed = here.create(documents=(Part(name="card.md", digest="sha256:" + "c" * 64),))
    assert changed.digest != one.digest


def test_a_name_that_was_in_use_stands_for_one_candidate(place: Place) -> None:
    """Another one gets another version, when it is put together and when it is let out."""
    here = scene(place)
    here.measure("run-2", answers="2")
    rival = here.approved("1.0", "run-2")
    here.shipped("1.0")
    with pytest.raises(InputError, match="was released as another manifest"):
        here.create("1.0", "run-1", "run-2")
    with pytest.raises(InputError, match="was released as another manifest"):
        here.team.record.releases.ship(here.engineer, rival.id)
    assert here.create("1.0", "run-2", deployment="staging").state is ReleaseState.DRAFT


def test_going_back_to_what_was_superseded_is_a_new_release_of_the_same(place: Place) -> None:
    """It is asked about and approved anew."""
    here = scene(place)
    first = here.shipped("1.0")
    here.measure("run-2", answers="2")
    second = here.shipped("2.0", "run-2")
    again = here.shipped("1.0")
    assert (again.digest, again.id != first.id) == (first.digest, True)
    assert [here.now(one).state for one in (first, second)] == [ReleaseState.SUPERSEDED] * 2


def test_a_deployment_that_the_profile_does_not_name_is_refused(place: Place) -> None:
    """Where it names any: in a misspelt one nothing would be superseded."""
    here = scene(place)
    places = (Deployment(name="production"), Deployment(name="staging"))
    profile = SystemProfile(name="", purpose="", owner=here.engineer.id, deployments=places)
    here.team.record.inventory.add(here.engineer, SYSTEM, profile)
    with pytest.raises(InputError, match="no deployment 'prodution', it has: production, staging"):
        here.create(deployment="prodution")
    assert here.create(deployment="staging").deployment == "staging"


def test_deployments_do_not_replace_each_other(place: Place) -> None:
    """What is in use in production stays when something else goes to staging."""
    here = scene(place)
    first = here.shipped("1.0")
    other = here.shipped("1.0", deployment="staging")
    assert here.now(first).state is here.now(other).state is ReleaseState.RELEASED


@on_both_stores
def test_of_two_at_once_one_wins(place: Place) -> None:
    """Two let it out, two recall it: one of each is a wrong turn, and both entries are there once."""
    here = scene(place)
    one = here.approved()
    releases = [here.open_again() for _ in range(2)]
    shipped = at_once(place, [partial(each.releases.ship, here.engineer, one.id) for each in releases])
    recalled = at_once(
        place, [partial(each.releases.recall, here.engineer, one.id, reason="twice") for each in releases]
    )
    assert sorted(shipped) == sorted(recalled) == ["InputError", "done"]
    assert [step.event for step in here.team.record.releases.history(one.id)][-2:] == [
        *(ReleaseEvent.RELEASE, ReleaseEvent.RECALL)
    ]


@on_both_stores
def test_the_database_lets_nothing_out_that_nobody_approved(place: Place) -> None:
    """Whoever writes past the service meets a trigger, and two events never follow the same one."""
    here = scene(place)
    one = here.create()
    insert = "INSERT INTO release_event VALUES ('{}', {}, {}, 'default', '{}', '{}', NULL, NULL, '')"
    with pytest.raises(IntegrityError, match="nothing is released without"):
        place.sql(insert.format(one.id, 2, one.seq, "release", "released"))
    with pytest.raises(IntegrityError, match="refused the change"):
        place.sql(insert.format(one.id, 1, one.seq, "request", "requested"))
    with pytest.raises(IntegrityError, match="only grow"):
        place.sql("UPDATE release_event SET state = 'released'")


def test_one_user_releases_alone_until_there_is_a_team(place: Place) -> None:
    """What was approved by one person does not count any more when a second one is there."""
    record = place.open(seconds=3600 * 48)
    run = record.ingest_run(place.run("a", "b").directory, OWNER)
    one = record.releases.create(OWNER, ReleaseDraft(system=SYSTEM, version="1.0", runs=("run-1",)))
    made = replace(decision("run-1", run.digest), release=one.id, release_digest=one.digest)
    record.record_decision(made, OWNER)
    record.releases.request(OWNER, one.id)
    answer = record.releases.approve(OWNER, one.id, seen=record.approvals.digest_of("release", one.id))
    assert (answer.four_eyes, record.releases.release(one.id).state) == (False, ReleaseState.APPROVED)
    record.people.add(first_identity(), OWNER, until=LATER)
    assert "one person alone" in record.releases.release(one.id).lapsed


def test_a_recall_needs_a_reason_and_something_in_use(place: Place) -> None:
    """Whoever recalls says why; the reason is a payload."""
    here = scene(place)
    one = here.approved()
    with pytest.raises(InputError, match="needs a reason"):
        here.team.record.releases.recall(here.engineer, one.id, reason=" ")
    with pytest.raises(InputError, match="approved takes no recall"):
        here.team.record.releases.recall(here.engineer, one.id, reason="too early")
    here.team.record.releases.ship(here.engineer, one.id)
    here.team.record.releases.recall(here.approver, one.id, reason="Mr Weber complained")
    assert not any(b"Weber" in entry.body for entry in here.team.record.entries(limit=200))


def test_what_a_release_rests_on_is_drawn_when_it_is_put_together(place: Place) -> None:
    """Its run, its model and its document are upstream; the decision about it joins them."""
    here = scene(place)
    model, card = Part(name="weights", digest="sha256:" + "a" * 64), Part(name="card.md", digest="sha256:" + "c" * 64)
    one = here.create(models=(model,), documents=(card,))
    here.decide(one)
    lineage = here.team.record.lineage
    (drawn,) = lineage.find(f"release:{one.id}")
    upstream = {tie.link.upstream.kind.value for tie in lineage.upstream(drawn, depth=1)}
    assert upstream == {"run", "model", "document", "decision"}
    assert drawn.digest == one.digest


def test_the_names_of_documents_can_be_erased_and_the_manifest_stays(place: Place) -> None:
    """They are names of people's files: a payload, never a row or an entry."""
    here = scene(place)
    card = Part(name="Weber-card.md", digest="sha256:" + "c" * 64)
    one = here.create(documents=(card,))
    assert one.manifest.documents == (card,)
    assert not any("Weber" in str(cell) for row in place.sql("SELECT * FROM release") for cell in row)
    assert here.team.record.retention.payloads_with(lambda payload: "Weber" in str(payload)) == (one.seq,)
    place.sql(f"DELETE FROM ledger_payload WHERE seq = {one.seq}")  # noqa: S608  our own number
    left = here.now(one)
    assert ([each.name for each in left.manifest.documents], left.digest) == ([ERASED], one.digest)


def test_a_store_in_which_something_was_released_can_be_copied(place: Place) -> None:
    """The trigger of the copy finds the approval there when the release comes in."""
    scene(place).shipped()
    engine, copy = open_engine(place.url), place.path / "copy.sqlite"
    copy_store(engine, copy)
    engine.dispose()
    assert verify_store(copy, vkey=place.vkey).findings == ()


def test_the_verifier_holds_a_manifest_against_the_digest_that_its_entry_names(place: Place) -> None:
    """A manifest that was exchanged behind the product's back is found, as is a release without its row."""
    one = scene(place).create()
    place.sql("DROP TRIGGER release_no_update")
    place.sql("UPDATE release SET manifest = replace(manifest, '1.0', '6.6')")
    found = verify_store(place.file(), vkey=place.vkey)
    assert found.verdict is LedgerVerdict.TAMPERED
    assert any(str(one.seq) in str(finding.position) for finding in found.findings)
