"""What a scan is to do, and what came of it, as canonical documents.

Rules of this place: `plan.json` is written before the first row and says everything that shapes the result; `scan.json`
is written once, at the end, and is what the record takes up; neither holds a text, a password or a machine's path but
for the plan's output, which stays here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from assay.kernel import InputError, JsonValue, canonical_bytes, parse_strict, replace_durably

__all__ = ["PLAN_NAME", "ScanPlan", "differences", "read_plan", "write_plan"]

PLAN_FORMAT = "assay-scan-plan/1"
PLAN_NAME = "plan.json"
_NEW = "--new begins anew"
_BY_CHANCE = ("scan", "created_at", "origin")  # differ between two scans that do the same


@dataclass(frozen=True, kw_only=True)
class ScanPlan:
    """Everything that shapes a scan's result."""

    scan: str  # id
    system: str
    created_at: str
    source: Mapping[str, JsonValue]  # a `Shape`
    filters: tuple[Mapping[str, JsonValue], ...]  # specs with their digests, in the order of the output
    row_timeout: str  # seconds, decimal text
    environment: Mapping[str, JsonValue]  # versions
    origin: Mapping[str, JsonValue]  # who or which job
    output: str  # absolute path, "" for the scan's own folder


def write_plan(folder: Path, plan: ScanPlan) -> None:
    """Write the plan durably; raise `UnavailableError` where the disk refuses."""
    document: dict[str, Any] = {name.name: getattr(plan, name.name) for name in fields(plan)}
    document |= {"format": PLAN_FORMAT, "filters": [dict(one) for one in plan.filters]}
    replace_durably(folder / PLAN_NAME, canonical_bytes(document))


def read_plan(folder: Path) -> ScanPlan:
    """Read a plan; raise `InputError` for a folder that holds none."""
    try:
        document: Any = parse_strict((folder / PLAN_NAME).read_bytes())
        if document.pop("format") != PLAN_FORMAT:
            raise InputError(f"{folder / PLAN_NAME} is of another version", hint=_NEW)
        plan = ScanPlan(**document)
    except (OSError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{folder} holds no plan of a scan: {type(error).__name__}", hint=_NEW) from error
    return replace(plan, filters=tuple(plan.filters))


def differences(one: ScanPlan, other: ScanPlan) -> tuple[str, ...]:
    """Return the names of what differs in two plans, but for what differs by chance."""
    names = (name.name for name in fields(ScanPlan) if name.name not in _BY_CHANCE)
    return tuple(name for name in names if _plain(getattr(one, name)) != _plain(getattr(other, name)))


def _plain(value: object) -> bytes:
    document: Any = list(value) if isinstance(value, tuple) else value
    return canonical_bytes(document)
