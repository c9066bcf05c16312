"""Labelled answers of the open faithfulness sets, and how they are halved.

Rules of this place: rows are shuffled with a seed and taken half and half by label; the rows for tuning and those for
measuring never meet (by digest of the source, so that two rows on one source stay together).
"""

import gzip
import json
import random
from dataclasses import dataclass
from pathlib import Path

from assay.kernel import digest_text
from evaluation.answers import Answer, AnswerOutcome, Item

__all__ = ["SEED", "SETS", "Row", "load"]

SETS = ("faithdial_audit", "begin__dev", "halueval_qa_sample", "factual_summary_pairs")
SEED = 20261121


@dataclass(frozen=True, kw_only=True)
class Row:
    """One labelled answer."""

    group: str
    item: Item
    faithful: bool

    @property
    def context(self) -> str:
        """Its one source."""
        return (self.item.answer.contexts or ("",))[0]

    @property
    def tuning(self) -> bool:
        """Whether it belongs to the half on which coefficients and prompts are chosen."""
        return int(digest_text(self.context)[-1], 16) % 2 == 0


def load(data: Path, name: str, rows: int, longest: int) -> list[Row]:
    """Take at most `rows` rows of each half, as many faithful as not, with a source no longer than `longest`."""
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    found = [row for row in found if row["label"] is not None and len(row["context"]) <= longest]
    random.Random(SEED).shuffle(found)  # noqa: S311 (a repeatable sample, not a secret)
    kept = [_row(name, row) for row in found]
    taken: list[Row] = []
    for tuning in (True, False):
        for faithful in (True, False):
            taken += [row for row in kept if (row.tuning, row.faithful) == (tuning, faithful)][: rows // 2]
    return taken


def _row(name: str, row: dict[str, str | int]) -> Row:
    answer = Answer(outcome=AnswerOutcome.ANSWERED, text=str(row["response"]), contexts=(str(row["context"]),))
    item = Item(id=str(row["id"]), question=str(row["question"] or ""), answer=answer)
    return Row(group=name, item=item, faithful=row["label"] == 1)
