"""From what a person asked for to the plan of a scan."""

import math
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from assay import __version__
from assay.app.run_plan import origin_of
from assay.app.scan_opinions import without_opinions
from assay.app.workspace import Workspace
from assay.kernel import Clock, InputError, JsonValue, decimal_text, format_time, new_run_id
from evaluation.filters import filters
from evaluation.llm import Budget
from evaluation.scans import ScanPlan, Shape

__all__ = ["ScanRequest", "chosen_filters", "plan_scan", "row_timeout_s"]

_PACKAGES = ("onnxruntime", "orjson", "presidio-analyzer", "pyahocorasick", "pyarrow", "spacy", "tokenizers")


@dataclass(frozen=True, kw_only=True)
class ScanRequest:
    """What a person asked for; None and () mean the workspace's settings."""

    origin: str  # a file, or a database's address or reference
    out: Path | None = None
    table: str | None = None
    query: str | None = None
    text_field: str | None = None
    id_field: str | None = None
    filters: tuple[str, ...] = ()
    row_timeout_s: float | None = None
    workers: int | None = None
    second_opinion: str | None = None  # who is asked about rows in doubt; "none" for nobody
    budget: Budget | None = None  # what asking may cost
    fresh: bool = False  # an unfinished scan of the same place is given up
    overwrite: bool = False  # a file at `out` is replaced, whatever it is


def chosen_filters(workspace: Workspace, request: ScanRequest) -> dict[str, Mapping[str, Any]]:
    """Return the options of each filter by name, in order; raise `MissingError` for one that nobody registered."""
    names = request.filters or tuple(workspace.settings.scan.filters)
    for name in names:
        filters.check(name)
    if len(set(names)) != len(names):
        raise InputError(f"a filter comes twice in {','.join(names)!r}", hint="name each filter once")
    return {name: _for_system(workspace, name) for name in names}


def _for_system(workspace: Workspace, name: str) -> Mapping[str, Any]:
    """Return a filter's options; lists of keywords that are some systems' count for the workspace's system."""
    options = without_opinions(name, workspace.settings.filters.get(name, {}))
    lists = options.get("lists", ()) if name == "keywords" else ()
    if any(isinstance(one, dict) and "systems" in one for one in lists):
        return {"system": workspace.settings.default_system, **options}
    return options


def row_timeout_s(workspace: Workspace, request: ScanRequest) -> float:
    """Return how long one filter may work on one row."""
    asked = request.row_timeout_s
    found = workspace.settings.scan.row_timeout_s if asked is None else asked
    if not 0 < found < math.inf:
        raise InputError(f"the time for a row is {found:g} s, expected more than 0", hint="--row-timeout 60")
    return found


def plan_scan(
    workspace: Workspace, request: ScanRequest, shape: Shape, specs: Mapping[str, Any], clock: Clock
) -> ScanPlan:
    """Return the plan; two plans for the same differ in id, time and origin alone."""
    now = clock.now()
    return ScanPlan(
        scan=new_run_id(now, "scan"),
        system=workspace.settings.default_system,
        created_at=format_time(now),
        source=shape.as_json(),
        filters=tuple(specs.values()),
        row_timeout=decimal_text(row_timeout_s(workspace, request)),
        environment={"python": platform.python_version(), "packages": _packages()},
        origin=asdict(origin_of(os.environ)),
        output="" if request.out is None else str(request.out.absolute()),
    )


def _packages() -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {"assay": __version__}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
