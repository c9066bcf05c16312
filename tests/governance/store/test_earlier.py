"""A store of the version before systems, releases and lineage, opened by this one."""

import dataclasses
from contextlib import closing

import pytest

from assay.kernel import InputError, format_time
from governance.approvals import ApprovalState
from governance.releases import ReleaseDraft, ReleaseState
from governance.schema import migrate_store
from governance.store import HEAD
from governance.verifier import LedgerVerdict, verify_store, witnessed_notes
from tests.governance.people.teams import START
from tests.governance.samples import Place, on_both_stores
from tests.governance.store.earlier import REVISION, ask_about_nothing, make_earlier
from tests.governance.test_record import decision


def assert_sound(place: Place) -> None:
    """Verify against the witness file."""
    result = verify_store(place.file(), vkey=place.vkey, trusted=witnessed_notes(place.witness))
    assert (result.verdict, result.findings) == (LedgerVerdict.OK, ())


@on_both_stores
def test_a_store_of_the_version_before_goes_on(place: Place) -> None:
    """It keeps its entries and verifies; what waited is answered; what was measured is evidence and may be released."""
    then = make_earlier(place)
    before = place.sql("SELECT seq, body FROM ledger_entry ORDER BY seq")
    change = migrate_store(place.url, place.keys)
    assert (change.found, change.now) == (REVISION, HEAD)
    assert place.sql("SELECT seq, body FROM ledger_entry ORDER BY seq") == before
    assert_sound(place)
    with closing(place.open()) as record:
        signed_in = dataclasses.replace(then.reviewer, method="oidc", authenticated_at=format_time(START))
        record.approvals.approve(signed_in, then.request.id, seen=then.request.subject_digest)
        assert record.approvals.standing(then.request.id).state is ApprovalState.APPROVED
        assert {(one.kind, one.of) for one in record.evidence.facts("default")} == {
            ("metric", "faithfulness"),
            ("scan", "pii"),
        }
        made = record.releases.create(then.engineer, ReleaseDraft(system="default", version="1", runs=("run-1",)))
        record.record_decision(decision("run-1", place.log().digest()), then.engineer, system="default")
        assert made.state is ReleaseState.DRAFT
        (release,) = record.lineage.find(f"release:{made.id}")
        assert [tie.link.upstream.name for tie in record.lineage.upstream(release)] == ["run-1"]
    assert_sound(place)


def test_a_request_about_what_that_version_did_not_hold_is_void(place: Place) -> None:
    """One such request takes no list away, and nobody can approve what is not there."""
    then = make_earlier(place)
    asked = ask_about_nothing(place, then.engineer)
    with closing(place.open()) as record:
        states = {one.request.id: one.state for one in record.approvals.standings()}
        assert states == {then.request.id: ApprovalState.PENDING, asked.id: ApprovalState.VOID}
        with pytest.raises(InputError, match="release"):
            record.approvals.approve(then.reviewer, asked.id, seen=asked.subject_digest)
