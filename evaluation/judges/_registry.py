"""Where judges come from: built-ins and plug-ins through one door.

Rules of this place: `metrics` maps a metric's id to what it measures and to the function that builds its judge;
`checks` is free checks alone, `local` adds the encoder, `embedded` adds the small language model where doubt is left,
every other name a model that the caller has opened. A computed metric is built the same way and asks nobody.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from assay.kernel import ConfigurationError, Registry
from evaluation.encoder import load_encoder
from evaluation.judges._cascade import embedded_cascade, local_cascade
from evaluation.judges._checks import CheckedFaithfulness, CheckedRelevancy
from evaluation.judges._citations import citation_correctness
from evaluation.judges._claims import ClaimMetric
from evaluation.judges._claims_cascade import CascadeClaims
from evaluation.judges._claims_endpoint import EndpointClaims
from evaluation.judges._contexts import ContextMetric
from evaluation.judges._contexts_cascade import CascadeContexts
from evaluation.judges._contexts_endpoint import EndpointContexts
from evaluation.judges._faithfulness import FaithfulnessJudge
from evaluation.judges._names import BUILT_IN_JUDGES, CHECKS_JUDGE, EMBEDDED_JUDGE, LOCAL_JUDGE, WITHOUT_LANGUAGE_MODEL
from evaluation.judges._protocol import Judge
from evaluation.judges._reading import PairReader
from evaluation.judges._recall import ContextRecall
from evaluation.judges._refusal import refusal
from evaluation.judges._relevancy import RelevancyJudge
from evaluation.judges._relevancy_cascade import embedded_relevancy, local_relevancy
from evaluation.judges._resistance import RESISTANCE, resistance
from evaluation.llm import ChatModel
from evaluation.metrics import COMPUTED, MetricInfo, Need
from evaluation.suites import SuiteKind

__all__ = ["JudgeBuilder", "Metric", "MetricRegistry", "build_judge", "metrics"]

JudgeBuilder: TypeAlias = Callable[[str, ChatModel | None], Judge]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A metric: what it measures, and the function that builds its judge from a judge's name and model."""

    info: MetricInfo
    build: JudgeBuilder


class MetricRegistry:
    """Metrics by id. A package's entry point in `assay.metrics` loads a `Metric`, or a bare `JudgeBuilder`."""

    def __init__(self) -> None:
        """Begin without any."""
        self._kept: Registry[Metric | JudgeBuilder] = Registry("metric", "assay.metrics")

    def register(self, info: MetricInfo | str) -> Callable[[JudgeBuilder], JudgeBuilder]:
        """Decorate the builder of a built-in; raise `ConfigurationError` when the id is taken."""

        def keep(build: JudgeBuilder) -> JudgeBuilder:
            described = info if isinstance(info, MetricInfo) else _undescribed(info)
            self._kept.register(described.id)(Metric(info=described, build=build))
            return build

        return keep

    def get(self, metric: str) -> Metric:
        """Return the metric; raise `MissingError` with the nearest name for one that nobody registered."""
        found = self._kept.get(metric)
        return found if isinstance(found, Metric) else Metric(info=_undescribed(metric), build=found)

    def check(self, metric: str) -> None:
        """Raise `MissingError` with the nearest name for an id that nobody registered; load no plug-in."""
        self._kept.check(metric)

    def infos(self) -> tuple[MetricInfo, ...]:
        """Describe every metric, in order of the ids; a plug-in that cannot be loaded says so in its line."""
        return tuple(self._described(metric) for metric in self)

    def __iter__(self) -> Iterator[str]:
        """Iterate over all ids in order."""
        return iter(self._kept)

    def _described(self, metric: str) -> MetricInfo:
        try:
            return self.get(metric).info
        except Exception as error:  # noqa: BLE001 - a plug-in border: others are listed all the same
            return _undescribed(metric, f"(cannot be loaded: {type(error).__name__}: {error})")


def _resistance(kind: SuiteKind) -> JudgeBuilder:
    return lambda judge, model: resistance(kind).build(judge, model)  # built late: toxicity loads a model


metrics = MetricRegistry()
for _each in (*COMPUTED, refusal(), citation_correctness()):
    metrics.register(_each.info)(_each.build)
for _kind, _info in RESISTANCE.items():
    metrics.register(_info)(_resistance(_kind))


@metrics.register(
    MetricInfo(
        id="faithfulness",
        measures="share of the answer's sentences that the contexts support",
        needs=frozenset({Need.CONTEXTS}),
    )
)
def _faithfulness(judge: str, model: ChatModel | None) -> Judge:
    if judge == CHECKS_JUDGE:
        return CheckedFaithfulness()
    if judge == LOCAL_JUDGE:
        return local_cascade(judge)
    if judge == EMBEDDED_JUDGE:
        return embedded_cascade(judge, _needed(judge, model))
    return FaithfulnessJudge(_needed(judge, model), judge)


@metrics.register(MetricInfo(id="relevancy", measures="whether the answer addresses the question, 0, 1/2 or 1"))
def _relevancy(judge: str, model: ChatModel | None) -> Judge:
    if judge == CHECKS_JUDGE:
        return CheckedRelevancy()
    if judge == LOCAL_JUDGE:
        return local_relevancy(judge)
    if judge == EMBEDDED_JUDGE:
        return embedded_relevancy(judge, _needed(judge, model))
    return RelevancyJudge(_needed(judge, model), judge)


def _of_contexts(metric: ContextMetric, judge: str, model: ChatModel | None) -> Judge:
    if judge not in BUILT_IN_JUDGES:
        return EndpointContexts(metric, _needed(judge, model), judge)
    return CascadeContexts(metric, _encoder(judge), _cascaded(judge, model), judge)


def _of_claims(metric: ClaimMetric, judge: str, model: ChatModel | None) -> Judge:
    if judge not in BUILT_IN_JUDGES:
        return EndpointClaims(metric, _needed(judge, model), judge)
    return CascadeClaims(metric, _encoder(judge), _faithfulness(judge, model), _cascaded(judge, model))


@metrics.register(
    MetricInfo(
        id="context_relevance",
        measures="share of the contexts that help to answer the question",
        needs=frozenset({Need.CONTEXTS}),
    )
)
def _context_relevance(judge: str, model: ChatModel | None) -> Judge:
    return _of_contexts("context_relevance", judge, model)


@metrics.register(
    MetricInfo(
        id="context_precision",
        measures="whether the contexts that help stand before those that do not: average precision",
        needs=frozenset({Need.CONTEXTS}),
        source="Manning, Raghavan and Schütze 2008, §8.4",
    )
)
def _context_precision(judge: str, model: ChatModel | None) -> Judge:
    return _of_contexts("context_precision", judge, model)


@metrics.register(
    MetricInfo(
        id="context_recall",
        measures="share of the reference's sentences that the contexts support",
        needs=frozenset({Need.CONTEXTS, Need.REFERENCE}),
    )
)
def _context_recall(judge: str, model: ChatModel | None) -> Judge:
    return ContextRecall(_faithfulness(judge, model), with_question=judge not in WITHOUT_LANGUAGE_MODEL)


@metrics.register(
    MetricInfo(
        id="answer_correctness",
        measures="whether the answer says what the reference says, and nothing against it",
        needs=frozenset({Need.REFERENCE}),
    )
)
def _answer_correctness(judge: str, model: ChatModel | None) -> Judge:
    return _of_claims("answer_correctness", judge, model)


@metrics.register(
    MetricInfo(
        id="completeness",
        measures="share of the reference's statements that the answer makes; without one, of the question's parts",
    )
)
def _completeness(judge: str, model: ChatModel | None) -> Judge:
    return _of_claims("completeness", judge, model)


def _encoder(judge: str) -> PairReader | None:
    """Load the encoder where the judge has one."""
    return None if judge == CHECKS_JUDGE else load_encoder()


def _cascaded(judge: str, model: ChatModel | None) -> ChatModel | None:
    """Return the language model of the cascade where the judge has one."""
    return _needed(judge, model) if judge == EMBEDDED_JUDGE else None


def build_judge(metric: str, judge_name: str, model: ChatModel | None = None) -> Judge:
    """Build the judge of one metric: `local`, or a model by the name under which `assay.yaml` knows it.

    Raises `MissingError` for a metric that nobody registered, and `ConfigurationError` for a name without a model.
    """
    return metrics.get(metric).build(judge_name, model)


def _needed(judge: str, model: ChatModel | None) -> ChatModel:
    if model is None:
        raise ConfigurationError(
            f"the judge {judge!r} needs a model and none is open, expected an endpoint of assay.yaml or 'embedded'",
            hint="assay models pull judge, or --judge local",
        )
    return model


def _undescribed(metric: str, why: str = "(its package says nothing about it)") -> MetricInfo:
    return MetricInfo(id=metric, measures=why)
