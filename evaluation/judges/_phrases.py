"""The words that the judges know, read once from `data/phrases.yaml`."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

__all__ = ["Phrases", "phrases"]


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """Compiled lists; every pattern ignores case."""

    abbreviations: frozenset[str]  # casefolded, without the final full stop
    numbered: frozenset[str]  # the same, before a digit only
    courtesy: re.Pattern[str]
    abstention: re.Pattern[str]  # anchored at the start, optional leads included
    asserting: re.Pattern[str]  # anchored at the start: a question that asserts what it asks
    turn: re.Pattern[str]
    stop: frozenset[str]
    negations: frozenset[str]
    personal: frozenset[str]

    def is_courtesy(self, sentence: str) -> bool:
        """Whether the whole sentence is a greeting, a thank-you, a lead-in or an offer."""
        return self.courtesy.fullmatch(plain(sentence)) is not None


def plain(text: str) -> str:
    """Straight quotes and single spaces."""
    return " ".join(text.replace("’", "'").replace("‘", "'").split())


@cache
def phrases() -> Phrases:
    """Read the data file."""
    data = yaml.safe_load((resources.files("evaluation.judges") / "data" / "phrases.yaml").read_text("utf-8"))
    lead = rf"(?:(?:{_any(data['leads'])})\b[\s,.:;!–—-]*)*"
    return Phrases(
        abbreviations=frozenset(word.casefold() for words in data["abbreviations"].values() for word in words),
        numbered=frozenset(data["numbered"]),
        courtesy=re.compile(_any(_flat(data["courtesies"])), re.IGNORECASE),
        abstention=re.compile(lead + rf"(?:{_any(_flat(data['abstentions']))})", re.IGNORECASE),
        asserting=re.compile(_any(_flat(data["asserting"])), re.IGNORECASE),
        turn=re.compile(rf"\b(?:{_any(data['turns'])})\b", re.IGNORECASE),
        stop=frozenset(data["stop"]),
        negations=frozenset(data["negations"]),
        personal=frozenset(data["personal"]),
    )


def _flat(by_language: dict[str, list[str]]) -> list[str]:
    return [pattern for patterns in by_language.values() for pattern in patterns]


def _any(patterns: list[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)
