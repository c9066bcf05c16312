"""The encoder that comes with Assay, as its callers meet it."""

import math
import shutil
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from assay.kernel import InputError
from evaluation.encoder import Head, PairEncoder, free_threads, load_encoder, referenced
from evaluation.encoder._files import OWN_FOLDER

EVIDENCE = "The museum in Lyon opened in 1987 and shows paintings by Claude Monet. Entry is free on Sundays."
PAIRS = [
    (EVIDENCE, "The museum opened in 1987."),
    (EVIDENCE, "Penguins live in Antarctica."),
    ("", ""),
    ("word " * 3000, "another " * 3000),
    (EVIDENCE, "\ud800\u202e😀\x00 [SEP] [CLS] [MASK] [PAD]"),
    ("漢字 и кириллица", "नमस्ते"),
]


@pytest.fixture(scope="module")
def encoder() -> PairEncoder:
    """Return the released model on one thread."""
    return load_encoder(threads=1)


def test_a_pair_scores_the_same_alone_and_among_others(encoder: PairEncoder) -> None:
    """Padding and neighbours change nothing."""
    together = encoder.probabilities(Head.SUPPORT, PAIRS)
    alone = [encoder.probabilities(Head.SUPPORT, [pair])[0] for pair in PAIRS]

    assert together == pytest.approx(alone, abs=1e-5)


def test_probabilities_come_in_the_order_of_the_pairs(encoder: PairEncoder) -> None:
    """Sorting by length inside is undone."""
    forward = encoder.probabilities(Head.SUPPORT, PAIRS)
    backward = encoder.probabilities(Head.SUPPORT, PAIRS[::-1])

    assert forward == pytest.approx(backward[::-1], abs=1e-5)
    assert len({round(value, 6) for value in forward}) > 3


def test_more_pairs_than_a_window_keep_their_places(encoder: PairEncoder) -> None:
    """Windows of pairs are put together in order."""
    few = encoder.probabilities(Head.SUPPORT, [("a", "b"), ("c", "d")])
    many = encoder.probabilities(Head.SUPPORT, [("a", "b")] * 512 + [("c", "d")])

    assert many[0] == pytest.approx(few[0], abs=1e-5)
    assert many[512] == pytest.approx(few[1], abs=1e-5)


def test_no_pairs_give_no_probabilities(encoder: PairEncoder) -> None:
    """Nothing in, nothing out."""
    assert encoder.probabilities(Head.RELEVANCE, []) == []


def test_every_head_answers_for_any_text(encoder: PairEncoder) -> None:
    """Empty, endless and odd texts give a probability like others."""
    for head in Head:
        assert all(0 <= value <= 1 for value in encoder.probabilities(head, PAIRS))


def test_what_does_not_fit_of_the_first_text_is_not_read(encoder: PairEncoder) -> None:
    """The second text is kept whole, the first is cut at its end."""
    long = EVIDENCE + " filler" * 400
    short, longer = encoder.probabilities(
        Head.SUPPORT, [(long, "The museum opened."), (long + " x" * 99, "The museum opened.")]
    )

    assert short == longer


def test_heads_are_asked_different_things(encoder: PairEncoder) -> None:
    """The same two texts get four numbers of their own."""
    assert len({encoder.probabilities(head, PAIRS[:1])[0] for head in Head}) == len(Head)


class EveryLogit:
    """A session whose output for the head at place n is n."""

    def run(self, _: list[str], inputs: dict[str, npt.NDArray[np.int64]]) -> list[npt.NDArray[np.float64]]:
        """Return the same row for every pair."""
        return [np.tile(np.arange(len(Head), dtype=np.float64), (len(inputs["ids"]), 1))]


def test_each_head_reads_its_own_output(encoder: PairEncoder) -> None:
    """The place of the head is the place of its logit."""
    told = PairEncoder(encoder.card, EveryLogit(), encoder._tokenizer)

    found = [told.probabilities(head, [("a", "b")])[0] for head in Head]

    assert found == pytest.approx([1 / (1 + math.exp(-place)) for place in range(len(Head))])


def test_two_loads_agree(tmp_path: Path) -> None:
    """A copy of the files is the same model."""
    copy = shutil.copytree(OWN_FOLDER, tmp_path / "copy")

    one, other = load_encoder(threads=1), load_encoder(copy, threads=1)

    assert one is not other
    assert one.digest == other.digest
    assert one.probabilities(Head.SUPPORT, PAIRS) == other.probabilities(Head.SUPPORT, PAIRS)


def test_a_second_call_returns_the_loaded_model() -> None:
    """Loading is paid for once."""
    assert load_encoder(threads=1) is load_encoder(threads=1)


def test_threads_change_nothing_but_time(encoder: PairEncoder) -> None:
    """Two threads sum in almost the same order as one."""
    assert load_encoder(threads=2).probabilities(Head.SUPPORT, PAIRS) == pytest.approx(
        encoder.probabilities(Head.SUPPORT, PAIRS), abs=1e-5
    )
    assert free_threads() >= 1


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json"])
def test_a_tampered_file_is_refused(tmp_path: Path, name: str) -> None:
    """One changed byte is enough, and the message says which file."""
    copy = shutil.copytree(OWN_FOLDER, tmp_path / "copy")
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)

    with pytest.raises(InputError, match=name):
        load_encoder(copy, threads=1)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A broken installation is an error with a way out, not a traceback of another library."""
    copy = shutil.copytree(OWN_FOLDER, tmp_path / "copy")
    (copy / "encoder.onnx").unlink()

    with pytest.raises(InputError, match=r"encoder\.onnx"):
        load_encoder(copy, threads=1)


def test_the_files_stay_small() -> None:
    """The wheel carries them: the encoder with its vocabulary, and the word vectors of all models of single texts."""
    sizes = {path.name: path.stat().st_size for path in OWN_FOLDER.iterdir()}
    assert sizes["encoder.onnx"] + sizes["tokenizer.json"] < 30_000_000
    assert sum(sizes.values()) < 40_000_000


GOLD = [
    (Head.SUPPORT, EVIDENCE, "The museum opened in 1987.", "The museum opened in 1952."),
    (Head.SUPPORT, EVIDENCE, "Entry is free on Sundays.", "Mount Everest is the highest mountain on Earth."),
    (
        Head.EQUIVALENCE,
        referenced("what is the capital of france", "Paris"),
        "The answer is Paris.",
        "The answer is Berlin.",
    ),
    (
        Head.RELEVANCE,
        "When did the museum in Lyon open?",
        EVIDENCE,
        "Cookies are small files that a website stores on your device.",
    ),
    (
        Head.ADDRESSES,
        "Which painter is shown in the museum in Lyon?",
        "Claude Monet",
        "I am sorry, but I cannot help with that.",
    ),
]


@pytest.mark.parametrize(("head", "first", "good", "bad"), GOLD)
def test_clear_cases_are_on_the_right_side(encoder: PairEncoder, head: Head, first: str, good: str, bad: str) -> None:
    """What nobody would dispute is ranked rightly."""
    better, worse = encoder.probabilities(head, [(first, good), (first, bad)])

    assert better > worse
