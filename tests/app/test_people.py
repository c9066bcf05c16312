"""What the commands about people share: ends, names of roles and scopes, and how a team begins."""

import os
import platform
import pwd
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assay.app.actor import this_account
from assay.app.compose import open_record
from assay.app.init import create_workspace
from assay.app.people import add_person, change_person, end_of, role_named, scopes_named, sign_ins_of
from assay.kernel import InputError
from governance.people import LOCAL_ISSUER, Identity, PersonKind, PersonStatus, SignIn
from governance.record import Record

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
UNTIL = datetime.now(UTC) + timedelta(days=30)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    """Return the record of a new workspace."""
    with closing(open_record(create_workspace(tmp_path / "w"))) as found:
        yield found


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (None, datetime(2027, 3, 1, 12, tzinfo=UTC)),
        ("2026-06-30", datetime(2026, 7, 1, tzinfo=UTC)),
        ("2026-06-30T10:00:00+02:00", datetime(2026, 6, 30, 8, tzinfo=UTC)),
    ],
)
def test_an_end_is_a_whole_day_a_moment_or_a_year_away(text: str | None, end: datetime) -> None:
    """A day that is named counts to its end."""
    assert end_of(text, NOW) == end


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "2026-06-30T10:00:00", "", "9999-12-31"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """Neither words nor a time without its zone."""
    with pytest.raises(InputError):
        end_of(text, NOW)


def test_roles_and_scopes_are_named_from_closed_lists() -> None:
    """A wrong one is answered with the right ones; what cannot be granted is not among them."""
    assert role_named("auditor").value == "auditor"
    assert {one.value for one in scopes_named(["run:ingest", "run:ingest"])} == {"run:ingest"}
    for wrong in ("owner", "boss"):
        with pytest.raises(InputError, match="viewer, engineer"):
            role_named(wrong)
    for wrong in ("approval:give", "everything"):
        with pytest.raises(InputError, match="run:ingest"):
            scopes_named([wrong])


def test_the_account_is_asked_of_the_system_and_not_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may write any name into the environment is still themselves."""
    before = this_account()
    for name in ("USER", "LOGNAME", "HOME"):
        monkeypatch.setenv(name, "somebody-else")
    assert this_account() == before
    assert before.subject == f"{pwd.getpwuid(os.getuid()).pw_name}@{platform.node().partition('.')[0]}"


def test_the_first_person_is_not_linked_to_an_account_that_nobody_here_has(record: Record) -> None:
    """Whoever begins the team can go on with it; later ones may be linked to other accounts."""
    other = Identity(name="Bob", sign_ins=(SignIn(issuer=LOCAL_ISSUER, subject="bob@elsewhere"),))
    with pytest.raises(InputError, match="account that is not yours"):
        add_person(record, other, PersonKind.HUMAN, UNTIL)
    mine = Identity(name="Me", sign_ins=sign_ins_of(None, here=True))
    assert add_person(record, mine, PersonKind.HUMAN, UNTIL)[1]
    assert not add_person(record, other, PersonKind.HUMAN, UNTIL)[1]


def test_a_change_keeps_what_it_does_not_name(record: Record) -> None:
    """Sign-ins are added and removed one by one; nothing to change is wrong usage."""
    mine = Identity(name="Me", email="me@example.org", sign_ins=sign_ins_of(None, here=True))
    person, _ = add_person(record, mine, PersonKind.HUMAN, UNTIL)
    provider = sign_ins_of(("https://id.example.org", "me"), here=False)

    nothing = {"name": None, "email": None, "added": (), "removed": (), "status": None}
    changed = change_person(record, person.id, **{**nothing, "added": provider})  # type: ignore[arg-type]  # by name
    assert changed.identity == Identity(name="Me", email="me@example.org", sign_ins=(*mine.sign_ins, *provider))
    changed = change_person(record, person.id, **{**nothing, "removed": provider, "name": "I"})  # type: ignore[arg-type]
    assert changed.identity == Identity(name="I", email="me@example.org", sign_ins=mine.sign_ins)
    assert changed.status is PersonStatus.ACTIVE
    with pytest.raises(InputError, match="nothing is to be changed"):
        change_person(record, person.id, **nothing)  # type: ignore[arg-type]
