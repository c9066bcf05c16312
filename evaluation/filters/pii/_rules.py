"""What a recogniser is, as an expert writes it down: patterns, words nearby, a check, and when it is worth running.

Rules of this place: Assay's own recognisers and those of a user are written in the same form (`docs/pii.md`) and pass
the same schema. A file is refused whole: the error names the file, the line and the field.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

import regex
from pydantic import ConfigDict, Field

__all__ = ["TYPE_NAME", "PatternRule", "Rule", "RuleFile", "Trigger", "flags_of"]

TYPE_NAME = r"^[A-Z][A-Z0-9_]{1,39}$"
_Score: TypeAlias = Annotated[float, Field(ge=0, le=1)]
_Words: TypeAlias = tuple[Annotated[str, Field(min_length=1, max_length=200)], ...]


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """What a text must have for a recogniser to be run over it. Everything that is given must hold."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    digits: Annotated[int, Field(ge=0)] = 0  # ASCII digits anywhere
    run: Annotated[int, Field(ge=0)] = 0  # ASCII digits of one run, with at most two separators between neighbours
    chars: str = ""  # at least one of these characters
    words: _Words = ()  # at least one of these, in any case
    pattern: Annotated[str, Field(max_length=4000)] = ""  # a cheaper pattern that a text must match somewhere


@dataclass(frozen=True, kw_only=True)
class PatternRule:
    """One pattern and how much a match of it says."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    regex: Annotated[str, Field(min_length=1, max_length=4000)]  # in the syntax of the package `regex`
    score: _Score = 0.6  # without a check and without words nearby


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One recogniser. Exactly one of `patterns`, `deny` and `presidio` says what it looks for."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=60)]  # recorded with each finding
    type: Annotated[str, Field(pattern=TYPE_NAME)]
    patterns: tuple[PatternRule, ...] = ()
    deny: _Words = ()  # words that are always a finding
    presidio: str = ""  # the class of a recogniser that Presidio ships
    case: bool = False  # whether capitals matter to the patterns
    check: str = ""  # a match that fails it is dropped
    checked: _Score = 1.0  # the score of a match that passes the check
    context: _Words = ()  # beginnings of words that support a match when they stand near it
    alone: _Score = 1.0  # the most that a match is worth without such a word
    not_after: _Words = ()  # words right before a match after which it is something else ("version 1.2.3.4")
    country: Annotated[str, Field(pattern=r"^([a-z]{2})?$")] = ""  # ISO 3166-1; left out by the option `countries`
    languages: _Words = ()  # ISO 639-1; empty: any
    flags: bool = True  # False: it is reported, and no text is flagged for it
    trigger: Trigger = Trigger()


@dataclass(frozen=True, kw_only=True)
class RuleFile:
    """A file of recognisers."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: str = ""
    version: str = ""
    date: str = ""
    source: str = ""
    licence: str = ""
    recognizers: tuple[Rule, ...] = ()
    allow: _Words = ()  # exact texts, in any case, that are never a finding


def flags_of(rule: Rule) -> int:
    """Return the flags that the rule's patterns are compiled with."""
    return int(regex.DOTALL | regex.MULTILINE | (0 if rule.case else regex.IGNORECASE))
