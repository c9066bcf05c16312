"""The encoder itself: pairs of texts in, probabilities out, in their order.

Rules of this place: pairs are read in windows of bounded size, within a window sorted by length and run in batches of
bounded area, so memory does not grow with their number; weights are int8, arithmetic is float32, so a pair's result
does not depend on its batch (to about 1e-6); nothing is logged, no text is kept.
"""

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from assay.kernel import digest_text
from evaluation.encoder._files import OWN_FOLDER, Card, checked, read_card
from evaluation.encoder._heads import Head
from evaluation.encoder._session import open_session
from evaluation.encoder._tokens import Row, plain_tokenizer, rows_of

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

__all__ = ["PairEncoder", "free_threads", "load_encoder"]

_WINDOW: Final = 512  # pairs tokenised at a time
_FEW_CORES: Final = 2
_AREA: Final = 3072  # rows × positions of one batch: about 40 MB of activations


class PairEncoder:
    """A loaded model. Safe to share between threads; a call uses `threads` of them."""

    def __init__(self, card: Card, session: "InferenceSession", tokenizer: "Tokenizer") -> None:
        self.card = card
        self._session = session
        self._tokenizer = tokenizer

    @property
    def digest(self) -> str:
        """Names the weights together with the vocabulary: `sha256:…`."""
        return digest_text(f"{self.card.model_sha256} {self.card.tokenizer_sha256}")

    def probabilities(self, head: Head, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return, for each pair in its order, the head's probability (0..1; see `Head` for what each text is).

        Texts may be of any length and content: of the first text what fits is read, of the second 112 tokens.
        """
        found: list[float] = []
        rest = iter(pairs)
        while window := list(islice(rest, _WINDOW)):
            found += self._window(head, window)
        return found

    def _window(self, head: Head, pairs: Sequence[tuple[str, str]]) -> list[float]:
        rows = rows_of(self._tokenizer, head, pairs)
        found = [0.0] * len(rows)
        for places in _batches(rows):
            for place, logit in zip(places, self._logits(head, [rows[at] for at in places]), strict=True):
                found[place] = float(1 / (1 + np.exp(-logit)))
        return found

    def _logits(self, head: Head, rows: Sequence[Row]) -> npt.NDArray[np.float64]:
        longest = max(len(tokens) for tokens, _ in rows)
        ids = np.zeros((len(rows), longest), dtype=np.int64)
        types = np.zeros_like(ids)
        for at, (tokens, second) in enumerate(rows):
            ids[at, : len(tokens)] = tokens
            types[at, second : len(tokens)] = 1
        (logits,) = self._session.run(["logits"], {"ids": ids, "types": types})
        return np.asarray(logits, dtype=np.float64)[:, list(Head).index(head)]


def _batches(rows: Sequence[Row]) -> Iterator[list[int]]:
    """Yield places of rows, the longest first, so that a batch holds rows of like length."""
    order = sorted(range(len(rows)), key=lambda at: -len(rows[at][0]))
    start = 0
    while start < len(order):
        count = max(1, _AREA // len(rows[order[start]][0]))
        yield order[start : start + count]
        start += count


def free_threads() -> int:
    """Return how many threads to use: all cores of a small machine, all but one of a larger one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores if cores <= _FEW_CORES else cores - 1


def load_encoder(folder: Path | None = None, threads: int | None = None) -> PairEncoder:
    """Load the model that comes with Assay (or one in `folder`), once per folder and number of threads.

    Raises `InputError` when a file is missing or does not hash to what `encoder.yaml` says.
    """
    return _loaded(OWN_FOLDER if folder is None else folder.resolve(), threads or free_threads())


@lru_cache(maxsize=4)
def _loaded(folder: Path, threads: int) -> PairEncoder:
    card = read_card(folder)
    description = checked(folder / "tokenizer.json", card.tokenizer_sha256)
    content = checked(folder / "encoder.onnx", card.model_sha256)
    return PairEncoder(card, open_session(content, threads), plain_tokenizer(description.decode("utf-8")))
