"""The model that comes with Assay, as the filter of personal data meets it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assay.kernel import InputError, MissingError
from evaluation.filters.pii.names import NameModel, NameType, load_names
from evaluation.filters.pii.names import _model as module

LETTER = (
    "Dear Marta,\n\nplease send the lease to Mr. Tobias Lindqvist, 14 Rosewood Avenue, Springfield, IL 62701.\n"
    "He moved here from Portugal.\n\nKind regards,\nHarriet Okafor\nChief Financial Officer"
)
ODD = [
    "",
    " ",
    "\x00\u202e\ud800😀",
    "a" * 5000,
    "é\u0301" * 300,
    "[SEP] [CLS] [PAD]",
    "漢字 и кириллица नमस्ते",
    "\n" * 3000,
]


@pytest.fixture(scope="module")
def model() -> NameModel:
    """Return the released model on one thread."""
    return load_names(1)


def _named(model: NameModel, text: str, kind: NameType) -> list[str]:
    (spans,) = model.spans([text])
    return [text[span.start : span.end] for span in spans if span.type is kind]


def test_a_letter_names_its_people_and_places(model: NameModel) -> None:
    """People with their titles, an address on one line, a country."""
    assert _named(model, LETTER, NameType.PERSON) == ["Marta", "Mr. Tobias Lindqvist", "Harriet Okafor"]
    assert any("Rosewood Avenue" in found for found in _named(model, LETTER, NameType.ADDRESS))
    assert _named(model, LETTER, NameType.LOCATION) == ["Portugal"]


@pytest.mark.parametrize("written", [str.lower, str.upper, str.title])
def test_names_are_found_however_they_are_written(model: NameModel, written: Callable[[str], str]) -> None:
    """Casing helps and is not needed."""
    text = written("my name is Tobias Lindqvist and I live in Copenhagen")

    assert _named(model, text, NameType.PERSON) == [written("Tobias Lindqvist")]
    assert _named(model, text, NameType.LOCATION) == [written("Copenhagen")]


@pytest.mark.parametrize(
    "text",
    [
        "The Seller shall deliver the Goods to the Buyer under this Agreement.",
        "How do I reset my password?",
        "Will you mark it as paid? I may need the bill.",
        "Johnson & Johnson and Morgan Stanley reported on Monday.",
        "SELECT name, city FROM customers WHERE id = 7",
    ],
)
def test_words_that_look_like_names_are_no_people(model: NameModel, text: str) -> None:
    """Defined terms, common words, organisations and code."""
    assert _named(model, text, NameType.PERSON) == []


def test_offsets_count_code_points(model: NameModel) -> None:
    """Letters outside the basic plane and combining marks shift nothing."""
    text = "🎉🎉 e\u0301\u202e my name is Tobias Lindqvist"

    assert _named(model, text, NameType.PERSON) == ["Tobias Lindqvist"]


def test_a_text_is_read_the_same_alone_and_among_others(model: NameModel) -> None:
    """Rounding is per position: neighbours in a batch change nothing."""
    texts = [LETTER, "Ask Harriet.", *ODD, "met tobias lindqvist in malmö"]
    together = model.spans(texts)

    for text, spans in zip(texts, together, strict=True):
        (alone,) = model.spans([text])
        assert [(span.type, span.start, span.end) for span in alone] == [
            (span.type, span.start, span.end) for span in spans
        ]
        assert [span.score for span in alone] == pytest.approx([span.score for span in spans], abs=1e-4)


def test_spans_of_odd_texts_lie_inside_them(model: NameModel) -> None:
    """Nothing raises, nothing overlaps, nothing is outside."""
    for text, spans in zip(ODD, model.spans(ODD), strict=True):
        ends = [0, *(span.end for span in spans)]
        assert all(end <= span.start < span.end <= len(text) for end, span in zip(ends, spans, strict=False))


def test_names_deep_in_a_long_text_are_found(model: NameModel) -> None:
    """Windows leave no gap."""
    filler = "The quarterly report was late again and nobody minded. " * 60
    text = f"{filler}My name is Tobias Lindqvist. {filler}"

    assert _named(model, text, NameType.PERSON) == ["Tobias Lindqvist"]


def test_the_model_is_loaded_once(model: NameModel) -> None:
    """One copy for each number of threads, named by one digest."""
    assert load_names(1) is model
    assert model.digest.startswith("sha256:")


def test_a_build_without_the_model_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The filter must not run without names in silence."""
    monkeypatch.setattr(module, "_FOLDER", tmp_path)

    with pytest.raises(MissingError, match="no model of names"):
        load_names.__wrapped__(1)


def test_a_changed_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is loaded is what was released."""
    shutil.copytree(module._FOLDER, tmp_path / "data")
    with (tmp_path / "data" / "model.onnx").open("ab") as content:
        content.write(b" ")
    monkeypatch.setattr(module, "_FOLDER", tmp_path / "data")

    with pytest.raises(InputError, match="is not the released one"):
        load_names.__wrapped__(1)


def test_a_model_with_other_outputs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class in another place would call places people."""
    shutil.copytree(module._FOLDER, tmp_path / "data")
    card = tmp_path / "data" / "model.yaml"
    card.write_text(card.read_text("utf-8").replace('"person", "location"', '"location", "person"'), "utf-8")
    monkeypatch.setattr(module, "_FOLDER", tmp_path / "data")

    with pytest.raises(InputError, match="other outputs"):
        load_names.__wrapped__(1)
