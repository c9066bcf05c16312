"""Detoxify from a local file: its digest comes before everything else."""

import hashlib
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from assay.kernel import ConfigurationError, InputError, JsonValue
from evaluation.filters import FilterSetting, build_filter
from evaluation.filters.toxicity._categories import Category
from evaluation.filters.toxicity._checkpoints import load_checkpoint, released, verified
from evaluation.filters.toxicity._detoxify import DetoxifyReader
from evaluation.filters.toxicity._options import Variant
from evaluation.filters.toxicity.export import export, main

TEXTS = ["you are a fool", "you are kind and another text", "", "one text " * 400]
CLASSES = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")


class Booby:
    """A pickle that leaves a mark when it is read."""

    def __init__(self, mark: Path) -> None:
        """Remember where."""
        self.mark = mark

    def __reduce__(self) -> tuple[Any, tuple[Path]]:
        """Touch the mark."""
        return Path.touch, (self.mark,)


class FewOutputs:
    """A predictor with known outputs."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Name the outputs."""
        return CLASSES

    def __init__(self) -> None:
        """Remember what was asked."""
        self.asked: list[str] = []

    def predict(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Say that everything is obscene and toxic, and a little of an insult."""
        self.asked += texts
        return [[0.9, 0.1, 0.95, 0.05, 0.3, 0.2] for _ in texts]


def test_a_file_of_another_digest_is_never_unpickled(tmp_path: Path) -> None:
    """A pickle is a program: it does not run before its digest holds."""
    checkpoint, mark = tmp_path / "toxic_original-c1212f89.ckpt", tmp_path / "ran"
    checkpoint.write_bytes(pickle.dumps(Booby(mark)))
    setting = FilterSetting(
        options={"engine": "detoxify", "variant": "original", "checkpoint": checkpoint.name}, folder=tmp_path
    )

    with pytest.raises(InputError, match="is not the expected checkpoint") as caught:
        build_filter("toxicity", setting)

    assert "c1212f89" in caught.value.message
    assert not mark.exists()


def test_a_pinned_digest_must_hold_in_full(tmp_path: Path) -> None:
    """With `sha256` the eight digits of the release do not count."""
    file = tmp_path / "own.ckpt"
    file.write_bytes(b"weights")
    own = f"sha256:{hashlib.sha256(b'weights').hexdigest()}"

    assert verified(file, Variant.UNBIASED, own) == (b"weights", own)
    with pytest.raises(InputError):
        verified(file, Variant.UNBIASED, own[:-1] + ("0" if own[-1] != "0" else "1"))


def test_a_missing_checkpoint_names_the_file_to_get(tmp_path: Path) -> None:
    """Nothing is downloaded: the message says what is wanted."""
    with pytest.raises(ConfigurationError) as unnamed:
        build_filter("toxicity", FilterSetting(options={"engine": "detoxify", "variant": "multilingual"}))
    with pytest.raises(InputError) as missing:
        verified(tmp_path / "none.ckpt", Variant.ORIGINAL, None)

    assert released()[Variant.MULTILINGUAL].file in unnamed.value.hint
    assert released()[Variant.ORIGINAL].file in missing.value.hint


@pytest.mark.parametrize("variant", Variant)
def test_every_released_variant_is_known_by_its_digits(variant: Variant) -> None:
    """The digits stand in the file's name, as the release has it."""
    assert released()[variant].file.endswith(f"-{released()[variant].sha256_begins}.ckpt")


def test_without_the_extra_the_hint_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says which command is missing."""
    monkeypatch.setitem(sys.modules, "torch", None)

    with pytest.raises(ConfigurationError) as caught:
        load_checkpoint(b"", None, tmp_path)

    assert caught.value.hint == "pip install 'assay[toxicity]'"


def test_profanity_alone_does_not_flag_what_detoxify_calls_toxic() -> None:
    """Its `toxicity` and `obscene` stay visible; the score is what is aimed at people."""
    (reading,) = DetoxifyReader(FewOutputs(), "", "").read(["damn"])

    (stretch,) = reading.stretches
    assert stretch.score == 0.3
    assert (stretch.categories[Category.TOXICITY], stretch.categories[Category.OBSCENE]) == (0.9, 0.95)


def test_a_long_text_is_read_in_stretches_of_bounded_number() -> None:
    """Overlapping stretches cover the text; past the limit it says so."""
    predictor = FewOutputs()
    covered, cut, empty = DetoxifyReader(predictor, "", "").read(["a" * 3000, "b" * 100_000, " "])

    assert [(one.start, one.end) for one in covered.stretches] == [(0, 1200), (1100, 2300), (2200, 3000)]
    assert (covered.complete, cut.complete, len(cut.stretches)) == (True, False, 64)
    assert (empty.complete, empty.stretches) == (True, ())


def test_an_export_of_other_bytes_is_refused(tmp_path: Path) -> None:
    """The exported model is hashed before it is read."""
    (tmp_path / "export.yaml").write_text("{model_sha256: 'sha256:0', tokenizer_sha256: 'sha256:0', classes: []}")
    (tmp_path / "model.onnx").write_bytes(b"other")
    (tmp_path / "tokenizer.json").write_bytes(b"{}")

    with pytest.raises(InputError, match="is not what was exported"):
        build_filter("toxicity", FilterSetting(options={"engine": "detoxify", "onnx": "."}, folder=tmp_path))


def test_the_export_command_ends_with_the_hint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong file is a message and exit code 2, not a traceback."""
    code = main(["--checkpoint", str(tmp_path / "none.ckpt"), "--out", str(tmp_path)])

    assert code == 2
    assert "download" in capsys.readouterr().err


@pytest.fixture
def tiny(tmp_path: Path) -> tuple[Path, str]:
    """Return a checkpoint in Detoxify's form, with its configuration beside it, and its digest."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    pytest.importorskip("detoxify")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "you", "are", "kind", "a", "fool", "one", "text", "and"]
    folder = tmp_path / "bert-tiny"
    transformers.BertTokenizerFast(vocab={word: at for at, word in enumerate(words)}).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        num_labels=len(CLASSES),
    )  # fmt: skip
    config.save_pretrained(folder)
    torch.manual_seed(0)
    arguments = {
        "num_classes": len(CLASSES), "model_type": "bert-tiny", "model_name": "BertForSequenceClassification",
        "tokenizer_name": "BertTokenizer",
    }  # fmt: skip
    state = transformers.BertForSequenceClassification(config).state_dict()
    state["classifier.bias"] = torch.tensor([1.0, -2.0, 1.0, -2.0, 0.5, -2.0])
    dataset = {"args": {"classes": list(CLASSES)}}
    torch.save({"config": {"dataset": dataset, "arch": {"args": arguments}}, "state_dict": state}, tmp_path / "t.ckpt")
    return tmp_path / "t.ckpt", f"sha256:{hashlib.sha256((tmp_path / 't.ckpt').read_bytes()).hexdigest()}"


@pytest.mark.soak
@pytest.mark.torch
def test_a_checkpoint_runs_through_the_package_and_as_onnx_alike(tiny: tuple[Path, str]) -> None:
    """The name of the configuration inside is replaced by the folder beside; both forms give the same scores."""
    pytest.importorskip("onnx")
    checkpoint, digest = tiny
    options: dict[str, JsonValue] = {"engine": "detoxify", "variant": "original", "sha256": digest}
    options["checkpoint"] = checkpoint.name
    own = build_filter("toxicity", FilterSetting(options=options, folder=checkpoint.parent))
    export(Variant.ORIGINAL, checkpoint, None, checkpoint.parent / "out", digest)
    exported = build_filter(
        "toxicity", FilterSetting(options={"engine": "detoxify", "onnx": "out"}, folder=checkpoint.parent)
    )

    found, again = own.scan(pa.array(TEXTS)), exported.scan(pa.array(TEXTS))

    assert own.spec.model_digest == digest
    assert [result.score for result in found] == pytest.approx([result.score for result in again], abs=1e-5)
    assert found[0].score == found[0].categories["insult"] > 0.5


@pytest.mark.soak
@pytest.mark.torch
def test_a_checkpoint_without_its_configuration_asks_for_the_folder(tiny: tuple[Path, str], tmp_path: Path) -> None:
    """No question goes to a hub."""
    checkpoint, digest = tiny
    content, _ = verified(checkpoint, Variant.ORIGINAL, digest)

    with pytest.raises(ConfigurationError, match=r"config\.json"):
        load_checkpoint(content, None, tmp_path / "elsewhere")
