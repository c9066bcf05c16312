"""What a run will take, as a table for people and as a document for machines."""

import math

from assay.app.run_estimate import RunEstimate
from assay.app.run_load import Load, Range
from assay.cli._output import emit_json, say, show, show_table

__all__ = ["show_estimate"]

_CALM_MINUTES = 10  # from which on a fraction of a minute says nothing


def show_estimate(found: RunEstimate, *, as_json: bool) -> None:
    """Print it."""
    if as_json:
        emit_json({"estimate": _document(found)})
        return
    show(f"{found.draws} answers to judge" + (f", {found.done} are done" if found.done else ""))
    loads = [("judge", load) for load in found.judges] + ([("target", found.target)] if found.target else [])
    if loads:
        columns = ("asked", "calls>", "kept>", "prompt tokens>", "reply tokens>", "money>")
        show_table(columns, [(f"{kind} {load.name}", *_cells(load)) for kind, load in loads])
    show(f"money: {_money(found.money)}")
    show(f"time: {_minutes(found.minutes)}")
    for note in found.notes:
        say(f"note: {note}")
    say("nothing was asked and nothing was written; --budget makes a limit hold")


def _cells(load: Load) -> tuple[str, ...]:
    counts = (load.calls, load.kept, load.prompt_tokens, load.completion_tokens)
    return (*(_count(each) for each in counts), _money(load.money))


def _count(found: Range) -> str:
    low, high = math.floor(found.low), math.ceil(found.high)
    return str(low) if low == high else f"{low} to {high}"


def _money(found: Range | None) -> str:
    return "unknown" if found is None else f"{found.low:.4f} to {found.high:.4f}"


def _minutes(found: Range) -> str:
    digits = 0 if found.high >= _CALM_MINUTES else 1
    return f"{found.low:.{digits}f} to {found.high:.{digits}f} minutes"


def _document(found: RunEstimate) -> dict[str, object]:
    return {
        "draws": found.draws,
        "done": found.done,
        "judges": [_load(load) for load in found.judges],
        "target": None if found.target is None else _load(found.target),
        "money": _range(found.money),
        "minutes": _range(found.minutes),
        "notes": list(found.notes),
    }


def _load(load: Load) -> dict[str, object]:
    whole = {
        "calls": load.calls,
        "kept_calls": load.kept,
        "prompt_tokens": load.prompt_tokens,
        "completion_tokens": load.completion_tokens,
    }
    counts = {name: {"low": math.floor(each.low), "high": math.ceil(each.high)} for name, each in whole.items()}
    return {"name": load.name, **counts, "money": _range(load.money)}


def _range(found: Range | None) -> dict[str, float] | None:
    return None if found is None else {"low": found.low, "high": found.high}
