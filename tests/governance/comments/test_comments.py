"""Comments: on whatever is recorded, by those who may, erasable."""

import pytest

from assay.kernel import ForbiddenError, InputError, MissingError
from governance.access import Role
from governance.evidence import RequestDraft
from governance.record import Record
from governance.retention import ErasureDraft, ErasureGround, ErasureSubject
from tests.governance.evidence.documents import EXPIRES, document
from tests.governance.people.teams import begin_team
from tests.governance.samples import ME, Place, append, on_both_stores


def things(place: Place, record: Record) -> list[tuple[str, str]]:
    """Record something of each kind; return kinds and ids."""
    record.ingest_run(place.run("a").directory, ME, mirror=False)
    append(record, 1)
    asked = RequestDraft(system="default", kind="document", of="plan", person=ME.id, due_at=EXPIRES)
    return [
        ("run", "run-1"),
        ("system", "default"),
        ("report", record.reports()[0].id),
        ("evidence", record.evidence.submit(ME, document()).evidence),
        ("evidence", record.evidence.facts("default")[0].evidence),
        ("evidence_request", record.evidence.request(ME, asked).id),
    ]


@on_both_stores
def test_whatever_is_recorded_can_be_commented_on(place: Place) -> None:
    """In the order in which it was said, of its system."""
    record = place.open()
    for kind, identity in things(place, record):
        first = record.comments.write(ME, kind, identity, f"what of this {kind}?")
        second = record.comments.write(ME, kind, identity, "never mind")
        assert record.comments.about(kind, identity) == (first, second)
        assert (first.system, first.author) == ("default", ME.id)
    assert record.comments.about("run", "run-2") == ()


def test_kinds_that_can_be_commented_on_are_named(place: Place) -> None:
    """Whatever has an id, a system and a table; each is looked for without an error of the database."""
    record = place.open()
    with pytest.raises(InputError) as refusal:
        record.comments.write(ME, "mars", "1", "x")
    kinds = refusal.value.hint.split(", ")
    assert {"run", "scan", "decision", "release", "report", "evidence", "policy", "incident", "alert"} <= set(kinds)
    for kind in kinds:
        with pytest.raises(MissingError):
            record.comments.write(ME, kind, "nothing", "x")


@pytest.mark.parametrize(
    ("kind", "identity", "text", "error"),
    [
        ("run", "run-0", "x", MissingError),
        ("evidence", "evidence-0", "x", MissingError),
        ("ledger_entry", "1", "x", InputError),
        ("person", "p-1", "x", InputError),
        ("sqlite_master", "x", "x", InputError),
        ("system", "default", "  ", InputError),
        ("system", "default", "x" * 10_001, InputError),
    ],
)
def test_nothing_is_said_of_what_is_not_there(
    place: Place, kind: str, identity: str, text: str, error: type[Exception]
) -> None:
    """Neither of tables that are no things, nor without words."""
    record = place.open()
    record.ingest_run(place.run("a").directory, ME, mirror=False)
    size = record.checkpoint().size
    with pytest.raises(error):
        record.comments.write(ME, kind, identity, text)
    assert record.checkpoint().size == size


def test_a_comment_on_another_system_needs_a_role_there(place: Place) -> None:
    """The system is that of the thing, whatever the caller would like."""
    team = begin_team(place)
    eve, eric = team.add("eve", Role.ENGINEER), team.add("eric", Role.ENGINEER, system="another")
    made = team.record.evidence.submit(eve, document())
    with pytest.raises(ForbiddenError):
        team.record.comments.write(eric, "evidence", made.evidence, "let me see")


def test_the_words_stand_in_no_row_and_can_go(place: Place) -> None:
    """What stays is that something was said, by whom, of what."""
    record = place.open()
    record.ingest_run(place.run("a").directory, ME, mirror=False)
    made = record.comments.write(ME, "run", "run-1", "ask Zacharias Quillfeather")
    rows = place.sql("SELECT * FROM comment") + place.sql("SELECT body FROM ledger_entry")
    assert "Quillfeather" not in repr(rows)
    draft = ErasureDraft(
        subject_type=ErasureSubject.TEXT,
        subject="text-1",
        ground=ErasureGround.REQUEST,
        places={"payloads": 1},
        withheld={},
        payloads=(made.seq,),
    )
    record.retention.erase(ME, draft, system=None)
    assert [one.text for one in record.comments.about("run", "run-1")] == [None]
