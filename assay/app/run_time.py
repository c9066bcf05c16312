"""How long a run will take, from calls, their concurrency and limits, and what earlier calls took.

Rules of this place: application and judges work at the same time, so the low end is the slower of them and the high end
their sum; our own work is measured in the rehearsal. The embedded model was measured to read about 76 prompt tokens a
second on two cores (`docs/quality.md` says on what), much of which a shared prefix saves.
"""

from collections.abc import Iterator
from typing import Final

from assay.app.run_experience import Experience
from assay.app.run_load import Load, Range
from assay.app.settings import EndpointSettings
from assay.app.workspace import Workspace
from evaluation.judges import EMBEDDED_JUDGE

__all__ = ["minutes_of"]

_JUDGE_S: Final = (0.5, 5.0)  # a call, where nothing was measured
_TARGET_S: Final = (0.5, 10.0)
_EMBEDDED_TOKENS_A_S: Final = 76.0
_PREFIX_LEFT: Final = 0.3  # share of a prompt that is read anew where its beginning was read before
_WIDER: Final = (0.8, 1.25)  # quartiles of single calls as ends of a mean
_MINUTE: Final = 60.0


def minutes_of(
    workspace: Workspace, judges: tuple[Load, ...], target: Load | None, own_s: float, known: Experience
) -> Range:
    """Return minutes of wall time; `own_s` are seconds of our own work."""
    parts = [_judge_s(workspace, load, known) for load in judges]
    if target is not None:
        settings = workspace.settings.targets[target.name]
        ends = _ends(known.target_s, _TARGET_S)
        parts.append(target.calls.times(ends[0] / settings.concurrency, ends[1] / settings.concurrency))
    own = Range(low=own_s * _WIDER[0], high=own_s * 2)
    low = max([own.low, *(part.low for part in parts)])
    high = own.high + sum(part.high for part in parts)
    return Range(low=low / _MINUTE, high=high / _MINUTE)


def _judge_s(workspace: Workspace, load: Load, known: Experience) -> Range:
    if load.name == EMBEDDED_JUDGE:
        if known.judge_s is not None:
            return load.calls.times(*_ends(known.judge_s, _JUDGE_S))
        return load.prompt_tokens.times(_PREFIX_LEFT / _EMBEDDED_TOKENS_A_S, 1 / _EMBEDDED_TOKENS_A_S)
    endpoint = workspace.settings.endpoints[load.name]
    ends = _ends(known.judge_s, _JUDGE_S)
    free = load.calls.times(ends[0] / endpoint.concurrency, ends[1] / endpoint.concurrency)
    limits = list(_limited_s(endpoint, load))
    return Range(
        low=max([free.low, *(one.low for one in limits)]), high=max([free.high, *(one.high for one in limits)])
    )


def _limited_s(endpoint: EndpointSettings, load: Load) -> Iterator[Range]:
    """Yield the seconds that limits of an endpoint demand, however fast it replies."""
    if endpoint.requests_per_minute is not None:
        rate = _MINUTE / endpoint.requests_per_minute
        yield load.calls.times(rate, rate)
    if endpoint.tokens_per_minute is not None:
        rate = _MINUTE / endpoint.tokens_per_minute
        yield (load.prompt_tokens + load.completion_tokens).times(rate, rate)


def _ends(measured: tuple[float, float] | None, assumed: tuple[float, float]) -> tuple[float, float]:
    return assumed if measured is None else (measured[0] * _WIDER[0], measured[1] * _WIDER[1])
