"""Rows for other tools: JSON Lines, CSV and Parquet, one line per row and metric.

Rules of this place: everything streams; a reason is there unless its text was erased; a CSV cell never begins like a
formula (a spreadsheet would run it), it is led by an apostrophe.
"""

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, BinaryIO

from assay.kernel import digest_json
from evaluation.runs._log import RunLog

__all__ = ["ExportFormat", "export_rows"]

ExportRow = dict[str, str | int | float | list[str] | None]

_COLUMNS = {
    "id": "string",
    "repeat": "int64",
    "metric": "string",
    "outcome": "string",
    "value": "float64",
    "probability": "float64",
    "disagreement": "float64",
    "reason": "string",
    "judge": "string",
    "judge_name": "string",
    "latency_ms": "int64",
    "answer_outcome": "string",
    "answer_latency_ms": "int64",
    "contexts": "int64",
    "model": "string",
    "cluster": "string",
    "tags": "list",
    "calls": "int64",
    "cached_calls": "int64",
    "prompt_tokens": "int64",
    "completion_tokens": "int64",
    "cost": "string",
    "at": "string",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BATCH = 10_000


class ExportFormat(StrEnum):
    """What `runs export` writes."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def export_rows(log: RunLog, kind: ExportFormat, stream: BinaryIO) -> int:
    """Write every verdict of the log to `stream`; return how many lines; raise where the log cannot be read."""
    counted = _Counted(_export_rows(log))
    _WRITERS[kind](counted, stream)
    return counted.count


class _Counted(Iterator[ExportRow]):
    def __init__(self, rows: Iterator[ExportRow]) -> None:
        self._rows = rows
        self.count = 0

    def __next__(self) -> ExportRow:
        row = next(self._rows)
        self.count += 1
        return row


def _export_rows(log: RunLog) -> Iterator[ExportRow]:
    names = _judge_names(log)
    for row, payload in log.joined():
        reasons = (payload.reasons if payload is not None else None) or {}
        for verdict in row.verdicts:
            usage = verdict.usage
            yield {
                "id": row.id,
                "repeat": row.repeat,
                "metric": verdict.metric,
                "outcome": str(verdict.outcome),
                "value": verdict.value,
                "probability": verdict.probability,
                "disagreement": verdict.disagreement,
                "reason": reasons.get(verdict.metric),
                "judge": verdict.judge,
                "judge_name": names.get(verdict.judge, ""),
                "latency_ms": usage.latency_ms,
                "answer_outcome": str(row.answer_outcome),
                "answer_latency_ms": row.answer_latency_ms,
                "contexts": row.contexts,
                "model": row.model,
                "cluster": row.cluster,
                "tags": list(row.tags),
                "calls": usage.calls,
                "cached_calls": usage.cached_calls,
                "prompt_tokens": usage.prompt_tokens,
                "completion_tokens": usage.completion_tokens,
                "cost": format(usage.cost, "f"),
                "at": row.at,
            }


def _judge_names(log: RunLog) -> dict[str, str]:
    return {digest_json(dict(judge)): str(judge.get("name", "")) for judge in log.plan.judges}


def _write_jsonl(rows: Iterator[ExportRow], stream: BinaryIO) -> None:
    stream.writelines(json.dumps(row, ensure_ascii=True).encode("ascii") + b"\n" for row in rows)


def _write_csv(rows: Iterator[ExportRow], stream: BinaryIO) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow([_cell(row[column]) for column in _COLUMNS])
    text.flush()
    text.detach()


def _cell(value: str | float | list[str] | None) -> object:
    text = ";".join(value) if isinstance(value, list) else value
    if isinstance(text, str) and text.startswith(_FORMULA):
        return "'" + text
    return "" if text is None else text


def _write_parquet(rows: Iterator[ExportRow], stream: BinaryIO) -> None:
    # Lazy: pyarrow costs start-up time and only this format needs it.
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    types: dict[str, Any] = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64()}
    types["list"] = pa.list_(pa.string())
    schema = pa.schema([(name, types[kind]) for name, kind in _COLUMNS.items()])
    with parquet.ParquetWriter(stream, schema) as writer:
        while batch := list(itertools.islice(rows, _BATCH)):
            writer.write_table(pa.Table.from_pylist([_well_formed(row) for row in batch], schema=schema))


def _well_formed(row: ExportRow) -> ExportRow:
    """Escape lone surrogates, which Parquet's UTF-8 columns refuse."""
    return {
        name: value.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(value, str) else value
        for name, value in row.items()
    }


_WRITERS: dict[ExportFormat, Callable[[Iterator[ExportRow], BinaryIO], None]] = {
    ExportFormat.JSONL: _write_jsonl,
    ExportFormat.CSV: _write_csv,
    ExportFormat.PARQUET: _write_parquet,
}
