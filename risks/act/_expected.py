"""What an answer should have been, and which option was probably meant: for people who mistyped one."""

from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches

from risks.act._tree import NONE, Kind, Question

__all__ = ["expected", "meant", "nearest"]

_DAYS = ("%d.%m.%Y", "%d.%m.%y", "%Y/%m/%d", "%Y.%m.%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%Y%m%d")
_LONGEST = 80  # characters of a word that are compared


def expected(question: Question) -> str:
    """Return what a question takes, for a message."""
    if question.kind is Kind.DAY:
        return "a day such as 2026-12-02"
    if question.kind is Kind.AMOUNT:
        return "a number such as 3e24"
    listed = ", ".join(question.outcomes)
    if question.kind is Kind.MANY:
        return f"`{NONE}` alone, or a list of each once: {listed}"
    return f"one of {listed}"


def meant(value: object, question: Question) -> str:
    """Return what somebody probably meant by an answer that a question does not take, as the end of a message."""
    if question.kind is Kind.DAY:
        return _day(value)
    items = value if isinstance(value, list) else [value]
    if question.kind is Kind.AMOUNT:
        return ""
    return _several(items, question) if question.kind is Kind.MANY else _one(items, question)


def _one(items: list[object], question: Question) -> str:
    if len(items) != 1:
        return "; one answer alone, no list"
    word = str(items[0])
    return f"; write {word}" if word in question.outcomes else nearest(word, question.outcomes)


def _several(items: list[object], question: Question) -> str:
    if not items:
        return f"; where nothing fits, write {NONE}"
    words = [NONE if item is False else str(item) for item in items]  # YAML reads a bare `no` as False
    if NONE in words and len(words) > 1:
        return f"; `{NONE}` beside others says two things"
    wrong = [word for word in words if word not in question.outcomes]
    if not wrong:
        return f"; write {words[0]}" if len(words) == 1 else "; each once"
    return "".join(nearest(word, question.outcomes) for word in wrong)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is nearest to one, as the end of a message; empty where none is near."""
    folded = {one.casefold(): one for one in known}
    found = get_close_matches(word.strip()[:_LONGEST].casefold(), folded, n=1)
    return f"; for {word[:_LONGEST]!r} the nearest is {folded[found[0]]}" if found else ""


def _day(value: object) -> str:
    for form in _DAYS:
        try:
            return f"; write {datetime.strptime(str(value)[:_LONGEST], form).date().isoformat()}"  # noqa: DTZ007  a day
        except ValueError:
            continue
    return ""
