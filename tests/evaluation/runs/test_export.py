"""Exports: one line per row and metric, safe to open in a spreadsheet."""

import csv
import dataclasses
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from evaluation.runs import ExportFormat, FinishedRow, RunLog, export_rows
from evaluation.verdicts import Outcome
from tests.evaluation.runs.samples import AT, item, plan_for, row, verdict, write_log


def _log(tmp_path: Path) -> RunLog:
    plan = plan_for(["a", "=1+1"], metrics=("faithfulness", "relevancy"))
    failed = verdict("relevancy", value=None, outcome=Outcome.ERROR)
    odd = FinishedRow(
        item=item("=1+1"),
        repeat=0,
        verdicts=(dataclasses.replace(verdict(), reason="@SUM(A1) \ud83d\u2028"), failed),
        at=AT,
    )
    return write_log(tmp_path / "r", plan, [row("a", metrics=plan.metrics), odd])


def _export(log: RunLog, kind: ExportFormat) -> bytes:
    stream = io.BytesIO()
    assert export_rows(log, kind, stream) == 4
    return stream.getvalue()


def test_json_lines_hold_one_verdict_each(tmp_path: Path) -> None:
    """Ids verbatim, numbers as numbers, unknown as null, the judge's reason beside them."""
    lines = [json.loads(line) for line in _export(_log(tmp_path), ExportFormat.JSONL).split(b"\n") if line]

    assert [(line["id"], line["metric"]) for line in lines[2:]] == [("=1+1", "faithfulness"), ("=1+1", "relevancy")]
    assert (lines[0]["value"], lines[0]["reason"], lines[0]["latency_ms"]) == (0.666667, "why faithfulness", 50)
    assert (lines[3]["outcome"], lines[3]["value"]) == ("error", None)


def test_an_erased_reason_is_null(tmp_path: Path) -> None:
    """The verdict stays, its words are gone."""
    log = _log(tmp_path)
    log.payloads_file.unlink()

    lines = [json.loads(line) for line in _export(log, ExportFormat.JSONL).split(b"\n") if line]

    assert {line["reason"] for line in lines} == {None}
    assert lines[0]["value"] == 0.666667


def test_no_csv_cell_begins_like_a_formula(tmp_path: Path) -> None:
    """What a spreadsheet would run is led by an apostrophe."""
    text = _export(_log(tmp_path), ExportFormat.CSV).decode()

    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[2]["id"] == "'=1+1"
    assert rows[2]["reason"].startswith("'@SUM(A1)")
    assert (rows[3]["value"], rows[0]["tags"]) == ("", "t")


def test_parquet_keeps_types(tmp_path: Path) -> None:
    """Values are floats, tags are lists, unknown is null."""
    table = pq.read_table(io.BytesIO(_export(_log(tmp_path), ExportFormat.PARQUET)))

    assert table.column("value").to_pylist() == [0.666667, 0.666667, 0.666667, None]
    assert table.column("tags").to_pylist()[0] == ["t"]


def test_the_disagreement_of_a_jury_is_kept_and_exported(tmp_path: Path) -> None:
    """It is in the digested file where there was a jury, and empty where there was none."""
    split = dataclasses.replace(verdict(), disagreement=1 / 3)
    rows = [dataclasses.replace(row("a"), verdicts=(split,)), row("b")]
    log = write_log(tmp_path / "r", plan_for(["a", "b"]), rows)

    stream = io.BytesIO()
    export_rows(log, ExportFormat.JSONL, stream)

    found = [json.loads(line)["disagreement"] for line in stream.getvalue().splitlines()]
    assert found == [pytest.approx(1 / 3, abs=1e-6), None]
    assert [b'"disagreement"' in line for line in log.verdicts_file.read_bytes().splitlines()] == [True, False]
