"""Changes that come at once: one transaction and one checkpoint for all, and each fails alone."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial, partialmethod
from threading import Event

import pytest
from sqlalchemy import NestedTransaction, text

from assay.kernel import ForbiddenError, IntegrityError
from governance._change import Change
from governance._group import GroupWriter
from governance.access import Permission
from governance.ledger import Actor
from governance.record import Record
from governance.verifier import LedgerVerdict, verify_store, witnessed_notes
from tests.governance.samples import ME, Place, append, on_both_stores, report_change


class Queue:
    """Changes that wait behind one whose turn does not end before it is told."""

    def __init__(self, record: Record, *, threads: int = 40) -> None:
        """Let the first one in."""
        writer = record._door.writer
        patient = GroupWriter(writer._engine, writer._keys, writer._signer, longest_s=600)
        self.door = replace(record._door, writer=patient)
        self._pool = ThreadPoolExecutor(max_workers=threads)
        self._go, begun = Event(), Event()
        self.first = self._pool.submit(self._hold, begun)
        while not begun.wait(0.01):
            assert not self.first.done(), self.first.exception()

    def _hold(self, begun: Event) -> None:
        with self.door.change(ME, Permission.IMPORT_LABELS, "default") as change:
            report_change(change, 0)
            begun.set()
            assert self._go.wait(60)

    def put(self, body: Callable[[Change], object], actor: Actor = ME) -> "Future[None]":
        """Start a change; return once it waits for its turn."""
        waiting = self.door.writer._waiting
        before = len(waiting)
        future = self._pool.submit(self._run, body, actor)
        while len(waiting) == before:
            time.sleep(0.001)
        return future

    def _run(self, body: Callable[[Change], object], actor: Actor) -> None:
        with self.door.change(actor, Permission.IMPORT_LABELS, "default") as change:
            body(change)

    def finish(self) -> None:
        """Let all go on, and wait for them."""
        self._go.set()
        self._pool.shutdown()


def reports(record: Record) -> list[int]:
    """Return the numbers of the recorded reports, in the order of their entries."""
    return [int(one.report.digest.removeprefix("sha256:"), 16) for one in reversed(record.reports())]


def assert_sound(place: Place) -> None:
    """Verify against the witness file."""
    result = verify_store(place.file(), vkey=place.vkey, trusted=witnessed_notes(place.witness))
    assert (result.verdict, result.findings) == (LedgerVerdict.OK, ())


def checkpoints(place: Place) -> list[int]:
    """Return the sizes of all checkpoints."""
    return [size for (size,) in place.sql("SELECT size FROM ledger_checkpoint ORDER BY size")]


@on_both_stores
def test_who_comes_at_once_is_committed_at_once_and_in_turn(place: Place) -> None:
    """Thirty changes behind a slow one: one checkpoint, one witness line, the order in which they came."""
    record = place.open(seconds=1)
    queue = Queue(record)
    futures = [queue.put(partial(report_change, number=number)) for number in range(1, 31)]
    queue.finish()
    assert [future.result() for future in futures] == [None] * 30
    assert reports(record) == [*range(31)]
    assert checkpoints(place) == [1, 32]
    assert len(place.witness.read_text().splitlines()) == 2
    assert_sound(place)


def test_a_group_is_full_at_a_hundred(place: Place) -> None:
    """Then other processes come in, and the rest follows."""
    queue = Queue(place.open(), threads=105)
    for number in range(1, 105):
        queue.put(partial(report_change, number=number))
    queue.finish()
    assert checkpoints(place) == [1, 101, 106]


@on_both_stores
def test_one_that_fails_is_undone_alone(place: Place) -> None:
    """Its rows and entries are gone; those before and behind it stand; nobody's number is skipped."""

    def fail(change: Change) -> None:
        report_change(change, 2)
        raise LookupError("on purpose")

    def tamper(change: Change) -> None:
        report_change(change, 3)
        change.connection.execute(text("UPDATE report SET kind = 'other'"))

    record = place.open()
    queue = Queue(record)
    good = [queue.put(lambda change: report_change(change, 1))]
    bad = [queue.put(fail), queue.put(tamper)]
    barred = queue.put(lambda change: report_change(change, 3), Actor(id="ci", method="token"))
    good.append(queue.put(lambda change: report_change(change, 4)))
    queue.finish()
    assert [type(future.exception()) for future in (*bad, barred)] == [LookupError, IntegrityError, ForbiddenError]
    assert [future.exception() for future in good] == [None, None]
    assert reports(record) == [0, 1, 4]
    assert_sound(place)


def test_a_commit_that_fails_fails_for_each_of_them(place: Place) -> None:
    """A row that no entry carries makes the database refuse the whole; the next change goes through."""

    def spoil(change: Change) -> None:
        change.connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        change.connection.execute(text("INSERT INTO ledger_key (seq, vkey) VALUES (999, 'none')"))

    record = place.open()
    queue = Queue(record)
    futures = [queue.first, queue.put(lambda change: report_change(change, 1)), queue.put(spoil)]
    futures.append(queue.put(lambda change: report_change(change, 2)))
    queue._go.set()
    failures = [future.exception() for future in futures]
    queue.finish()
    spoiled = [failure for failure in failures if failure is not None]
    assert len({id(failure) for failure in spoiled}) == 4
    assert all(isinstance(failure, IntegrityError) and "refused the change" in str(failure) for failure in spoiled)
    append(record, 1)
    assert record.checkpoint().size == 2
    assert_sound(place)


def undone_by_half(_: NestedTransaction) -> None:
    """Stop before anything is undone, as a second Ctrl-C does."""
    raise KeyboardInterrupt


def kept_and_stopped(part: NestedTransaction, commit: Callable[[NestedTransaction], None]) -> None:
    """Stop right after the part was kept, as a Ctrl-C may."""
    commit(part)
    raise KeyboardInterrupt


@on_both_stores
@pytest.mark.parametrize("moment", ["rollback", "commit"])
def test_a_change_that_is_stopped_at_the_worst_moment_leaves_no_half_of_itself(
    place: Place, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """What cannot be undone alone takes the transaction with it; the next change goes on."""
    record = place.open()
    stop = undone_by_half if moment == "rollback" else partial(kept_and_stopped, commit=NestedTransaction.commit)

    def change(*, fails: bool) -> None:
        with record._door.change(ME, Permission.IMPORT_LABELS, "default") as one:
            report_change(one, 1)
            if fails:
                raise LookupError("on purpose")

    with monkeypatch.context() as patched:
        patched.setattr(NestedTransaction, moment, partialmethod(stop))
        with pytest.raises((LookupError, KeyboardInterrupt)):
            change(fails=moment == "rollback")
    assert reports(record) == []
    append(record, 2)
    assert reports(record) == [0, 1]
    assert_sound(place)


def test_a_change_within_a_change_is_refused(place: Place) -> None:
    """It would wait for itself; the outer one is undone with it."""
    record = place.open()
    with pytest.raises(RuntimeError, match="a change within a change"):
        nest(record)
    append(record, 1)
    assert record.checkpoint().size == 2


def nest(record: Record) -> None:
    """Open a change in a change."""
    with record._door.passing(), record._door.passing():
        pass


@on_both_stores
def test_what_is_no_record_shares_the_commit_and_makes_no_checkpoint(place: Place) -> None:
    """A turn without an entry is kept, and signs nothing."""
    record = place.open()
    with record._door.passing() as connection:
        connection.execute(text("INSERT INTO token_use (token, used_at) VALUES ('t', 'now')"))
    assert place.sql("SELECT token FROM token_use") == [("t",)]
    assert checkpoints(place) == [1]
