"""The door: authorise, change, ledger entry and signed checkpoint in one transaction, then the witness file.

Rules of this place: nothing is written to the store but through here; what is acknowledged is on the disk, witnessed;
a crash between the commit and the witness file is healed when the store is opened next.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from assay.kernel import Clock, format_time
from governance._change import Change
from governance.access import Permission, authorize
from governance.ledger import Actor, KeyFolder, LedgerAppender, Signer
from governance.store import fair_lock, read, write

__all__ = ["Door"]


@dataclass(frozen=True)
class Door:
    """An open store with its ledger; safe to use from several threads and processes."""

    engine: Engine
    keys: KeyFolder
    signer: Signer
    clock: Clock

    @contextmanager
    def change(self, actor: Actor, permission: Permission, system: str | None) -> Iterator[Change]:
        """Open a change that `actor` may make on a system (None: on the whole store); raise `ForbiddenError`."""
        with fair_lock(self.keys.lock_file):
            with write(self.engine) as connection:
                at = format_time(self.clock.now())
                allowed = authorize(connection, actor, permission, system, at=at)
                change = Change(connection, LedgerAppender(connection, self.signer), actor=allowed, at=at)
                yield change
                checkpoint = change.seal()
            if checkpoint is not None:
                self.keys.witness(checkpoint.note)

    @contextmanager
    def passing(self) -> Iterator[Connection]:
        """Write what is no record: the mirror's queue, sessions, the last use of a token."""
        with fair_lock(self.keys.lock_file), write(self.engine) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one state of the store."""
        with read(self.engine) as connection:
            yield connection
