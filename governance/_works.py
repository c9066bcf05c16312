"""What recorded runs were asked to do, and their estimates, in two statements however many there are."""

import json
from collections import defaultdict

from sqlalchemy import Connection, func, select

from evaluation.runs import RunOutcome
from governance.gate import AttemptValue, Work
from governance.store import EstimateRow, RunRow, table_of

__all__ = ["read_works"]

_RUNS, _ESTIMATES = table_of(RunRow), table_of(EstimateRow)


def read_works(connection: Connection, system: str) -> tuple[Work, ...]:
    """Return the newest version of each run of a system, in the order of their entries."""
    newest = select(_RUNS.c.run, func.max(_RUNS.c.seq).label("seq")).where(_RUNS.c.system == system)
    versions = newest.group_by(_RUNS.c.run).subquery()
    is_newest = (_RUNS.c.run == versions.c.run) & (_RUNS.c.seq == versions.c.seq)
    rows = connection.execute(select(_RUNS).join(versions, is_newest).order_by(_RUNS.c.seq)).mappings().all()
    values = _values(connection, system)
    return tuple(
        Work(
            run=row["run"],
            digest=row["digest"],
            seq=row["seq"],
            created_at=row["created_at"],
            complete=row["outcome"] == RunOutcome.COMPLETE.value,
            found=row["found"],
            verdicts=row["verdicts_digest"],
            plan=json.loads(row["plan"]),
            values=values.get(row["run"], ()),
        )
        for row in rows
    )


def _values(connection: Connection, system: str) -> dict[str, tuple[AttemptValue, ...]]:
    """Return the newest estimates of each run, by metric; a version's come after those of the version before."""
    of_system = select(_RUNS.c.run).where(_RUNS.c.system == system)
    wanted = select(_ESTIMATES).where(_ESTIMATES.c.run.in_(of_system)).order_by(_ESTIMATES.c.seq)
    found: dict[str, dict[str, AttemptValue]] = defaultdict(dict)
    for row in connection.execute(wanted).mappings():
        found[row["run"]][row["metric"]] = AttemptValue(
            metric=row["metric"],
            mean=_number(row["mean"]),
            lower=_number(row["lower"]),
            upper=_number(row["upper"]),
            scored=row["scored"],
            asked=row["asked"],
            labels=0 if row["corrected"] is None else int(json.loads(row["corrected"])["labels"]),
        )
    return {run: tuple(values[metric] for metric in sorted(values)) for run, values in found.items()}


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
