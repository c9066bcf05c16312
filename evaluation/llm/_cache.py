"""The response cache: one SQLite file in which every paid reply is kept before it is handed back.

Rules of this place: WAL with synchronous=FULL; replies that arrive while a commit is under way share the next one
(group commit); the file holds keys and replies, never a request, a header or a secret. Several couriers may share it.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from assay.kernel import UnavailableError

__all__ = ["KeptReply", "ReplyCache", "erase_replies", "find_kept", "find_keys"]

_BUSY_S = 30.0
_TABLE = """create table if not exists replies (
    key text primary key, status integer not null, content_type text not null, body blob not null,
    attempts integer not null, latency_ms integer not null, kept_at integer not null) strict"""
_INSERT = "insert or ignore into replies values (?, ?, ?, ?, ?, ?, ?)"
_FIELDS = ("status", "content_type", "body", "attempts", "latency_ms")
_SELECT_ALL = "select key, status, content_type, body, attempts, latency_ms from replies"
_SELECT = "select status, content_type, body, attempts, latency_ms from replies where key = ?"


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptReply:
    """A reply as it is kept."""

    status: int
    content_type: str
    body: bytes
    attempts: int
    latency_ms: int


# Called on the writer's thread with the tickets of one commit, and why it failed ("" when it did not).
Committed = Callable[[Sequence[object], str], None]


class ReplyCache:
    """Reads on the caller's thread, writes on one thread of its own."""

    def __init__(self, path: Path, committed: Committed) -> None:
        """Open or create the file; raise `UnavailableError` when it is no cache or cannot be written."""
        self._path = path
        self._committed = committed
        self._queue: SimpleQueue[list[tuple[object, tuple[object, ...]]] | None] = SimpleQueue()
        try:
            _make_private(path)
            self._reader = self._connect()
            self._reader.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            raise UnavailableError(
                f"cannot open the response cache {path}: {error}",
                hint="free space, or move the file away: only replies already paid for are in it",
            ) from error
        self._thread = Thread(target=self._write_forever, name="reply-cache")
        self._thread.start()

    def find(self, key: str) -> KeptReply | None:
        """Return the reply kept under the key."""
        return find_kept(self._reader, key)

    def keep(self, replies: Sequence[tuple[object, str, KeptReply]]) -> None:
        """Write (ticket, key, reply) each; `committed` gets the tickets when all are on the disk, or cannot be.

        Hand over what came in together at once: each call may wake the writer, which costs more than a reply does.
        """
        now = int(time.time())
        self._queue.put([(ticket, _row(key, reply, now)) for ticket, key, reply in replies])

    def close(self) -> None:
        """Write what is waiting, then close the file."""
        self._queue.put(None)
        self._thread.join()
        self._reader.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        return connection

    def _write_forever(self) -> None:
        connection = self._connect()
        going = True
        while going:
            batch = [self._queue.get()]
            while not self._queue.empty():
                batch.append(self._queue.get())
            entries = [entry for entries in batch if entries is not None for entry in entries]
            going = None not in batch
            if entries:
                problem = _commit(connection, [row for _, row in entries])
                self._committed([ticket for ticket, _ in entries], problem)
        connection.close()


def find_kept(database: sqlite3.Connection, key: str) -> KeptReply | None:
    """Return the reply kept under the key in an open cache; raise `sqlite3.Error` for a file that is none."""
    row = database.execute(_SELECT, (key,)).fetchone()
    if row is None:
        return None
    return KeptReply(status=row[0], content_type=row[1], body=row[2], attempts=row[3], latency_ms=row[4])


def find_keys(path: Path, wanted: Callable[[KeptReply], bool]) -> tuple[str, ...]:
    """Return the keys of the kept replies that are wanted; none where there is no cache."""
    if not path.exists():
        return ()
    with closing(_opened(path)) as database, _explained(path):
        rows = database.execute(_SELECT_ALL)
        return tuple(row[0] for row in rows if wanted(KeptReply(**dict(zip(_FIELDS, row[1:], strict=True)))))


def erase_replies(path: Path, keys: Collection[str]) -> int:
    """Delete replies so that their bytes are gone from the file and from its log; return how many were there."""
    if not keys or not path.exists():
        return 0
    with closing(_opened(path)) as database, _explained(path):
        database.execute("pragma secure_delete = on")
        database.execute("begin immediate")
        count = sum(database.execute("delete from replies where key = ?", (key,)).rowcount for key in keys)
        database.execute("commit")
        database.execute("vacuum")
        database.execute("pragma wal_checkpoint(truncate)")
    return count


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise UnavailableError(
            f"the response cache {path} does not work: {error}", hint="wait until no run uses it, or delete the file"
        ) from error


def _row(key: str, reply: KeptReply, now: int) -> tuple[object, ...]:
    return key, reply.status, reply.content_type, reply.body, reply.attempts, reply.latency_ms, now


def _make_private(path: Path) -> None:
    """Let nobody but the owner read replies; SQLite gives the file's mode to the `-wal` and `-shm` beside it."""
    try:  # a file that is there is not opened: closing it would drop locks that SQLite holds in this process
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        with suppress(PermissionError):  # somebody else's
            path.chmod(0o600)


def _commit(connection: sqlite3.Connection, rows: list[tuple[object, ...]]) -> str:
    try:
        connection.execute("begin immediate")
        connection.executemany(_INSERT, rows)
        connection.execute("commit")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("rollback")
        return str(error)
    return ""
