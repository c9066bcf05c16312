"""The outbox: what waits, what a failure leaves, and what is never done twice."""

import dataclasses

from governance.mirror import MirroredRun, sync
from tests.evaluation.runs.samples import plan_for, row, write_log
from tests.governance.samples import ME, Place, on_both_stores


class FakeMirror:
    """A mirror with memory that can be down."""

    def __init__(self, *, down: bool = False) -> None:
        """Begin empty."""
        self.down = down
        self.runs: list[MirroredRun] = []

    def put(self, run: MirroredRun) -> str:
        """Keep the run, or fail as a server does that does not answer."""
        if self.down:
            raise ConnectionError("nobody answers")
        self.runs.append(run)
        return f"m-{len(self.runs)}"


@on_both_stores
def test_a_run_is_mirrored_once_with_its_rows(place: Place) -> None:
    """What waits goes out, and does not wait any more."""
    record, mirror = place.open(), FakeMirror()
    digest = record.ingest_run(place.run("a", "b").directory, ME).digest
    first = sync(record, lambda: mirror, place.path / "runs")
    again = sync(record, lambda: mirror, place.path / "runs")
    assert (first.mirrored, first.pending, again.mirrored) == (("run-1",), 0, ())
    (run,) = mirror.runs
    assert run.recorded.digest == digest
    assert [(row["id"], row["outcome"]) for row in run.rows()] == [("a", "scored"), ("b", "scored")]
    assert not {"question", "answer", "reason"} & {key for row in run.rows() for key in row}


@on_both_stores
def test_a_mirror_that_is_down_leaves_the_queue_and_counts(place: Place) -> None:
    """Nothing is lost and nothing fails; the next synchronisation delivers."""
    record, mirror = place.open(), FakeMirror(down=True)
    record.ingest_run(place.run("a").directory, ME)
    failed = sync(record, lambda: mirror, place.path / "runs")
    assert failed.failed == (("run-1", "ConnectionError: nobody answers"),)
    assert [task.attempts for task in record.mirror_tasks()] == [1]
    mirror.down = False
    assert sync(record, lambda: mirror, place.path / "runs").mirrored == ("run-1",)
    assert record.mirror_tasks() == ()


@on_both_stores
def test_a_run_whose_log_is_elsewhere_is_mirrored_without_rows(place: Place) -> None:
    """A log that was ingested from another folder, or grew since, gives no rows."""
    record, mirror = place.open(), FakeMirror()
    record.ingest_run(place.run("a").directory, ME)
    sync(record, lambda: mirror, place.path / "elsewhere")
    assert list(mirror.runs[0].rows()) == []


@on_both_stores
def test_a_run_that_is_not_to_be_mirrored_does_not_wait(place: Place) -> None:
    """Mirroring can be switched off at ingest."""
    record = place.open()
    record.ingest_run(place.run("a").directory, ME, mirror=False)
    assert record.mirror_tasks() == ()


@on_both_stores
def test_a_run_that_fails_does_not_hold_up_the_others(place: Place) -> None:
    """What failed goes to the end of the queue."""
    record, mirror = place.open(), FakeMirror(down=True)
    record.ingest_run(place.run("a").directory, ME)
    sync(record, lambda: mirror, place.path / "runs")
    other = write_log(place.path / "runs" / "run-2", dataclasses.replace(plan_for(["b"]), run="run-2"), [row("b")])
    record.ingest_run(other.directory, ME)
    assert [task.run for task in record.mirror_tasks()] == ["run-2", "run-1"]


@on_both_stores
def test_nothing_connects_while_nothing_waits(place: Place) -> None:
    """An empty queue costs no import and no connection."""

    def refuse() -> FakeMirror:
        raise AssertionError("connected")

    assert sync(place.open(), refuse, place.path).failed == ()
