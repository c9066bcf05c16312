"""Building judges by name."""

from pathlib import Path

import pytest

from assay.kernel import ConfigurationError, MissingError, digest_json
from evaluation.encoder import load_encoder
from evaluation.judges import _prompts as prompts
from evaluation.judges import build_judge, metrics
from evaluation.judges._calibration import calibration_for
from evaluation.judges._registry import MetricRegistry
from evaluation.metrics import JudgeKind
from evaluation.weights import entry_of
from tests.evaluation.judges.fakes import FakeModel


def test_built_in_metrics_are_registered() -> None:
    """Both judges come through the registry."""
    assert {"faithfulness", "relevancy"} <= set(metrics)


def test_unknown_metric_names_those_that_exist() -> None:
    """A typing error is answered with the choices."""
    with pytest.raises(MissingError) as raised:
        build_judge("faithfullness", "local")

    assert "faithfulness" in raised.value.hint


@pytest.mark.parametrize("metric", ["faithfulness", "relevancy"])
def test_model_judge_without_a_model_says_what_to_do(metric: str) -> None:
    """Never a silent step down to the local judge."""
    with pytest.raises(ConfigurationError) as raised:
        build_judge(metric, "embedded")

    assert "assay models pull judge" in raised.value.hint


@pytest.mark.parametrize("metric", ["faithfulness", "relevancy"])
def test_spec_names_everything_that_shapes_a_verdict(metric: str) -> None:
    """Model, digest, prompt and form of reply move the judge's digest; the local judge has no model."""
    one = build_judge(metric, "fake", FakeModel(digest="sha256:a")).spec
    others = [
        build_judge(metric, "fake", FakeModel(digest="sha256:b")).spec,
        build_judge(metric, "fake", FakeModel(digest="sha256:a", schema=False)).spec,
        build_judge(metric, "local").spec,
    ]

    assert one.metric == metric
    assert one.prompt_digest.startswith("sha256:")
    assert len({spec.digest for spec in [one, *others]}) == 4
    assert (others[-1].model, others[-1].name) == ("", "local")


def test_prompts_are_short_and_never_name_supported_first() -> None:
    """A small model over-calls the verdict that it reads first."""
    for form in prompts.FAITHFULNESS_FORMS.values():
        assert len((prompts.FAITHFULNESS_SYSTEM + form).split()) <= 100
        assert form.index("absent") < form.index("supported")
    for form in prompts.RELEVANCY_FORMS.values():
        assert len((prompts.RELEVANCY_SYSTEM + form).split()) <= 120


def test_calibration_belongs_to_weights_and_prompt() -> None:
    """Other weights, an unknown digest, another prompt or another encoder have none."""
    weights = entry_of("judge").sha256
    encoder = load_encoder().digest
    assert calibration_for(weights, prompts.SUPPORT_DIGEST, encoder) is not None
    assert calibration_for(weights, prompts.SUPPORT_DIGEST, "sha256:other") is None
    assert calibration_for(weights, digest_json("other prompt"), encoder) is None
    assert calibration_for("sha256:other", prompts.SUPPORT_DIGEST, encoder) is None
    assert calibration_for("", prompts.SUPPORT_DIGEST, encoder) is None


def test_the_embedded_name_is_the_cascade_and_needs_calibrated_weights() -> None:
    """Weights that were never measured as a judge are refused with what to do."""
    embedded = build_judge("faithfulness", "embedded", FakeModel(digest=entry_of("judge").sha256))
    assert embedded.spec.options["stages"] == ["checks", "encoder", "model"]
    with pytest.raises(ConfigurationError, match="no calibration"):
        build_judge("faithfulness", "embedded", FakeModel(digest="sha256:other"))


def test_a_metric_is_registered_with_what_it_measures_and_needs() -> None:
    """Every built-in describes itself in one line."""
    for name in metrics:
        info = metrics.get(name).info
        assert info.id == name
        assert info.measures
        assert "\n" not in info.measures
    assert metrics.get("faithfulness").info.needs == {"contexts"}


def test_a_builder_without_a_description_is_a_metric_all_the_same() -> None:
    """A plug-in may register the function alone; every kind of judge may then be asked."""
    registry = MetricRegistry()
    registry.register("mine")(lambda judge, model: build_judge("relevancy", judge, model))

    assert registry.get("mine").info.judges == tuple(JudgeKind)
    assert registry.get("mine").build("local", None).spec.name == "local"


def test_checking_a_name_says_which_is_nearest() -> None:
    """Settings are checked before anything is loaded."""
    metrics.check("relevancy")
    with pytest.raises(MissingError) as raised:
        metrics.check("relevance")

    assert raised.value.hint.startswith("did you mean 'relevancy'?")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a package with three metrics: described, bare, and one that cannot be loaded."""
    (tmp_path / "assay_plugged.py").write_text(
        "from evaluation.judges import Metric, build_judge\n"
        "from evaluation.metrics import MetricInfo\n"
        "def bare(judge, model): return build_judge('relevancy', judge, model)\n"
        "described = Metric(info=MetricInfo(id='mine', measures='what I say'), build=bare)\n"
    )
    folder = tmp_path / "assay_plugged-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: assay-plugged\nVersion: 1.0\n")
    points = "mine = assay_plugged:described\nbare = assay_plugged:bare\ngone = assay_plugged:gone\n"
    (folder / "entry_points.txt").write_text(f"[assay.metrics]\n{points}bleu = assay_plugged:gone\n")
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("installed")
def test_a_package_brings_metrics_through_its_entry_points() -> None:
    """Described or bare, it is built like a built-in; it replaces none; one that breaks says so in its own line."""
    infos = {info.id: info.measures for info in metrics.infos()}

    assert infos["mine"] == "what I say"
    assert "says nothing" in infos["bare"]
    assert infos["gone"].startswith("(cannot be loaded: AttributeError")
    assert build_judge("bare", "local").spec.metric == "relevancy"
    assert metrics.get("bleu").info.computed
