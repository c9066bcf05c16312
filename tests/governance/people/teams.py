"""A small team for tests: an admin and whoever a test adds, in a store whose clock a test moves."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from assay.kernel import FixedClock
from governance.access import Role
from governance.ledger import Actor
from governance.people import LOCAL_ISSUER, Identity, PersonKind, SignIn
from governance.record import Record
from tests.governance.samples import Place

START = datetime(2026, 1, 2, tzinfo=UTC)
LATER = START + timedelta(days=300)
ISSUER = "https://id.example.org"
OWNER = Actor(id="p-1")


@dataclass(frozen=True, kw_only=True)
class Team:
    """A store with its first admin."""

    record: Record
    clock: FixedClock
    admin: Actor

    def add(self, name: str, *roles: Role, system: str = "default", kind: PersonKind = PersonKind.HUMAN) -> Actor:
        """Add somebody with roles on a system; return them as at the machine."""
        sign_ins = (SignIn(issuer=ISSUER, subject=name),) if kind is PersonKind.HUMAN else ()
        person = self.record.people.add(Identity(name=name, sign_ins=sign_ins), self.admin, kind=kind)
        for role in roles:
            self.record.people.grant(person.id, role, system, self.admin, until=LATER)
        return Actor(id=person.id)

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.clock.at += timedelta(**span)

    @property
    def size(self) -> int:
        """Entries of the ledger."""
        return self.record.checkpoint().size


def first_identity() -> Identity:
    """Return who starts the team."""
    return Identity(name="Ada Admin", email="ada@example.org", sign_ins=(SignIn(issuer=LOCAL_ISSUER, subject="ada@h"),))


def begin_team(place: Place) -> Team:
    """Open the store with a clock that stands still, and add the first person."""
    clock = FixedClock(at=START)
    record = Record.open(place.url, place.keys, clock)
    admin = record.people.add(first_identity(), OWNER, until=LATER)
    return Team(record=record, clock=clock, admin=Actor(id=admin.id))
