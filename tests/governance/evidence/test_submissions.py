"""Handing evidence in, and what others say of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from assay.kernel import AssayError, ForbiddenError, InputError, IntegrityError, MissingError, digest_bytes
from governance.access import Permission, Role
from governance.evidence import LARGEST_FILE, Conclusion, FactStanding, ItemState, Stated
from governance.record import Record
from governance.store import open_engine, write
from governance.verifier import LedgerVerdict, verify_store
from tests.governance.evidence.documents import EXPIRES, document, report
from tests.governance.people.teams import LATER, begin_team
from tests.governance.racing import at_once
from tests.governance.samples import ME, Place, on_both_stores

CANARY = "Zacharias Quillfeather"
STRANGER = f"INSERT INTO evidence_original VALUES ('{digest_bytes(b'x')}', 1, x'78')"  # noqa: S608  our own words


def states(record: Record) -> list[str]:
    """Return the states of what was handed in, newest first."""
    return [item.state.value for item in record.evidence.items()]


@on_both_stores
def test_a_document_is_kept_by_its_digest_and_waits(place: Place) -> None:
    """Bytes, who, until when; the ledger verifies."""
    record = place.open()
    made = record.evidence.submit(ME, document(note="see page 2", part="backend"))
    item = record.evidence.item(made.evidence)
    assert (item.digest, item.size, item.media_type) == (digest_bytes(b"what to do"), 10, "application/pdf")
    assert (item.submitter, item.owner, item.state, item.review) == (ME.id, ME.id, ItemState.SUBMITTED, None)
    assert (item.name, item.part, item.note, item.is_kept) == ("plan.pdf", "backend", "see page 2", True)
    assert record.evidence.original(item.id) == b"what to do"
    entry = record.entries(first=made.seq)[0]
    assert (entry.action, entry.subject.id, entry.subject.digest) == ("evidence.submitted", item.id, item.digest)
    record.close()
    assert verify_store(place.file(), vkey=place.vkey).findings == ()


def test_the_same_again_changes_nothing(place: Place) -> None:
    """The same bytes, saying the same, with the same end."""
    record = place.open()
    first = record.evidence.submit(ME, document())
    size = record.checkpoint().size
    again = record.evidence.submit(ME, document())
    assert (again.evidence, again.is_new, record.checkpoint().size) == (first.evidence, False, size)
    renewed = record.evidence.submit(ME, document(expires_at=EXPIRES + timedelta(days=1)))
    assert (renewed.is_new, renewed.version) == (True, 2)


def test_a_newer_version_stands_in_the_place_of_the_older_one(place: Place) -> None:
    """Also of one that was accepted, until somebody has looked: a bad one cannot hide behind a good one."""
    record = place.open()
    good = record.evidence.submit(ME, report(b"good"))
    record.evidence.accept(ME, good.evidence)
    bad = record.evidence.submit(ME, report(b"bad", open_findings=2))
    assert states(record) == ["submitted", "superseded"]
    (fact,) = record.evidence.facts("default")
    assert (fact.evidence, fact.standing, fact.open_findings) == (bad.evidence, FactStanding.SUBMITTED, 2)


def test_a_version_that_was_returned_leaves_the_one_before_it(place: Place) -> None:
    """A wrong file does no harm; where all were returned, the newest is shown as that."""
    record = place.open()
    good = record.evidence.submit(ME, document())
    record.evidence.accept(ME, good.evidence)
    wrong = record.evidence.submit(ME, document(b"holiday pictures"))
    record.evidence.return_(ME, wrong.evidence, comment="the wrong file")
    assert [fact.evidence for fact in record.evidence.facts("default")] == [good.evidence]
    record.evidence.return_(ME, good.evidence, comment="out of date")
    (fact,) = record.evidence.facts("default")
    assert (fact.evidence, fact.standing) == (wrong.evidence, FactStanding.RETURNED)


@pytest.mark.parametrize("change", [{"part": "frontend"}, {"system": "shop"}, {"tool": "grype"}])
def test_another_thing_replaces_nothing(place: Place, change: dict[str, str]) -> None:
    """Another part, system or tool is a thing of its own."""
    record = place.open()
    record.evidence.submit(ME, report())
    record.evidence.submit(ME, replace(report(b"other"), **change))  # type: ignore[arg-type]  # fields by name
    assert states(record) == ["submitted", "submitted"]


def test_a_name_in_other_letters_is_the_same_thing(place: Place) -> None:
    """Spaces and case tell no two plans apart."""
    record = place.open()
    record.evidence.submit(ME, document())
    shouted = Stated(kind="document", of="Incident  Plan", conclusion=Conclusion.SATISFIED)
    assert record.evidence.submit(ME, document(b"newer", stated=(shouted,))).version == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"data": b""}, "empty"),
        ({"data": b"x" * (LARGEST_FILE + 1)}, "at most"),
        ({"stated": ()}, "nothing is said"),
        ({"expires_at": None}, "needs a day"),
        ({"expires_at": datetime(2026, 1, 1, tzinfo=UTC)}, "between now and ten years"),
        ({"expires_at": datetime(2099, 1, 1, tzinfo=UTC)}, "between now and ten years"),
        ({"owner": "person-0"}, "one user"),
        ({"part": "a\x1b[2J"}, "can be seen"),
        ({"note": "x" * 10_001}, "at most"),
        ({"stated": (Stated(kind="nonsense", of="x", conclusion=None),)}, "no kind"),
        ({"stated": (Stated(kind="run_log", of="verified", conclusion=Conclusion.SATISFIED),)}, "measured"),
        ({"stated": (Stated(kind="document", of="a\u202eb", conclusion=None),)}, "can be seen"),
        ({"stated": (Stated(kind="document", of=" ", conclusion=None),)}, "can be seen"),
        ({"stated": (Stated(kind="document", of="x" * 301, conclusion=None),)}, "300"),
    ],
)
def test_what_cannot_be_evidence_is_refused_whole(place: Place, change: dict[str, object], says: str) -> None:
    """Before anything is written, and a good file beside it does not go in alone."""
    record = place.open()
    size = record.checkpoint().size
    with pytest.raises(AssayError, match=says):
        record.evidence.submit_all(ME, [document(b"good", part="other"), replace(document(), **change)])  # type: ignore[arg-type]  # as above
    assert (record.checkpoint().size, place.sql("SELECT count(*) FROM evidence_original")) == (size, [(0,)])


def test_two_files_about_the_same_do_not_go_in_together(place: Place) -> None:
    """The second would hide the first."""
    record = place.open()
    with pytest.raises(InputError, match="about the same"):
        record.evidence.submit_all(ME, [report(b"bad", open_findings=1), report(b"good")])
    assert record.evidence.items() == ()


def test_a_hostile_file_name_is_kept_without_what_steers_a_terminal(place: Place) -> None:
    """Neither escapes nor lines of its own; and it stands in no row."""
    record = place.open()
    made = record.evidence.submit(ME, document(name=f"{CANARY}\x1b]0;x\x07\nstate accepted\u202e.pdf"))
    assert record.evidence.item(made.evidence).name == f"{CANARY}]0;x state accepted.pdf"
    rows = place.sql("SELECT * FROM evidence_submission") + place.sql("SELECT body FROM ledger_entry")
    assert CANARY not in repr(rows)


@on_both_stores
def test_a_team_needs_somebody_else(place: Place) -> None:
    """Neither the submitter accepts it, nor whoever they lent their role; a reviewer who handed in none does."""
    team = begin_team(place)
    rita, ruth = team.add("rita", Role.REVIEWER), team.add("ruth", Role.REVIEWER)
    made = team.record.evidence.submit(rita, document())
    with pytest.raises(ForbiddenError, match="themselves"):
        team.record.evidence.accept(rita, made.evidence)
    item = team.record.evidence.accept(ruth, made.evidence, comment="as agreed")
    assert (item.state, item.review and (item.review.four_eyes, item.review.comment)) == (
        ItemState.ACCEPTED,
        (True, "as agreed"),
    )


def test_a_lent_role_does_not_review_for_its_lender(place: Place) -> None:
    """Who acts for the submitter is the submitter."""
    team = begin_team(place)
    rita, ben = team.add("rita", Role.REVIEWER), team.add("ben")
    signed_in = type(rita)(id=rita.id, method="oidc", authenticated_at="2026-01-02T00:00:00.000000Z")
    until = team.clock.now() + timedelta(days=1)
    team.record.delegations.delegate(signed_in, ben.id, Role.REVIEWER, "default", until=until)
    made = team.record.evidence.submit(rita, document())
    with pytest.raises(ForbiddenError, match="lent you"):
        team.record.evidence.accept(ben, made.evidence)


def test_broken_glass_does_not_accept_ones_own(place: Place) -> None:
    """An emergency is no second pair of eyes."""
    team = begin_team(place)
    eve = team.add("eve", Role.ENGINEER)
    made = team.record.evidence.submit(eve, document())
    team.record.emergencies.break_glass(eve, {Permission.ACCEPT_EVIDENCE}, "default", reason="it burns")
    with pytest.raises(ForbiddenError, match="themselves"):
        team.record.evidence.accept(eve, made.evidence)


def test_one_user_accepts_their_own_and_it_shows_for_ever(place: Place) -> None:
    """Not four eyes; a team that begins later cannot do so any more."""
    record = place.open()
    made = record.evidence.submit(ME, document())
    item = record.evidence.accept(ME, made.evidence)
    assert item.review is not None
    assert not item.review.four_eyes
    assert place.sql("SELECT four_eyes FROM evidence_review") == [(0,)]


@on_both_stores
@pytest.mark.parametrize(
    ("four_eyes", "reviewer", "method", "verdict"),
    [
        (1, "{submitter}", "local", "accepted"),
        (0, "person-2", "local", "accepted"),
        (1, "person-2", "token", "accepted"),
        (1, "person-2", "local", "perhaps"),
    ],
)
def test_the_database_refuses_it_too(place: Place, four_eyes: int, reviewer: str, method: str, verdict: str) -> None:
    """A review by the submitter, alone in a team, by a token, or without an end."""
    team = begin_team(place)
    eve = team.add("eve", Role.ENGINEER)
    made = team.record.evidence.submit(eve, document())
    cells = (
        f"'{made.evidence}', {made.seq}, 'default', '{eve.id}', '{reviewer.format(submitter=eve.id)}',"
        f" 'reviewer', '{method}', '{verdict}', {four_eyes}, 'now'"
    )
    columns = "evidence, seq, system, submitter, reviewer, role, method, verdict, four_eyes, recorded_at"
    engine = open_engine(place.url)
    with pytest.raises(IntegrityError), write(engine) as connection:
        connection.exec_driver_sql(f"INSERT INTO evidence_review ({columns}) VALUES ({cells})")  # noqa: S608  our own words
    engine.dispose()


def test_nothing_is_said_twice_and_nothing_after_a_return(place: Place) -> None:
    """Whoever returns says why; what was returned comes back as a new version."""
    record = place.open()
    made = record.evidence.submit(ME, document())
    with pytest.raises(InputError, match="says why"):
        record.evidence.return_(ME, made.evidence, comment="  ")
    record.evidence.accept(ME, made.evidence)
    with pytest.raises(InputError, match="accepted already"):
        record.evidence.accept(ME, made.evidence)
    record.evidence.return_(ME, made.evidence, comment="it was the draft")
    for again in (record.evidence.accept, record.evidence.return_):
        with pytest.raises(InputError, match="returned already"):
            again(ME, made.evidence, comment="x")


def test_two_who_review_at_once_do_it_once(place: Place) -> None:
    """The second finds what the first said."""
    team = begin_team(place)
    made = team.record.evidence.submit(team.add("eve", Role.ENGINEER), document())
    reviewers = [team.add(f"r{number}", Role.REVIEWER) for number in range(2)]
    acts = [partial(team.record.evidence.accept, one, made.evidence) for one in reviewers]
    assert sorted(at_once(place, acts)) == ["InputError", "done"]
    assert place.sql("SELECT count(*) FROM evidence_review") == [(1,)]


def test_what_is_not_there_is_said(place: Place) -> None:
    """An id that nobody gave, and an owner who left."""
    team = begin_team(place)
    eve = team.add("eve", Role.ENGINEER)
    for ask in (team.record.evidence.item, team.record.evidence.original):
        with pytest.raises(MissingError, match="no evidence"):
            ask("evidence-0")
    with pytest.raises(MissingError, match="nobody of the team"):
        team.record.evidence.submit(eve, document(owner="person-0", expires_at=LATER))


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE evidence_original SET data = x'00'", "not those that were handed in"),
        ("DELETE FROM evidence_original", "no entry says that it was erased"),
        ("UPDATE evidence_original SET digest = 'sha256:00'", "not those that were handed in"),
        (STRANGER, "belongs to no evidence"),
    ],
)
def test_a_file_that_was_touched_is_found(place: Place, statement: str, says: str) -> None:
    """By whoever verifies, and by whoever reads it."""
    record = place.open()
    made = record.evidence.submit(ME, document())
    place.sql(statement)
    found = verify_store(place.store, vkey=place.vkey)
    assert found.verdict is LedgerVerdict.TAMPERED
    assert any(says in finding.message for finding in found.findings)
    if statement.startswith("UPDATE evidence_original SET data"):
        with pytest.raises(IntegrityError, match="are others"):
            record.evidence.original(made.evidence)
