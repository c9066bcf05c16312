"""What a keyword list and its entries are."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

__all__ = ["FUZZY_SHARE", "SCORES", "Entry", "KeywordList", "Severity"]


class Severity(StrEnum):
    """How much an entry weighs."""

    LOW = "low"  # noted; does not flag a text by the default threshold
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


SCORES: Final[Mapping[Severity, float]] = MappingProxyType(
    {Severity.LOW: 0.3, Severity.MEDIUM: 0.6, Severity.HIGH: 0.8, Severity.CRITICAL: 1.0}
)
FUZZY_SHARE: Final = 0.9  # of the score, for what is found with edits, gaps or left-out words


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a list."""

    id: str  # stable; in findings
    text: str  # as the list has it; `a|b` between spaces means either word
    severity: Severity
    fuzzy: bool
    whole_word: bool
    marking: bool  # of full severity only in capitals or standing by itself, else `low`


@dataclass(frozen=True, kw_only=True)
class KeywordList:
    """A list that was read whole."""

    name: str  # the type of its findings
    digest: str  # of the file's bytes and of how its entries are to be read, tagged
    entries: tuple[Entry, ...]
    allowed: tuple[str, ...]  # phrases in which nothing is found
