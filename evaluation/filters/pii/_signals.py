"""What a text has, told by a few cheap looks, so that a recogniser runs only where it can find something.

Rules of this place: a signal may wake a recogniser in vain, and never leaves one asleep that would have found something
worth reporting. All words of all recognisers are looked up in one walk over the text (Aho and Corasick 1975).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import ahocorasick
import regex

from evaluation.filters.pii._rules import Rule

__all__ = ["Screen", "Signals"]

_RUN = regex.compile(r"[0-9](?:[ \t\u00a0.\-/()–_|]{0,2}[0-9]){4,}+")
_DIGIT = regex.compile(r"[0-9]")
_SHORTEST_RUN = 5


class Signals:
    """The signals of one text, each found when it is first asked for."""

    def __init__(self, text: str) -> None:
        """Look at nothing yet."""
        self._text = text

    @cached_property
    def digits(self) -> int:
        """ASCII digits anywhere."""
        return len(_DIGIT.findall(self._text))

    @cached_property
    def run(self) -> int:
        """ASCII digits in the longest run, with at most two separators between neighbours; 0 for runs below 5."""
        if self.digits < _SHORTEST_RUN:
            return 0
        return max((len(_DIGIT.findall(found.group())) for found in _RUN.finditer(self._text)), default=0)

    @cached_property
    def chars(self) -> frozenset[str]:
        """Its characters."""
        return frozenset(self._text)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sleeper:
    """A rule's trigger, ready to be looked at."""

    name: str
    type: str
    digits: int
    run: int
    chars: frozenset[str]
    words: bool  # whether one of its words must stand in the text
    context: bool  # whether one of its context words must
    pattern: "regex.Pattern[str] | None"

    def wakes(self, text: str, signals: Signals, words: frozenset[str], context: frozenset[str]) -> bool:
        """Return whether everything holds that its trigger asks for, the cheap things first."""
        return (
            signals.digits >= self.digits
            and (not self.words or self.name in words)
            and (not self.context or self.name in context)
            and (not self.chars or not signals.chars.isdisjoint(self.chars))
            and (not self.run or signals.run >= self.run)
            and (self.pattern is None or self.pattern.search(text) is not None)
        )


class Screen:
    """Says which rules a text wakes."""

    def __init__(self, rules: Sequence[Rule], threshold: float) -> None:
        """Prepare the rules' triggers; findings below the threshold are not worth waking for."""
        sleepers = [_sleeper(rule, threshold) for rule in rules]
        self._without_digits = [one for one in sleepers if one.digits == 0 and one.run == 0]
        self._all = sleepers
        self._by_words = _automaton((word, rule.name) for rule in rules for word in rule.trigger.words)
        self._by_context = _automaton((word, rule.name) for rule in rules for word in rule.context)

    def awake(self, text: str) -> dict[str, str]:
        """Return the names of the rules that the text wakes, each with its type."""
        signals, folded = Signals(text), text.casefold()
        words = _standing(self._by_words, folded)
        context = _standing(self._by_context, folded) if signals.digits else frozenset()
        looked_at = self._all if signals.digits else self._without_digits
        return {one.name: one.type for one in looked_at if one.wakes(text, signals, words, context)}


def _sleeper(rule: Rule, threshold: float) -> _Sleeper:
    trigger = rule.trigger
    return _Sleeper(
        name=rule.name,
        type=rule.type,
        digits=trigger.digits,
        run=trigger.run,
        chars=frozenset(trigger.chars),
        words=bool(trigger.words),
        context=bool(rule.context) and rule.alone < threshold,
        pattern=regex.compile(trigger.pattern) if trigger.pattern else None,
    )


def _automaton(pairs: Iterable[tuple[str, str]]) -> "ahocorasick.Automaton | None":
    names: dict[str, set[str]] = {}
    for word, name in pairs:
        names.setdefault(word.casefold(), set()).add(name)
    if not names:
        return None
    automaton = ahocorasick.Automaton()
    for word, owners in names.items():
        automaton.add_word(word, frozenset(owners))
    automaton.make_automaton()
    return automaton


def _standing(automaton: "ahocorasick.Automaton | None", folded: str) -> frozenset[str]:
    if automaton is None:
        return frozenset()
    found: set[frozenset[str]] = {owners for _, owners in automaton.iter(folded)}
    return frozenset(name for owners in found for name in owners)
