"""The mirror against MLflow itself, on a local SQLite file."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from governance.mirror import MirrorOptions, MlflowMirror, sync
from tests.governance.samples import ME, Place

pytestmark = pytest.mark.soak


def options(place: Place) -> MirrorOptions:
    """Return a tracking store in a file."""
    return MirrorOptions(
        tracking_uri=f"sqlite:///{place.path / 'mlflow.db'}", experiment="assay", artifacts=place.path / "mlartifacts"
    )


def rows(place: Place, statement: str) -> list[tuple[object, ...]]:
    """Ask MLflow's database."""
    with closing(sqlite3.connect(place.path / "mlflow.db")) as database:
        return database.execute(statement).fetchall()


def test_a_run_is_in_mlflow_once_with_its_numbers_digest_and_checkpoint(place: Place) -> None:
    """Put twice, found once: metrics, parameters, tags, and a table without texts; the file is in WAL mode."""
    record = place.open()
    ingested = record.ingest_run(place.run("a", "b").directory, ME)
    sync(record, lambda: MlflowMirror(options(place)), place.path / "runs")
    with closing(sqlite3.connect(place.store)) as database:
        database.execute("UPDATE outbox SET done_at = NULL")
        database.commit()
    sync(record, lambda: MlflowMirror(options(place)), place.path / "runs")
    assert rows(place, "SELECT count(*), min(status) FROM runs") == [(1, "FINISHED")]
    metrics = {key: value for key, value in rows(place, "SELECT key, value FROM latest_metrics")}  # noqa: C416  pairs
    assert metrics["faithfulness.mean"] == pytest.approx(0.666667)
    assert (metrics["faithfulness.asked"], metrics["faithfulness.scored"]) == (2, 2)
    tags = {key: value for key, value in rows(place, "SELECT key, value FROM tags")}  # noqa: C416  pairs
    assert tags["assay.run_digest"] == ingested.digest
    assert tags["assay.ledger_checkpoint"] == ingested.checkpoint
    (table,) = (place.path / "mlartifacts").rglob("verdicts.json")
    assert json.loads(table.read_text(encoding="utf-8"))["columns"][:3] == ["id", "repeat", "metric"]
    assert "answer to a" not in table.read_text(encoding="utf-8")
    assert rows(place, "PRAGMA journal_mode") == [("wal",)]


def test_a_run_that_a_crash_left_half_written_is_completed(place: Place) -> None:
    """The digest tag comes first, so the same MLflow run is found and finished."""
    record = place.open()
    digest = record.ingest_run(place.run("a").directory, ME).digest
    mirror = MlflowMirror(options(place))
    mirror._client.create_run(mirror._experiment, tags={"assay.run_digest": digest})
    assert sync(record, lambda: mirror, place.path / "runs").mirrored == ("run-1",)
    assert rows(place, "SELECT count(*), min(status) FROM runs") == [(1, "FINISHED")]


def test_a_server_that_is_not_there_fails_nothing(place: Place, tmp_path: Path) -> None:
    """The error is counted and the run waits."""
    record = place.open()
    record.ingest_run(place.run("a").directory, ME)
    nobody = MirrorOptions(tracking_uri="http://127.0.0.1:9", experiment="assay", artifacts=None)
    result = sync(record, lambda: MlflowMirror(nobody), tmp_path)
    assert result.pending == 1
    assert [task.attempts for task in record.mirror_tasks()] == [1]
