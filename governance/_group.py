"""Group commit: changes that come at once share a transaction, a signed checkpoint, a witness line and a sync.

Rules of this place: threads take turns in the order in which they came; each change is a part of the group's
transaction that is undone alone where it fails; whoever has nobody behind them commits for all, and so does whoever
ends a group that is full or old, so that other processes come in; nobody returns before the commit, and where that
fails, it fails for each of them. Why a leader and no thread of its own: docs/adr/0012.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from sqlalchemy import Connection, Engine

from assay.kernel import AssayError, UnavailableError
from governance.ledger import KeyFolder, LedgerAppender, LogEnd, Signer, Verifier, newest_key
from governance.store import TransactionLostError, fair_lock, savepoint, write

__all__ = ["Group", "GroupWriter"]

_MOST_CHANGES: Final = 100
_LONGEST_S: Final = 0.05  # others wait for the store's lock meanwhile


class Group:
    """One transaction, open for the changes of several threads, one at a time."""

    def __init__(self, connection: Connection, appender: LedgerAppender, longest_s: float) -> None:
        """Take the transaction, the ledger's end in it, and after how many seconds it lets nobody more in."""
        self.connection = connection
        self.appender = appender
        self.broken: BaseException | None = None  # the transaction is lost
        self.failure: BaseException | None = None  # of the commit
        self.stack = ExitStack()
        self._done = threading.Event()
        self._changes = 0
        self._until = time.monotonic() + longest_s

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Do one change; undo it alone where it raises."""
        size, successor = self.appender.size, self.appender.successor
        self._changes += 1
        try:
            with savepoint(self.connection):
                yield
        except TransactionLostError as error:
            self.broken = error.__cause__
            raise (self.broken or error) from None
        except BaseException as error:
            self.broken = error  # until the log's end is that of before, too
            self.appender.take_back(size)
            self.appender.successor = successor
            self.broken = None
            raise

    @property
    def is_over(self) -> bool:
        """Whether nobody more may come in."""
        return self.broken is not None or self._changes >= _MOST_CHANGES or time.monotonic() >= self._until

    def close(self) -> None:
        """Commit, or undo where the transaction is lost; what went wrong is for those who wait."""
        try:
            if self.broken is None:
                self.stack.close()
            else:
                self.failure = self.broken
                self.stack.__exit__(type(self.broken), self.broken, self.broken.__traceback__)
        except AssayError as error:
            self.failure = error
        except BaseException as error:
            self.failure = error
            if error is not self.broken:
                raise
        finally:
            self._done.set()

    def wait(self) -> None:
        """Wait for the commit; raise what it failed with."""
        self._done.wait()
        if isinstance(self.failure, AssayError):  # one error for each thread: a traceback belongs to one
            raise type(self.failure)(self.failure.message, hint=self.failure.hint) from self.failure
        if self.failure is not None:
            raise UnavailableError(
                f"the change was not recorded: the changes that were committed with it failed: {self.failure}",
                hint="type the same command again; assay doctor",
            ) from self.failure


class GroupWriter:
    """The one way into the store for the threads of a process."""

    def __init__(self, engine: Engine, keys: KeyFolder, signer: Signer, *, longest_s: float = _LONGEST_S) -> None:
        """Take the store, the key folder, the key that signs now, and how long a group stays open at most."""
        self._longest_s = longest_s
        self._engine = engine
        self._keys = keys
        self._signer = signer
        self._end: LogEnd | None = None  # of the log as we left it
        self._state = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._owner: int | None = None  # thread whose turn it is
        self._group: Group | None = None

    @property
    def verifier(self) -> Verifier:
        """The public keys that sign now, as far as this process knows."""
        return self._signer.verifier

    @contextmanager
    def joined(self) -> Iterator[Group]:
        """Have a turn in a group; return once it is committed and witnessed."""
        self._take_turn()
        try:
            group = self._group = self._group or self._begin()
            with group.apart():
                yield group
        finally:
            self._end_turn()
        group.wait()

    def _take_turn(self) -> None:
        me = threading.get_ident()
        turn = threading.Event()
        with self._state:
            if self._owner == me:
                raise RuntimeError("a change within a change: the outer one would wait for the inner one")
            if self._owner is None:
                self._owner = me
                return
            self._waiting.append(turn)
        try:
            turn.wait()
        except BaseException:  # Ctrl-C while waiting
            with self._state:
                mine = turn not in self._waiting
                if not mine:
                    self._waiting.remove(turn)
            if mine:
                self._end_turn()
            raise
        self._owner = me

    def _end_turn(self) -> None:
        """Commit where nobody comes after, then let the next one in."""
        group = self._group
        try:
            if group is not None and (group.is_over or not self._waiting):
                self._group = None
                group.close()
        finally:
            with self._state:
                self._owner = _NOBODY_YET if self._waiting else None
                if self._waiting:
                    self._waiting.popleft().set()

    def _begin(self) -> Group:
        with ExitStack() as stack:
            group = stack.enter_context(self._transaction())
            group.stack = stack.pop_all()
        return group

    @contextmanager
    def _transaction(self) -> Iterator[Group]:
        with fair_lock(self._keys.lock_file):
            known, self._end = self._end, None
            with write(self._engine) as connection:
                self._follow_rotation(connection)
                appender = LedgerAppender(connection, self._signer, known)
                yield Group(connection, appender, self._longest_s)
                end = appender.seal()
            self._end = end or known
            if appender.successor is not None:
                self._signer = appender.successor
            if end is not None:
                self._keys.witness(end.checkpoint.note)
            if appender.successor is not None:
                self._keys.succeed()

    def _follow_rotation(self, connection: Connection) -> None:
        """Take the new key where another process rotated it."""
        verifier = self._signer.verifier
        found = newest_key(connection)
        if found != (str(verifier), verifier.post_quantum_text):
            self._signer = self._keys.load(Verifier.parse(*found))


_NOBODY_YET: Final = -1  # the turn is given, and whoever has it has not woken up
