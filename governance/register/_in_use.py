"""Which runs asked the version of an application that is in use.

Rules of this place: the version in use is the released one, or else the one that was asked last; runs that a release
names are of it, whatever they asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, RowMapping, func, select

from evaluation.runs import parse_plan
from governance.releases import Release, ReleaseState, ReleaseTarget, target_of
from governance.store import RunRow, table_of

__all__ = ["runs_in_use"]

_RUNS = table_of(RunRow)


def runs_in_use(
    connection: Connection, releases: Iterable[Release], *, system: str | None = None
) -> Mapping[str, frozenset[str]]:
    """Return the runs that asked the version in use, of one system or of all; none for a system without runs.

    `releases`: newest first.
    """
    released: dict[str, Release] = {}
    for one in releases:
        if one.state is ReleaseState.RELEASED:
            released.setdefault(one.system, one)
    asked: defaultdict[str, list[tuple[str, ReleaseTarget | None]]] = defaultdict(list)
    for row in _newest_first(connection, system):
        plan = parse_plan(row["plan"].encode("utf-8"), f"run {row['run']}")
        asked[row["system"]].append((row["run"], target_of(plan)))
    return {name: _in_use(runs, released.get(name)) for name, runs in asked.items()}


def _in_use(runs: Sequence[tuple[str, ReleaseTarget | None]], released: Release | None) -> frozenset[str]:
    wanted = runs[0][1] if released is None else released.manifest.target
    named = frozenset[str]() if released is None else {one.id for one in released.manifest.runs}
    return frozenset(run for run, target in runs if run in named or target == wanted)


def _newest_first(connection: Connection, system: str | None) -> Sequence[RowMapping]:
    versions = select(_RUNS.c.run, func.max(_RUNS.c.seq).label("seq")).group_by(_RUNS.c.run)
    newest = (versions if system is None else versions.where(_RUNS.c.system == system)).subquery()
    is_newest = (_RUNS.c.run == newest.c.run) & (_RUNS.c.seq == newest.c.seq)
    wanted = select(_RUNS.c.run, _RUNS.c.system, _RUNS.c.plan).join(newest, is_newest)
    return connection.execute(wanted.order_by(_RUNS.c.created_at.desc(), _RUNS.c.seq.desc())).mappings().all()
