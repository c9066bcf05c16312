"""The rows of two runs brought together by id, for logs of any length and in any order.

Rules of this place: rows wait in a private temporary SQLite file whose sorter spills to disk; repeats of a row are
averaged before rows are compared, for they are not independent; a row that only one of the two scored is counted.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Literal, Self, TypeAlias

from evaluation.runs import Row, RunLog

__all__ = ["Paired", "PairedRow"]

_Score: TypeAlias = tuple[bytes, int, str, float]
_Fact: TypeAlias = tuple[bytes, int, int, str | None, str | None, str]
_Which: TypeAlias = Literal["candidate", "baseline"]
_BATCH: Final = 10_000
_SIDES: Final = {"candidate": 0, "baseline": 1}
_PAIRS = """
    SELECT c.id, c.value, b.value, f.cluster, f.language, f.tags
    FROM (SELECT id, avg(value) AS value FROM score WHERE side = 0 AND metric = :metric GROUP BY id) AS c
    JOIN (SELECT id, avg(value) AS value FROM score WHERE side = 1 AND metric = :metric GROUP BY id) AS b USING (id)
    JOIN (
        SELECT id, max(cluster) AS cluster, max(tags) AS tags,
            coalesce(max(CASE WHEN side = 1 THEN language END), max(language)) AS language
        FROM fact GROUP BY id
    ) AS f USING (id)
    ORDER BY c.id
"""
_FOUND = "SELECT count(*) FROM (SELECT DISTINCT id, repeat FROM fact WHERE side = ?)"
_SCORED = "SELECT count(DISTINCT id) FROM score WHERE metric = ?"


@dataclass(frozen=True, slots=True)
class PairedRow:
    """One row that both runs scored; values are means over repeats."""

    id: str
    candidate: float
    baseline: float
    cluster: str | None
    language: str | None  # of the baseline's row: a candidate that answers in another language is to be seen
    tags: tuple[str, ...]

    @property
    def difference(self) -> float:
        """Candidate − baseline."""
        return self.candidate - self.baseline


class Paired:
    """Two runs, side by side; use as a context: the temporary file vanishes at the end."""

    def __init__(self, candidate: RunLog, baseline: RunLog, metrics: tuple[str, ...]) -> None:
        """Read both logs once; raise where one cannot be read."""
        self._database = sqlite3.connect("")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE score (id BLOB, side INTEGER, metric TEXT, value REAL)")
        self._database.execute(
            "CREATE TABLE fact (id BLOB, side INTEGER, repeat INTEGER, cluster TEXT, language TEXT, tags TEXT)"
        )
        self._metrics = frozenset(metrics)
        self._read(candidate, "candidate")
        self._read(baseline, "baseline")

    def __enter__(self) -> Self:
        """Use the rows."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let go of the temporary file."""
        self._database.close()

    def rows(self, metric: str) -> Iterator[PairedRow]:
        """Yield the rows that both scored, by id."""
        for name, candidate, baseline, cluster, language, tags in self._database.execute(_PAIRS, {"metric": metric}):
            yield PairedRow(
                id=bytes(name).decode("utf-8"),
                candidate=candidate,
                baseline=baseline,
                cluster=cluster,
                language=language,
                tags=tuple(json.loads(tags)),
            )

    def scored(self, metric: str) -> int:
        """Return how many rows at least one of the two scored."""
        (count,) = self._database.execute(_SCORED, (metric,)).fetchone()
        return int(count)

    def found(self, side: _Which) -> int:
        """Return how many rows a run holds, repeats counted."""
        (count,) = self._database.execute(_FOUND, (_SIDES[side],)).fetchone()
        return int(count)

    def _read(self, log: RunLog, side: _Which) -> None:
        scores: list[_Score] = []
        facts: list[_Fact] = []
        for row in log.rows():
            name = row.id.encode("utf-8")
            facts.append((name, _SIDES[side], row.repeat, row.cluster, row.language, json.dumps(row.tags)))
            scores += [(name, _SIDES[side], metric, value) for metric, value in self._values(row)]
            if len(facts) >= _BATCH:
                self._flush(scores, facts)
        self._flush(scores, facts)

    def _values(self, row: Row) -> Iterator[tuple[str, float]]:
        for verdict in row.verdicts:
            if verdict.metric in self._metrics and verdict.value is not None:
                yield verdict.metric, verdict.value

    def _flush(self, scores: list[_Score], facts: list[_Fact]) -> None:
        self._database.executemany("INSERT INTO score VALUES (?, ?, ?, ?)", scores)
        self._database.executemany("INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?)", facts)
        scores.clear()
        facts.clear()
