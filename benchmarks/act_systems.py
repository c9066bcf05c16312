"""Descriptions of AI systems with the classes and answers of the EU AI Act that a careful reader gives them.

Rules of this place: prompts and thresholds are chosen on the rows for tuning; what is published is measured on those
that are held back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import yaml

from risks.act import ActClass

__all__ = ["Described", "Split", "described_systems"]

_DATA: Final = Path(__file__).with_name("data") / "act_systems.yaml"


class Split(StrEnum):
    """What a row is for."""

    TUNE = "tune"
    HELD = "held"


@dataclass(frozen=True, kw_only=True)
class Described:
    """One system as its owner describes it, with its labels."""

    id: str  # its first part names the family, as the file says
    split: Split
    text: str
    classes: frozenset[ActClass]
    answers: Mapping[str, tuple[str, ...]]  # by Question.id: what the text settles; `none` is said


def described_systems(split: Split | None = None) -> tuple[Described, ...]:
    """Return the rows of one split, or all."""
    rows = (_described(row) for row in yaml.safe_load(_DATA.read_text(encoding="utf-8"))["systems"])
    return tuple(row for row in rows if split in (None, row.split))


def _described(row: Mapping[str, Any]) -> Described:
    return Described(
        id=row["id"],
        split=Split(row["split"]),
        text=row["text"],
        classes=frozenset(ActClass(name) for name in row["classes"]),
        answers={key: (said,) if isinstance(said, str) else tuple(said) for key, said in row["answers"].items()},
    )
