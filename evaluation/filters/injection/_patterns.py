"""Stage 1: rules, read from `data/patterns.yaml`.

Rules of this place: a pattern has no unbounded repetition but of one class, so its time grows with the text alone; one
that would not compile, or names words that there are not, stops the start and not a scan. Case does not matter. Most
texts hold no word that a pattern needs, which costs next to nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, ClassVar, Final

import yaml
from pydantic import ConfigDict, Field, TypeAdapter

from evaluation.filters.injection._evidence import Evidence
from evaluation.filters.injection._families import Family
from evaluation.filters.injection._settings import FOLDER

__all__ = ["Patterns", "load_patterns"]

_NAME: Final = re.compile(r"\{([a-z]+)\}")
_MOST: Final = 20  # stretches of one rule in one text


@dataclass(frozen=True, kw_only=True)
class _Rule:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: str
    family: Family
    strength: Annotated[float, Field(gt=0, le=1)]
    needs: str  # words, or beginnings of words: without one of them the pattern cannot match
    pattern: str


class Patterns:
    """The rules, compiled."""

    def __init__(self, rules: tuple[_Rule, ...], words: Mapping[str, str]) -> None:
        self._rules = [
            (rule, _words(rule.needs), re.compile(_filled(rule.pattern, words), re.IGNORECASE)) for rule in rules
        ]

    @classmethod
    def of(cls, rules: Sequence[Mapping[str, object]], words: Mapping[str, str]) -> "Patterns":
        """Return the rules of a file; raise `ValidationError`, `re.error` or `KeyError` for one that is wrong."""
        return cls(TypeAdapter(tuple[_Rule, ...]).validate_python(rules), words)

    def find(self, text: str) -> list[Evidence]:
        """Return each stretch that a rule matches."""
        return list(self._found(text))

    def _found(self, text: str) -> Iterator[Evidence]:
        small = text.lower()
        for rule, needs, pattern in self._rules:
            if not any(word in small for word in needs):
                continue
            for count, found in enumerate(pattern.finditer(text)):
                if count == _MOST:
                    break
                yield Evidence(
                    family=rule.family,
                    start=found.start(),
                    end=found.end(),
                    strength=rule.strength,
                    rule=f"patterns: {rule.id}",
                )


def _words(needs: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in needs.split())


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    for _ in range(3):  # words may name words
        pattern = _NAME.sub(lambda found: words[found[1]], pattern)
    return pattern


@cache
def load_patterns() -> Patterns:
    """Read the rules."""
    data = yaml.safe_load((FOLDER / "patterns.yaml").read_bytes())
    return Patterns.of(data["rules"], data["words"])
