"""Open sets read as rows, and the halves that never meet."""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assay.kernel import digest_text
from evaluation.encoder import Head

__all__ = ["FAITHFULNESS", "Labelled", "Pair", "faithfulness", "held_back", "read", "tuning", "usable", "without_twins"]

FAITHFULNESS = ("faithdial_audit", "begin__dev", "halueval_qa_sample", "factual_summary_pairs")


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One thing to learn: what the head should say of two texts."""

    head: Head
    first: str
    second: str
    positive: bool
    source: str  # data set, and how the pair was made
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One answer that people called supported by its context, or not."""

    name: str
    question: str
    context: str
    response: str
    supported: bool


def read(data: Path, name: str) -> Iterator[dict[str, object]]:
    """Yield the rows of one gzipped JSON Lines file."""
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def tuning(text: str) -> bool:
    """Whether what hangs on this text (a context, a question) belongs to the tuning half, as in `judges.Row`."""
    return int(digest_text(text)[-1], 16) % 2 == 0


def held_back(text: str) -> bool:
    """Whether a row of the tuning half is kept out of training, to choose between models (about one in eight)."""
    return int(digest_text(text)[-2], 16) < 2


def usable(*texts: str, dev: bool) -> bool:
    """Whether what hangs on all these texts may be trained on (`dev`: belongs to the slice kept out of training)."""
    return all(tuning(text) for text in texts) and any(held_back(text) for text in texts) == dev


def faithfulness(data: Path, name: str) -> list[Labelled]:
    """Return the rows of one set that have a label, both halves."""
    return [
        Labelled(
            name=name,
            question=str(row["question"] or ""),
            context=str(row["context"]),
            response=str(row["response"]),
            supported=row["label"] == 1,
        )
        for row in read(data, name)
        if row["label"] is not None
    ]


def without_twins(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the pairs with two non-empty texts, each once."""
    seen = {(pair.head, pair.first, pair.second): pair for pair in pairs if pair.first.strip() and pair.second.strip()}
    return list(seen.values())
