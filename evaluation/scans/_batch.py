"""The batch function: rows in, result lines out. The same for a process of ours and for Spark's `mapInArrow`.

Rules of this place: pure but for the filters; a filter that raises, or returns what is no result, costs its rows an
`error` and nothing else; no text leaves, only positions and HMACs under the workspace's key (a plain hash of a card
number can be reversed); offsets are Unicode code points; the batch's boundaries change no byte of the output.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import orjson

from assay.kernel import commitment
from evaluation.filters import Filter, FilterOutcome, FilterResult, Finding, could_not
from evaluation.scans._rows import Row
from evaluation.scans._tally import FilterTally

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ScannedBatch", "batch_of", "failed_cell", "join_cells", "scan_batch", "scan_cells"]


@dataclass(frozen=True)
class ScannedBatch:
    """What came of a batch."""

    lines: bytes  # one JSON document a row, each ended by a line feed
    tally: Mapping[str, FilterTally]  # by filter


def batch_of(rows: Sequence[Row]) -> "pa.RecordBatch":
    """Return the rows as columns `id` (JSON), `text` (null where there is none) and `problem` (why)."""
    import pyarrow as pa  # noqa: PLC0415  lazy: a large library

    ids, texts, problems = zip(*rows, strict=True) if rows else ((), (), ())
    columns = [_strings(values) for values in (ids, texts, problems)]
    return pa.RecordBatch.from_arrays(columns, names=["id", "text", "problem"])


def _strings(values: Sequence[str | None]) -> "pa.StringArray":
    """Return what `pa.array` would, which imports pandas: 45 MiB and half a second in every process."""
    import pyarrow as pa  # noqa: PLC0415  lazy, as above

    data = [b"" if value is None else value.encode("utf-8") for value in values]
    ends = array("i", accumulate(map(len, data), initial=0))
    known = bytearray((len(values) + 7) // 8)  # bit by bit, least significant first
    for number, value in enumerate(values):
        known[number >> 3] |= (value is not None) << (number & 7)
    buffers = [pa.py_buffer(part) for part in (ends.tobytes(), b"".join(data), bytes(known))]
    return pa.StringArray.from_buffers(len(values), *buffers)


def scan_batch(filters: Mapping[str, Filter], batch: "pa.RecordBatch", key: bytes) -> ScannedBatch:
    """Scan a batch of `batch_of`'s form with each filter; `key` is that of the text digests."""
    cells, tally = {}, {}
    for name, one in filters.items():
        cells[name], tally[name] = scan_cells(one, batch, key)
    return ScannedBatch(join_cells(batch.column("id").to_pylist(), cells), tally)


def scan_cells(one: Filter, batch: "pa.RecordBatch", key: bytes) -> tuple[list[bytes], FilterTally]:
    """Return one filter's result for each row, as JSON, and their counts."""
    column = batch.column("text")
    found = iter(_results(one, column.drop_null()))
    cells, tally = [], FilterTally()
    ids, problems = batch.column("id").to_pylist(), batch.column("problem").to_pylist()
    for row, (identity, problem, readable) in enumerate(zip(ids, problems, column.is_valid().to_pylist(), strict=True)):
        result = next(found) if readable else could_not(FilterOutcome.ERROR, problem)
        text = column[row].as_py() if result.findings else ""
        result, cell = _written(_checked(result, len(text)), text, key)
        tally.add(identity, result)
        cells.append(cell)
    return cells, tally


def failed_cell(identity: str, outcome: FilterOutcome, reason: str) -> tuple[bytes, FilterTally]:
    """Return the result of a row whose filter gave none, and its count."""
    result, tally = could_not(outcome, reason), FilterTally()
    tally.add(identity, result)
    return _cell(result, "", b""), tally


def join_cells(ids: Iterable[str], cells: Mapping[str, Sequence[bytes]]) -> bytes:
    """Return the lines of rows from the cells of their filters."""
    heads = [b"%b:" % orjson.dumps(name) for name in cells]
    columns = [[head + cell for cell in found] for head, found in zip(heads, cells.values(), strict=True)]
    return b"".join(
        b'{"id":%b,"filters":{%b}}\n' % (identity.encode("utf-8"), b",".join(row))
        for identity, row in zip(ids, zip(*columns, strict=True), strict=True)
    )


def _results(one: Filter, texts: "pa.StringArray") -> Sequence[FilterResult]:
    if not len(texts):
        return ()
    try:
        found = one.scan(texts)
        if len(found) == len(texts):
            return found
        reason = f"the filter gave {len(found)} results for {len(texts)} texts"
    except Exception as error:  # noqa: BLE001  the border of a plug-in; what it says may hold the text
        reason = f"the filter raised {type(error).__name__}"
    if len(texts) == 1:
        return (could_not(FilterOutcome.ERROR, reason),)
    return [result for index in range(len(texts)) for result in _results(one, texts.slice(index, 1))]


def _checked(result: FilterResult, length: int) -> FilterResult:
    """Return the result if it keeps the contract, else an error: a position outside the text would read another."""
    if result.outcome is not FilterOutcome.SCORED:
        return could_not(result.outcome, result.reason)
    if result.score is None or result.flagged is None or not 0 <= result.score <= 1:
        return could_not(FilterOutcome.ERROR, "the filter gave no score between 0 and 1")
    if any(not 0 <= one.start <= one.end <= length or not 0 <= one.score <= 1 for one in result.findings):
        return could_not(FilterOutcome.ERROR, "the filter gave a finding outside the text, or without a score")
    return result


def _written(result: FilterResult, text: str, key: bytes) -> tuple[FilterResult, bytes]:
    try:
        return result, _cell(result, text, key)
    except TypeError:  # a plug-in's own kind of number or name
        failed = could_not(FilterOutcome.ERROR, "the filter gave a result that cannot be written as JSON")
        return failed, _cell(failed, "", key)


def _cell(result: FilterResult, text: str, key: bytes) -> bytes:
    document: dict[str, object] = {
        "outcome": result.outcome.value,
        "flagged": result.flagged,
        "score": result.score,
        "findings": [_finding(one, text, key) for one in result.findings],
    }
    if result.categories:
        document["categories"] = {str(name): score for name, score in result.categories.items()}
    if result.reason:
        document["reason"] = result.reason
    return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)


def _finding(one: Finding, text: str, key: bytes) -> dict[str, object]:
    document: dict[str, object] = {
        "type": str(one.type),
        "start": one.start,
        "end": one.end,
        "score": one.score,
        "text_digest": commitment(key, text[one.start : one.end]),
    }
    if one.detail:
        document["detail"] = str(one.detail)
    return document
