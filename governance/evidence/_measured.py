"""Facts of what the product measured itself, read from the rows of runs and scans.

Rules of this place: nothing is kept twice: an estimate that people's labels corrected is the fact from then on, and a
store of an earlier version has its facts at once; who handed it in is the entry's word, never the log's own; a run or a
scan that stopped early, or that is dated in the future, is inconclusive.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, func, select

from assay.kernel import content_id, format_time, parse_time
from evaluation.runs import RunOutcome
from evaluation.scans import ScanOutcome
from evaluation.statistics import MISSING
from governance.evidence._moment import SYSTEM, Moment, known
from governance.evidence._types import Conclusion, EvidenceOrigin, Fact, FactStanding
from governance.store import EstimateRow, LedgerEntry, RunRow, ScanRow, table_of

__all__ = ["run_facts", "scan_facts"]

_RUNS, _ESTIMATES, _SCANS = table_of(RunRow), table_of(EstimateRow), table_of(ScanRow)
_ENTRIES = table_of(LedgerEntry)
_SERVICE: Final = "service"
_RESISTANCE: Final = "_resistance"  # a metric of a suite of attacks
_SEVERAL: Final = "+"
_SHIPPED: Final = "attacks-"  # begins the ids of the shipped suites, which rules and policies name as commands do


@dataclass(frozen=True, kw_only=True)
class _Statements:
    """What is read, of one system or of all."""

    runs: Select[Any]
    estimates: Select[Any]
    scans: Select[Any]


def _statements(*, of_one: bool) -> _Statements:
    """Build them once: that costs more than running them."""
    versions = select(_RUNS.c.run, func.max(_RUNS.c.seq).label("seq")).where(known(_RUNS)).group_by(_RUNS.c.run)
    scans = select(_SCANS, _ENTRIES.c.body).join(_ENTRIES, _ENTRIES.c.seq == _SCANS.c.seq).where(known(_SCANS))
    if of_one:
        versions, scans = versions.where(_RUNS.c.system == SYSTEM), scans.where(_SCANS.c.system == SYSTEM)
    newest = versions.subquery()
    is_newest = (_RUNS.c.run == newest.c.run) & (_RUNS.c.seq == newest.c.seq)
    is_theirs = (_ESTIMATES.c.run == newest.c.run) & (_ESTIMATES.c.seq >= newest.c.seq)
    return _Statements(
        runs=select(_RUNS, _ENTRIES.c.body).join(newest, is_newest).join(_ENTRIES, _ENTRIES.c.seq == _RUNS.c.seq),
        estimates=select(_ESTIMATES).join(newest, is_theirs).where(known(_ESTIMATES)).order_by(_ESTIMATES.c.seq),
        scans=scans.order_by(_SCANS.c.seq),
    )


_OF_ONE, _OF_ALL = _statements(of_one=True), _statements(of_one=False)


def run_facts(connection: Connection, system: str | None, moment: Moment) -> Iterator[Fact]:
    """Yield a fact for each metric and suite of the newest version of each run of a system, or of all."""
    asked, statements = moment.parameters(system), _OF_ALL if system is None else _OF_ONE
    runs = {row["run"]: _Run(row, moment) for row in connection.execute(statements.runs, asked).mappings()}
    found = connection.execute(statements.estimates, asked).mappings()
    estimates = {(row["run"], row["metric"]): row for row in found}  # the newest of each
    for (run, _), estimate in sorted(estimates.items()):
        yield from runs[run].facts(estimate)


def scan_facts(connection: Connection, system: str | None, moment: Moment) -> Iterator[Fact]:
    """Yield a fact for each filter of the newest version of each scan of a system, or of all."""
    statements = _OF_ALL if system is None else _OF_ONE
    found = connection.execute(statements.scans, moment.parameters(system)).mappings()
    newest = {row["scan"]: row for row in found}
    for _, row in sorted(newest.items()):
        document = json.loads(row["document"])
        common = _common(row, row["scan"], document["created_at"])
        doubt = _doubt(moment, common["issued_at"], is_whole=row["outcome"] == ScanOutcome.COMPLETE)
        for result in document["results"]:
            yield _scan_fact(result, common, doubt)


class _Run:
    """What the facts of one run have in common."""

    def __init__(self, row: RowMapping, moment: Moment) -> None:
        plan = json.loads(row["plan"])  # checked when it was ingested, and bound to its entry
        self._repeats = max(1, int(plan["repeats"]))
        self._suites = {str(judge.get("metric")): _suites_of(judge) for judge in plan["judges"]}
        self._common = _common(row, row["run"], row["created_at"])
        self._doubt = _doubt(moment, self._common["issued_at"], is_whole=row["outcome"] == RunOutcome.COMPLETE)

    def facts(self, estimate: RowMapping) -> Iterator[Fact]:
        metric = str(estimate["metric"])
        stated = {**self._numbers(estimate), "seq": estimate["seq"], "conclusion": self._doubt}
        yield Fact(**{**self._common, **stated}, kind="metric", of=metric)
        suites = self._suites.get(metric, ())
        if metric.endswith(_RESISTANCE) and suites:
            yield Fact(**{**self._common, **stated}, kind="suite", of=_SEVERAL.join(suites))

    def _numbers(self, row: RowMapping) -> dict[str, Any]:
        """Return numbers per question: asking one five times does not make five."""
        failures, source = row["applicable"] - row["scored"], row
        if row["corrected"] is not None:  # people could have labelled what the judge failed on; not what never came
            failures, source = json.loads(row["failures"]).get(MISSING, 0), json.loads(row["corrected"])
        return {
            "value": _decimal(source["mean"]),
            "lower": _decimal(source["lower"]),
            "upper": _decimal(source["upper"]),
            "n": row["scored"] // self._repeats,
            "failures": -(-failures // self._repeats),
        }


def _suites_of(judge: Mapping[str, Any]) -> tuple[str, ...]:
    options = judge.get("options")
    named = options.get("suites") if isinstance(options, Mapping) else None
    return tuple(sorted(str(one["id"]).removeprefix(_SHIPPED) for one in named)) if isinstance(named, list) else ()


def _scan_fact(result: Mapping[str, Any], common: Mapping[str, Any], doubt: Conclusion | None) -> Fact:
    scored = int(result.get("scored", 0))
    return Fact(
        **common,
        kind="scan",
        of=str(result["filter"]),
        conclusion=doubt,
        value=_decimal(result.get("rate")),
        lower=_decimal(result.get("lower")),
        upper=_decimal(result.get("upper")),
        n=scored,
        failures=int(result["rows"]) - scored,
    )


def _common(row: RowMapping, subject: str, issued_at: str) -> dict[str, Any]:
    actor = json.loads(bytes(row["body"]))["actor"]
    return {
        "evidence": content_id("evidence", row["digest"]),
        "seq": row["seq"],
        "system": row["system"],
        "subject": subject,
        "digest": row["digest"],
        "origin": EvidenceOrigin.CI if actor["role"] == _SERVICE else EvidenceOrigin.PERSON,
        "submitter": actor["id"],
        "issued_at": format_time(parse_time(issued_at)),  # in the one form in which times compare as texts
        "expires_at": None,
        "standing": FactStanding.RECORDED,
    }


def _doubt(moment: Moment, issued_at: str, *, is_whole: bool) -> Conclusion | None:
    return None if is_whole and not moment.is_to_come(issued_at) else Conclusion.INCONCLUSIVE


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
