"""Pairs for `Head.RELEVANCE`: passages that answer a question, and passages that only look like it."""

import random
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from benchmarks.training.rows import Pair, faithfulness, read, usable
from benchmarks.training.support import shown
from evaluation.encoder import Head
from evaluation.judges._overlap import content_words

__all__ = ["hardest", "relevance_pairs"]

_CANDIDATES: Final = 300
_LIMIT: Final = 300  # code points of a passage shown


def hardest(question: str, passages: Sequence[str], own: str, draw: random.Random) -> str:
    """Return, among some other passages, the one that shares most words with the question."""
    asked = _stems(question)
    others = [passage for passage in draw.sample(passages, min(_CANDIDATES, len(passages))) if passage != own]
    return max(others, key=lambda text: len(asked & _stems(text)) / (8 + len(_stems(text)) ** 0.5))


@lru_cache(maxsize=8192)
def _stems(text: str) -> frozenset[str]:
    return frozenset(content_words(text))


def relevance_pairs(data: Path, draw: random.Random, *, dev: bool) -> list[Pair]:
    """Return the pairs of the tuning halves, or the slice kept out of training."""
    pairs = []
    for row in read(data, "privacy_policy_relevance__dev"):
        question = str(row["question"])
        if usable(question, dev=dev):
            pairs.append(_pair(question, str(row["context"]), row["label"] == 1, "privacy"))
    boolq = [(str(row["question"]), str(row["context"])) for row in read(data, "boolq__dev")]
    pairs += _own_or_other([one for one in boolq if usable(*one, dev=dev)], "boolq", draw)
    for name in ("halueval_qa_sample", "begin__dev", "faithdial_audit"):
        rows = [row for row in faithfulness(data, name) if usable(row.context, dev=dev)]
        asked = {(row.question, row.context) for row in rows if row.question.rstrip().endswith("?")}
        pairs += _own_or_other(sorted(asked), name, draw)
    return pairs


def _own_or_other(asked: Sequence[tuple[str, str]], source: str, draw: random.Random) -> list[Pair]:
    passages = sorted({passage for _, passage in asked})
    pairs = []
    for question, own in asked:
        pairs.append(_pair(question, own, True, source))
        other = hardest(question, passages, own, draw) if draw.random() < 0.75 else draw.choice(passages)
        if other != own:
            pairs.append(_pair(question, other, False, source))
    return pairs


def _pair(question: str, passage: str, positive: bool, source: str) -> Pair:  # noqa: FBT001 (a label)
    first, second = question, shown(passage, question, _LIMIT)
    return Pair(head=Head.RELEVANCE, first=first, second=second, positive=positive, source=source)
