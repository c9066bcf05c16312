"""The door: authorise, change, ledger entry and signed checkpoint in one transaction, then the witness file.

Rules of this place: nothing is written to the store but through here; what is acknowledged is on the disk, witnessed;
a crash between the commit and the witness file is healed when the store is opened next.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine

from assay.kernel import Clock, IntegrityError, format_time
from governance._change import Change
from governance._group import GroupWriter
from governance.access import Permission, authorize
from governance.ledger import (
    Actor,
    CheckedTree,
    Checkpoint,
    KeyFolder,
    Tree,
    Verifier,
    last_checkpoint,
    log_identity,
    newest_key,
)
from governance.store import read

__all__ = ["Door"]


@dataclass(frozen=True)
class Door:
    """An open store with its ledger; safe to use from several threads and processes."""

    engine: Engine
    keys: KeyFolder
    writer: GroupWriter
    clock: Clock
    checked: CheckedTree = field(default_factory=CheckedTree)

    @contextmanager
    def change(self, actor: Actor, permission: Permission, system: str | None) -> Iterator[Change]:
        """Open a change that `actor` may make on a system (None: on the whole store); raise `ForbiddenError`."""
        with self.writer.joined() as group:
            at = format_time(self.clock.now())
            allowed = authorize(group.connection, actor, permission, system, at=at)
            yield Change(group.connection, group.appender, actor=allowed, at=at)

    @contextmanager
    def unsafe_change(self, actor: Actor) -> Iterator[Change]:
        """Open a change that nobody authorises here: in a copy that is put back, where what it replaces was asked."""
        with self.writer.joined() as group:
            yield Change(group.connection, group.appender, actor=actor, at=format_time(self.clock.now()))

    @contextmanager
    def passing(self) -> Iterator[Connection]:
        """Write what is no record: the mirror's queue, sessions, the last use of a token."""
        with self.writer.joined() as group:
            yield group.connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one state of the store."""
        with read(self.engine) as connection:
            yield connection

    def verifier(self, connection: Connection) -> Verifier:
        """Return the public keys that sign in this state; raise `IntegrityError` where they are not those we hold."""
        known = self.writer.verifier
        if newest_key(connection) == (str(known), known.post_quantum_text):
            return known
        found = log_identity(connection)
        if found is None or (found != known and not self.keys.holds(found)):  # another process may have rotated
            raise IntegrityError(
                f"the store says that it is signed as {found}, the key in {self.keys.path} is {known}",
                hint="assay ledger verify",
            )
        return found

    def tree(self, connection: Connection) -> tuple[Checkpoint | None, Tree]:
        """Return the newest checkpoint and the tree under it, for proofs."""
        return self.checked.at_end(connection, self.verifier(connection))

    def last_checkpoint(self, connection: Connection) -> Checkpoint | None:
        """Return the newest checkpoint, its signature checked; `None` for an empty log."""
        return last_checkpoint(connection, self.verifier(connection))
