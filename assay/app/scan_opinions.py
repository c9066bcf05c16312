"""`second_opinion`: which model is asked about the rows that a filter leaves in doubt.

Rules of this place: off unless somebody names a model; a model that cannot be asked is an error before anything is
written, never a scan without it; what asks is loaded for scans that ask.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from assay.app.compose import endpoint_options
from assay.app.run_budget import check_budget
from assay.app.workspace import Workspace
from assay.kernel import ConfigurationError, InputError
from evaluation.filters import DOUBTING, doubt_of
from evaluation.judges import EMBEDDED_JUDGE
from evaluation.llm import Budget, ModelSpec
from evaluation.weights import entry_of, path_of

if TYPE_CHECKING:
    from evaluation.opinions import OpinionSpec
    from evaluation.scans import SecondReading

__all__ = ["FRESH", "Asking", "opinion_judges", "opinion_specs", "recorded_specs", "second_reading", "without_opinions"]

FRESH: Final = {"cache_prompt": False}
"""Sent to the embedded model: what it was asked before changed the last digits of a probability."""
_OPTION: Final = "second_opinion"
_NOBODY: Final = "none"


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How a scan asks."""

    specs: "Mapping[str, OpinionSpec]"  # by filter; none where nobody is asked
    budget: Budget | None
    row_timeout_s: float
    key: bytes  # of text digests


def without_opinions(name: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a filter's own options: who is asked besides is no business of a worker."""
    return {key: value for key, value in options.items() if key != _OPTION} if name in DOUBTING else options


def opinion_judges(
    workspace: Workspace, names: tuple[str, ...], wanted: str | None, budget: Budget | None
) -> dict[str, str]:
    """Return who is asked by filter, option before settings; raise for one that is not there or cannot be asked."""
    doubting = [name for name in names if name in DOUBTING]
    if wanted not in (None, _NOBODY) and not doubting:
        raise InputError(f"none of the filters {','.join(names)} takes a second opinion", hint="--filters injection")
    found = {}
    for name in doubting:
        judge = _named(workspace, name) if wanted is None else wanted
        if judge is not None and judge != _NOBODY:
            doubt_of(name, workspace.settings.filters.get(name, {}))
            found[name] = judge
    for judge in sorted(set(found.values())):
        _model(workspace, judge)
        check_budget(workspace.settings, budget, judge=judge, target=None)
    if budget is not None and not found:
        raise InputError("--budget limits nothing: this scan asks no model", hint="--second-opinion NAME")
    return found


def opinion_specs(
    workspace: Workspace, judges: Mapping[str, str], specs: Mapping[str, Any]
) -> "dict[str, OpinionSpec]":
    """Return what shapes the second opinions, from who is asked and the filters' specs, both by filter."""
    if not judges:
        return {}
    # Lazy: the questions and fitted numbers of scans that ask.
    from evaluation.opinions import opinion_spec  # noqa: PLC0415

    return {
        name: opinion_spec(
            name,
            specs[name]["version"],
            float(specs[name]["threshold"]),
            doubt_of(name, workspace.settings.filters.get(name, {})),
            judge,
            _model(workspace, judge),
        )
        for name, judge in judges.items()
    }


def recorded_specs(specs: Mapping[str, Any], opinions: "Mapping[str, OpinionSpec]") -> Mapping[str, Any]:
    """Return the filters' specs as they are recorded: with who is asked besides, where somebody is."""
    if not opinions:
        return specs
    from evaluation.scans import with_opinions  # noqa: PLC0415  lazy, as above

    return with_opinions(specs, opinions)


def second_reading(
    workspace: Workspace, folder: Path, asking: Asking, on_message: Callable[[str], None]
) -> "AbstractContextManager[SecondReading | None]":
    """Return what starts the models and asks them, nothing where nobody is to be asked; `folder` is the scan's."""
    if not asking.specs:
        return nullcontext()
    # Lazy: asyncio, the courier and the judges' ways of asking cost memory and start-up time.
    from assay.app.scan_asking import open_reading  # noqa: PLC0415

    return open_reading(workspace, folder, asking, on_message)


def _named(workspace: Workspace, name: str) -> str | None:
    """Return what `assay.yaml` says; raise `ConfigurationError` for what is no name."""
    found = workspace.settings.filters.get(name, {}).get(_OPTION)
    if found is None or isinstance(found, str):
        return found
    raise ConfigurationError(
        f"filters.{name}.{_OPTION} is {found!r}, expected the name of a model", hint=f"{_OPTION}: {EMBEDDED_JUDGE}"
    )


def _model(workspace: Workspace, judge: str) -> ModelSpec:
    """Return which model a name stands for; raise for one that is not there, has no weights, or lacks its secret."""
    if judge == EMBEDDED_JUDGE:
        path_of("judge")  # raises with the command that pulls it
        entry = entry_of("judge")
        return ModelSpec(endpoint=judge, model=entry.model, digest=entry.sha256, options=FRESH)
    endpoints = workspace.settings.endpoints
    if judge not in endpoints:
        known = ", ".join([EMBEDDED_JUDGE, *sorted(endpoints)])
        raise ConfigurationError(
            f"there is no model {judge!r} for a second opinion; there are: {known}",
            hint="add it under `judges:` in assay.yaml; a jury gives no second opinion",
        )
    endpoint_options(judge, endpoints[judge])  # raises for a secret that is not set
    return ModelSpec(endpoint=judge, model=endpoints[judge].model)
