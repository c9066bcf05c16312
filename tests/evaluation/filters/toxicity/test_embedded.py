"""The default, as a user meets it: no options, no torch."""

import json
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from assay.kernel import ConfigurationError, JsonValue
from evaluation.encoder import load_text_model
from evaluation.filters import Filter, FilterOutcome, FilterResult, FilterSetting, build_filter
from evaluation.filters.toxicity._embedded import FOLDER, EmbeddedReader
from evaluation.filters.toxicity._filter import ToxicityFilter

FLAGGED = [
    "You are a worthless idiot.",
    "I hate Muslims.",
    "Women are too stupid to vote.",
    "I will find you and kill you.",
    "All immigrants are vermin and should be shot.",
    "Go back to your country, you filthy raghead.",
]
OTHER = [
    "I am a gay man and I love my husband.",
    "My neighbour is a Muslim woman from Syria.",
    "I don't hate Muslims.",
    'Saying "I hate Muslims" is wrong.',
    "How do I kill a Python process?",
    "That was fucking brilliant!",
    "I hate this printer.",
    "Please find attached the invoice for March.",
]


@pytest.fixture(scope="module")
def toxicity() -> Filter:
    """Return the unconfigured filter."""
    return build_filter("toxicity")


def scanned(toxicity: Filter, *texts: str) -> list[FilterResult]:
    """Return the results of texts."""
    return list(toxicity.scan(pa.array(texts, pa.string())))


@pytest.mark.parametrize("text", FLAGGED)
def test_abuse_threats_and_hate_are_flagged(toxicity: Filter, text: str) -> None:
    """What is aimed at people flags."""
    (result,) = scanned(toxicity, text)

    assert result.flagged
    assert [(found.start, found.end) for found in result.findings] == [(0, len(text))]


@pytest.mark.parametrize("text", OTHER)
def test_what_only_looks_like_it_is_not_flagged(toxicity: Filter, text: str) -> None:
    """Identity, denial, counter-speech, profanity, things and business do not flag."""
    (result,) = scanned(toxicity, text)

    assert (result.outcome, result.flagged, result.findings) == (FilterOutcome.SCORED, False, ())


def test_the_score_is_the_category_that_flagged_means(toxicity: Filter) -> None:
    """Obscene words raise their own category and not the score."""
    obscene, abusive = scanned(toxicity, "That was fucking brilliant!", FLAGGED[0])

    assert obscene.score == obscene.categories["toxicity"] < 0.5 < obscene.categories["obscene"]
    assert abusive.score == abusive.categories["toxicity"] > 0.5 < abusive.categories["insult"]


def test_a_result_does_not_depend_on_its_neighbours(toxicity: Filter) -> None:
    """Alone and in a batch, in any order, a text gets the same score."""
    together = scanned(toxicity, *FLAGGED, *OTHER)
    alone = [scanned(toxicity, text)[0] for text in (*FLAGGED, *OTHER)]

    assert [result.score for result in together] == pytest.approx([result.score for result in alone], abs=1e-4)


def test_offsets_are_those_of_the_text_as_it_came(toxicity: Filter) -> None:
    """What was written to be overlooked is found, and shown where it stands."""
    text = "The weather is nice today. 😀 I h\u200ba\u200bt\u200be all Mu$lims! See you at noon."
    (result,) = scanned(toxicity, text)

    assert [text[found.start : found.end] for found in result.findings] == [
        " I h\u200ba\u200bt\u200be all Mu$lims!".strip()
    ] or [text[found.start : found.end] for found in result.findings] == ["😀 I h\u200ba\u200bt\u200be all Mu$lims!"]


def test_abuse_deep_in_a_long_text_is_found(toxicity: Filter) -> None:
    """Windows reach every part."""
    filler = "The committee met on Monday and agreed on the budget for the next year. " * 40
    text = f"{filler}You are a worthless idiot and I will kill you. {filler}"
    (result,) = scanned(toxicity, text)

    assert result.flagged
    assert any("worthless idiot" in text[found.start : found.end] for found in result.findings)


def test_more_text_than_is_read_is_never_unflagged(toxicity: Filter) -> None:
    """What is too long is cut, and the result says so."""
    reader = EmbeddedReader(load_text_model(FOLDER), most=3)
    (result,) = ToxicityFilter(toxicity.spec, reader).scan(pa.array(["word " * 200]))

    assert result.outcome is FilterOutcome.TIMED_OUT


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\x00\x01", "\u202e\u0301\u0301", "😀" * 300, "漢字 и кириллица", "[SEP] [CLS]"]
)
def test_odd_texts_are_scored(toxicity: Filter, text: str) -> None:
    """Nothing that a text is made of stops the filter."""
    (result,) = scanned(toxicity, text)

    assert result.outcome is FilterOutcome.SCORED
    assert 0 <= (result.score or 0) <= 1


def test_the_spec_names_what_shapes_the_results(toxicity: Filter) -> None:
    """Threshold, weights and settings are recorded, as JSON."""
    spec = toxicity.spec.as_json()

    assert spec["options"] == {"engine": "embedded"}
    assert str(spec["model_digest"]).startswith("sha256:")
    assert json.loads(json.dumps(spec)) == spec


def test_a_threshold_of_ones_own_is_recorded() -> None:
    """The option moves the flag and the spec alike."""
    strict = build_filter("toxicity", FilterSetting(options={"threshold": "0.01"}))

    assert strict.spec.threshold == 0.01
    assert scanned(strict, "The weather is nice.")[0].flagged
    assert strict.spec.digest != build_filter("toxicity").spec.digest


@pytest.mark.parametrize(
    "options",
    [{"colour": "red"}, {"engine": "magic"}, {"threshold": "2"}, {"threshold": 0}, {"variant": "unbiased"},
     {"checkpoint": "a.ckpt"}, {"engine": "detoxify", "variant": "huge"}, {"engine": "detoxify", "sha256": "abc"}],
)  # fmt: skip
def test_options_that_do_not_fit_are_refused(options: dict[str, JsonValue]) -> None:
    """Unknown, wrong and needless options are named, with a hint."""
    with pytest.raises(ConfigurationError, match=r"filters\.toxicity") as caught:
        build_filter("toxicity", FilterSetting(options=options))

    assert caught.value.hint


def test_the_default_needs_no_torch(toxicity: Filter) -> None:
    """Torch and Detoxify stay out of the process."""
    scanned(toxicity, "hello")

    assert not {"torch", "detoxify", "transformers"} & sys.modules.keys()


def test_the_model_is_small() -> None:
    """The weights fit into the package."""
    folder = Path(sys.modules["evaluation.filters.toxicity"].__file__ or "").with_name("data")

    assert (folder / "model.onnx").stat().st_size < 12_000_000
