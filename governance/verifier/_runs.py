"""Run logs on disk against the runs that the record holds.

Rules of this place: a log whose bytes differ from what was recorded is a finding; one that no entry records is only
said to be not recorded, and one that grew since is said to have grown: neither is tampering.
"""

import hashlib
import json
import sqlite3
from pathlib import Path

from governance.verifier._entries import digest_of
from governance.verifier._types import Findings

__all__ = ["check_runs"]

_CHUNK = 1 << 20
_MOST_NAMED = 20


def check_runs(database: sqlite3.Connection, folder: Path, findings: Findings) -> list[str]:
    """Hold every run log below a folder against the record; return what is to be said beside the findings."""
    unknown, grown, seen = [], [], 0
    for plan in sorted(folder.rglob("run.json")):
        name = str(plan.parent.relative_to(folder))
        data = plan.read_bytes()
        row = _recorded(database, _run_of(data))
        seen += row is not None
        if row is None:
            unknown.append(name)
            continue
        plan_digest, size, verdicts_digest = row
        if not isinstance(size, int):
            findings.add(f"run log {name}", f"the record says that it has {size!r} bytes")
            continue
        if digest_of(data) != plan_digest:
            findings.add(f"run log {name}", "its run.json is not the one that was recorded")
        verdicts = plan.with_name("verdicts.jsonl")
        if not verdicts.is_file() or verdicts.stat().st_size < size:
            findings.add(f"run log {name}", "its verdicts.jsonl is shorter than the one that was recorded")
        elif _digest_start(verdicts, size) != verdicts_digest:
            findings.add(f"run log {name}", "its verdicts.jsonl is not the one that was recorded")
        elif verdicts.stat().st_size > size:
            grown.append(name)
    total = database.execute("SELECT count(DISTINCT run) FROM run").fetchone()[0]
    said = [f"{total - seen} recorded runs have no log here"] if total > seen else []
    return [*said, *_named("not recorded", unknown), *_named("longer than recorded", grown)]


def _named(what: str, names: list[str]) -> list[str]:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return [f"{what}: {', '.join(names[:_MOST_NAMED])}{more}"] if names else []


def _run_of(data: bytes) -> str:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    return str(found.get("run", "")) if isinstance(found, dict) else ""


def _recorded(database: sqlite3.Connection, run: str) -> tuple[object, object, object] | None:
    wanted = "SELECT plan_digest, verdicts_size, verdicts_digest FROM run WHERE run = ? ORDER BY seq DESC LIMIT 1"
    found: tuple[object, object, object] | None = database.execute(wanted, (run,)).fetchone()
    return found


def _digest_start(path: Path, size: int) -> str:
    state, left = hashlib.sha256(), size
    with path.open("rb") as stream:
        while left and (data := stream.read(min(_CHUNK, left))):
            state.update(data)
            left -= len(data)
    return "sha256:" + state.hexdigest()
