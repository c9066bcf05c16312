"""The five metrics of references and contexts behind the registry, and what they were fitted to."""

import asyncio
from dataclasses import replace

import pytest

from assay.kernel import ConfigurationError
from evaluation.answers import Item
from evaluation.encoder import load_encoder
from evaluation.judges import build_judge, metrics
from evaluation.judges._listed_prompts import SMALL_DIGESTS
from evaluation.judges._reference_fits import Asked, shipped_fits
from evaluation.metrics import Need
from evaluation.verdicts import Outcome, Verdict
from tests.evaluation.judges.fakes import FakeModel, item

METRICS = ("context_relevance", "context_precision", "context_recall", "answer_correctness", "completeness")
QWEN = "sha256:cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
CUP = "Tottenham last won the FA Cup in 1991."


def row(answer: str, reference: str | None, *contexts: str) -> Item:
    """Return a row about the cup."""
    asked = item(answer, *contexts, question="When did Tottenham last win the FA Cup?")
    return replace(asked, reference=reference)


def judged(metric: str, judge: str, asked: Item) -> Verdict:
    """Judge one row without a language model."""
    return asyncio.run(build_judge(metric, judge).judge(asked, repeat=0))


@pytest.mark.parametrize("judge", ["checks", "local"])
@pytest.mark.parametrize("metric", METRICS)
def test_a_good_row_is_worth_more_than_a_bad_one(metric: str, judge: str) -> None:
    """By words alone and with the encoder that is shipped."""
    good = judged(metric, judge, row("It was in 1991.", "1991", CUP))
    bad = judged(metric, judge, row("Ask the club.", "1991", "Bananas grow quickly under tropical sunshine."))

    assert [good.outcome, bad.outcome] == [Outcome.SCORED, Outcome.SCORED]
    assert (good.value, bad.value) == (1, 0)
    assert good.judge == build_judge(metric, judge).spec.digest


@pytest.mark.parametrize("metric", METRICS)
def test_an_endpoint_and_the_cascade_need_a_model(metric: str) -> None:
    """There is no silent step down to a judge without one."""
    for judge in ("embedded", "gateway"):
        with pytest.raises(ConfigurationError, match="needs a model"):
            build_judge(metric, judge)
    assert build_judge(metric, "gateway", FakeModel()).spec.metric == metric


@pytest.mark.parametrize(
    ("metric", "needs"),
    [
        ("context_relevance", {Need.CONTEXTS}),
        ("context_precision", {Need.CONTEXTS}),
        ("context_recall", {Need.CONTEXTS, Need.REFERENCE}),
        ("answer_correctness", {Need.REFERENCE}),
        ("completeness", set()),
    ],
)
def test_a_row_without_what_a_metric_needs_is_not_applicable(metric: str, needs: set[Need]) -> None:
    """The listed needs are those that the judges hold to."""
    assert metrics.get(metric).info.needs == needs
    for need in needs:
        blind = row("It was in 1991.", None if need is Need.REFERENCE else "1991", CUP)
        if need is Need.CONTEXTS:
            blind = replace(blind, answer=replace(blind.answer, contexts=None))
        assert judged(metric, "checks", blind).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("asked", list(Asked))
def test_the_fits_are_those_of_the_encoder_the_weights_and_the_prompts_that_are_shipped(asked: Asked) -> None:
    """Whoever trains the encoder anew or changes a prompt has to fit anew."""
    fits = shipped_fits()

    alone = fits.reader(asked, "")
    joined = fits.reader(asked, load_encoder().digest)
    model = fits.model(asked, load_encoder().digest, QWEN, SMALL_DIGESTS[asked])

    assert set(joined.weights) == {*alone.weights, "encoder"}
    assert set(model.logistic.weights) == {"reader", "likelihood"}
    assert 0 < model.low <= alone.threshold <= model.high < 1
