"""Models that read one text at a time: probabilities for windows of it, or for each of its tokens.

Rules of this place: word vectors stand once for all such models (`words.npz`: int8, one scale a word), so a model's
file holds its layers alone; a long text is read in overlapping windows of bounded number, and what was not read is said
(`complete`); a text's result does not depend on its neighbours (weights are int8, arithmetic is float32); offsets are
code points of the text as it came. The vocabulary is uncased: how a token was written goes in beside it (`Casing`).
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from evaluation.encoder._files import OWN_FOLDER, TextCard, checked, read_text_card
from evaluation.encoder._session import open_session
from evaluation.encoder._tokens import encodable, plain_tokenizer

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

__all__ = ["Casing", "Piece", "TextModel", "TokenTags", "Window", "WindowScores", "load_text_model", "pieces_of"]

_CLS: Final = 101
_SEP: Final = 102
_MARKS: Final = 2  # [CLS] and [SEP]
_OVERLAP: Final = 24  # tokens that two neighbouring windows share
_AREA: Final = 256  # rows × positions of one batch: what it computes stays in a core's cache, 1.8 times as fast as 3072
_TOGETHER: Final = 256  # texts tokenised at a time
_CODE_POINTS: Final = 8  # a token is rarely longer; a text is cut before it is tokenised
MOST_WINDOWS: Final = 64  # of one text, unless the caller says otherwise


class Casing(IntEnum):
    """How a token was written."""

    LOWER = 0  # or without letters
    CAPITALISED = 1
    UPPER = 2  # two capitals or more, nothing else
    MIXED = 3


@dataclass(frozen=True)
class Piece:
    """One window of one text, ready for the model."""

    text: int  # place of its text
    ids: list[int]  # with [CLS] and [SEP]
    casings: list[int]
    offsets: list[tuple[int, int]]  # of the tokens between the marks


@dataclass(frozen=True)
class Window:
    """What a model of texts says of one window."""

    start: int  # code points
    end: int
    probabilities: tuple[float, ...]  # one for each output, 0..1


@dataclass(frozen=True)
class WindowScores:
    """All windows of one text in their order; an empty text has none."""

    windows: tuple[Window, ...]
    complete: bool  # whether the whole text was read


@dataclass(frozen=True)
class TokenTags:
    """What a model of tokens says of one text."""

    offsets: npt.NDArray[np.int32]  # tokens × (start, end), code points
    probabilities: npt.NDArray[np.float32]  # tokens × outputs, each row sums to 1
    complete: bool


class TextModel:
    """A loaded model. Safe to share between threads."""

    def __init__(
        self, card: TextCard, session: "InferenceSession", tokenizer: "Tokenizer", words: "tuple[_Int8, _Scales]"
    ) -> None:
        self.card = card
        self._session = session
        self._tokenizer = tokenizer
        self._words, self._scales = words

    def windows(self, texts: Sequence[str], most: int = MOST_WINDOWS) -> list[WindowScores]:
        """Return for each text the sigmoid of every output in every window; `most` windows of a text are read."""
        found: list[list[Window]] = [[] for _ in texts]
        complete = [True] * len(texts)
        for piece, logits in self._read(texts, most, complete):
            chances = 1 / (1 + np.exp(-logits))
            start, end = (piece.offsets[0][0], piece.offsets[-1][1]) if piece.offsets else (0, 0)
            found[piece.text].append(Window(start, end, tuple(float(chance) for chance in chances)))
        for one in found:
            one.sort(key=lambda window: window.start)
        return [WindowScores(tuple(one), whole) for one, whole in zip(found, complete, strict=True)]

    def tokens(self, texts: Sequence[str], most: int = MOST_WINDOWS) -> list[TokenTags]:
        """Return for each text the shares of the classes at every token; of two windows the inner one counts."""
        pieces: list[list[tuple[Piece, npt.NDArray[np.float32]]]] = [[] for _ in texts]
        complete = [True] * len(texts)
        for piece, logits in self._read(texts, most, complete):
            odds = np.exp(logits - logits.max(axis=-1, keepdims=True))[1 : len(piece.ids) - 1]
            pieces[piece.text].append((piece, (odds / odds.sum(axis=-1, keepdims=True)).astype(np.float32)))
        return [self._joined(of_text, whole) for of_text, whole in zip(pieces, complete, strict=True)]

    def _joined(self, pieces: list[tuple[Piece, npt.NDArray[np.float32]]], complete: bool) -> TokenTags:  # noqa: FBT001
        pieces.sort(key=lambda pair: pair[0].offsets[0] if pair[0].offsets else (0, 0))
        offsets: list[tuple[int, int]] = []
        shares: list[npt.NDArray[np.float32]] = []
        for at, (piece, found) in enumerate(pieces):
            first = _OVERLAP // 2 if at else 0
            last = len(found) - (_OVERLAP - _OVERLAP // 2 if at < len(pieces) - 1 else 0)
            offsets += piece.offsets[first:last]
            shares.append(found[first:last])
        classes = len(self.card.outputs)
        return TokenTags(
            np.array(offsets, dtype=np.int32).reshape(-1, 2),
            np.concatenate(shares) if shares else np.zeros((0, classes), dtype=np.float32),
            complete,
        )

    def _read(
        self, texts: Sequence[str], most: int, complete: list[bool]
    ) -> Iterator[tuple[Piece, npt.NDArray[np.float64]]]:
        """Yield every window with its logits, in no order; note the texts that were not read to their end."""
        pieces = pieces_of(self._tokenizer, texts, self.card.length, most, complete)
        while several := list(islice(pieces, _TOGETHER)):
            several.sort(key=lambda piece: -len(piece.ids))
            start = 0
            while start < len(several):
                batch = several[start : start + max(1, _AREA // len(several[start].ids))]
                yield from zip(batch, self._logits(batch), strict=True)
                start += len(batch)

    def _logits(self, batch: Sequence[Piece]) -> npt.NDArray[np.float64]:
        longest = max(len(piece.ids) for piece in batch)
        ids = np.zeros((len(batch), longest), dtype=np.int64)
        casings = np.zeros_like(ids)
        for at, piece in enumerate(batch):
            ids[at, : len(piece.ids)] = piece.ids
            casings[at, : len(piece.ids)] = piece.casings
        words = self._words[ids].astype(np.float32) * self._scales[ids][..., None]
        mask = (ids != 0).astype(np.float32)
        (logits,) = self._session.run(["logits"], {"words": words, "casings": casings, "mask": mask})
        return np.asarray(logits, dtype=np.float64)


def pieces_of(
    tokenizer: "Tokenizer", texts: Iterable[str], length: int, most: int, complete: list[bool]
) -> Iterator[Piece]:
    """Yield the windows of each text: `length` tokens at most with the marks, neighbours share some."""
    room, rest, begun = length - _MARKS, iter(texts), 0
    limit = most * room * _CODE_POINTS
    while several := list(islice(rest, _TOGETHER)):
        cut = [encodable(text[:limit]) for text in several]
        for at, (text, found) in enumerate(
            zip(cut, tokenizer.encode_batch(cut, add_special_tokens=False), strict=True)
        ):
            ids, offsets = found.ids, found.offsets
            starts = range(0, max(1, len(ids) - _OVERLAP), room - _OVERLAP)
            complete[begun + at] = len(several[at]) <= limit and len(starts) <= most
            for start in starts[:most] if ids else ():
                places = offsets[start : start + room]
                casings = [0, *(_casing(text[first:last]) for first, last in places), 0]
                yield Piece(begun + at, [_CLS, *ids[start : start + room], _SEP], casings, places)
        begun += len(several)


def _casing(token: str) -> Casing:
    if token.islower():
        return Casing.LOWER
    if token.isupper():
        return Casing.UPPER if len(token) > 1 else Casing.CAPITALISED
    if token[:1].isupper() and token[1:].islower():
        return Casing.CAPITALISED
    return Casing.MIXED if token.isalpha() and token.lower() != token else Casing.LOWER


_Int8 = npt.NDArray[np.int8]
_Scales = npt.NDArray[np.float32]


def load_text_model(folder: Path, threads: int = 1) -> TextModel:
    """Load the model of a folder (`model.yaml`, `model.onnx`), once per folder and number of threads.

    Raises `InputError` when a file is missing or does not hash to what its card says.
    """
    return _loaded(folder.resolve(), threads)


@lru_cache(maxsize=8)
def _loaded(folder: Path, threads: int) -> TextModel:
    card = read_text_card(folder)
    description, words = _shared(card.tokenizer_sha256, card.words_sha256)
    content = checked(folder / "model.onnx", card.model_sha256)
    return TextModel(card, open_session(content, threads), plain_tokenizer(description), words)


@lru_cache(maxsize=1)
def _shared(tokenizer_sha256: str, words_sha256: str) -> tuple[str, tuple[_Int8, _Scales]]:
    description = checked(OWN_FOLDER / "tokenizer.json", tokenizer_sha256).decode("utf-8")
    with np.load(io.BytesIO(checked(OWN_FOLDER / "words.npz", words_sha256)), allow_pickle=False) as arrays:
        return description, (arrays["words"], arrays["scales"])
