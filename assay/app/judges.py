"""Which judges a name stands for, and how they are built: one judge for each metric, or a jury of several.

Rules of this place: plans, runs and rehearsals build their judges here, from models of their own, so that what is
planned is what runs. A metric that code computes is computed once, whoever is named.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from assay.app.settings import EndpointSettings, Settings
from evaluation.llm import ChatModel

if TYPE_CHECKING:
    from evaluation.judges import Judge, QualityOf
    from evaluation.verdicts import JudgeSpec

__all__ = ["ModelOf", "computed_alone", "endpoints_of", "members_of", "seat_judges"]

ModelOf: TypeAlias = Callable[[str], ChatModel | None]  # by the name of a judge that is no jury


def members_of(settings: Settings, judge: str) -> tuple[str, ...]:
    """Return the members of a jury, or the judge itself."""
    jury = settings.juries.get(judge)
    return (judge,) if jury is None else tuple(jury.jury)


def endpoints_of(settings: Settings, judge: str) -> dict[str, EndpointSettings]:
    """Return the endpoints of assay.yaml that a judge asks."""
    return {name: settings.endpoints[name] for name in members_of(settings, judge) if name in settings.endpoints}


def computed_alone(metrics: Sequence[str]) -> bool:
    """Whether code computes all of these metrics and no judge is asked; raise `MissingError` for an unknown one."""
    # Lazy: prompts and calibration are read when something is judged.
    from evaluation.judges import metrics as known  # noqa: PLC0415

    found = [known.get(metric).info for metric in metrics]
    return all(info.computed for info in found)


def seat_judges(
    settings: Settings,
    judge: str,
    metrics: Sequence[str],
    model_of: ModelOf,
    *,
    quality_of: "QualityOf | None" = None,
) -> "tuple[Judge, ...]":
    """Build one judge for each metric; raise `MissingError` for a metric that does not exist.

    `quality_of` gives what judge cards say of a jury's members; None knows no card.
    """
    return tuple(_seat(settings, judge, metric, model_of, quality_of or _unmeasured) for metric in metrics)


def _unmeasured(_spec: "JudgeSpec") -> None:
    return None


def _seat(settings: Settings, judge: str, metric: str, model_of: ModelOf, quality_of: "QualityOf") -> "Judge":
    # Lazy: prompts and calibration are read when something is judged.
    from evaluation.judges import Jury, build_judge, metrics  # noqa: PLC0415

    members = members_of(settings, judge)
    if judge not in settings.juries or metrics.get(metric).info.computed:
        return build_judge(metric, members[0], model_of(members[0]))
    jury = settings.juries[judge]
    return Jury(
        judge,
        [build_judge(metric, member, model_of(member)) for member in members],
        quality_of=None if jury.weights == "equal" else quality_of,
        quorum=jury.quorum,
    )
