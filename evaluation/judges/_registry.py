"""Where judges come from: built-ins and plug-ins through one door.

Rules of this place: `metrics` maps a metric's id to the function that builds its judge; `local` is the judge without a
model, `embedded` the cascade around the small one, every other name a model that the caller has opened.
"""

from collections.abc import Callable
from typing import TypeAlias

from assay.kernel import ConfigurationError, Registry
from evaluation.judges._cascade import CascadeFaithfulness
from evaluation.judges._faithfulness import FaithfulnessJudge
from evaluation.judges._local import LocalFaithfulness, LocalRelevancy
from evaluation.judges._names import EMBEDDED_JUDGE, LOCAL_JUDGE
from evaluation.judges._protocol import Judge
from evaluation.judges._relevancy import RelevancyJudge
from evaluation.judges._small_relevancy import SmallRelevancy
from evaluation.llm import ChatModel

__all__ = ["JudgeBuilder", "build_judge", "metrics"]

JudgeBuilder: TypeAlias = Callable[[str, ChatModel | None], Judge]
metrics: Registry[JudgeBuilder] = Registry("metric", "assay.metrics")


@metrics.register("faithfulness")
def _faithfulness(judge: str, model: ChatModel | None) -> Judge:
    if judge == LOCAL_JUDGE:
        return LocalFaithfulness()
    kind = CascadeFaithfulness if judge == EMBEDDED_JUDGE else FaithfulnessJudge
    return kind(_needed(judge, model), judge)


@metrics.register("relevancy")
def _relevancy(judge: str, model: ChatModel | None) -> Judge:
    if judge == LOCAL_JUDGE:
        return LocalRelevancy()
    kind = SmallRelevancy if judge == EMBEDDED_JUDGE else RelevancyJudge
    return kind(_needed(judge, model), judge)


def build_judge(metric: str, judge_name: str, model: ChatModel | None = None) -> Judge:
    """Build the judge of one metric: `local`, or a model by the name under which `assay.yaml` knows it.

    Raises `MissingError` for a metric that nobody registered, and `ConfigurationError` for a name without a model.
    """
    return metrics.get(metric)(judge_name, model)


def _needed(judge: str, model: ChatModel | None) -> ChatModel:
    if model is None:
        raise ConfigurationError(
            f"the judge {judge!r} needs a model and none is open, expected an endpoint of assay.yaml or 'embedded'",
            hint="assay models pull judge, or --judge local",
        )
    return model
