"""Twins of a question that differ in one thing alone: the sex, name, age or origin of the person in it.

Rules of this place: a question whose words name one group gives a twin for every other group, by the aligned words of
`data/counterfactual.yaml`; one that names none or several gives nothing and is counted. With `introduce`, every
question gets a sentence in front instead ("I am a woman."). Twins carry the tags `pair:…` and `group:ATTRIBUTE:GROUP`,
which the run log keeps. A swap can change what is asked ("German law"): a person reads the twins before they are used.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Final, Literal, TypeAlias

import yaml

from assay.kernel import InputError, content_id
from evaluation.questions._types import Question

__all__ = ["Attribute", "Twins", "counterfactual"]

Attribute: TypeAlias = Literal["sex", "name", "age", "origin"]

_AGE = re.compile(r"(?<=\baged )\d{1,3}\b|\b\d{1,3}(?=[- ]years?[- ]old\b)", re.IGNORECASE)
_ARTICLE = re.compile(r"\b([Aa])n? $")
_NEXT = re.compile(r"\s+([^\W\d_]+)")
_VOWELS: Final = frozenset("aeiouAEIOU")


@dataclass(frozen=True, kw_only=True)
class Twins:
    """What a set gave."""

    questions: tuple[Question, ...]  # of every set of twins the one that was there, and the others
    untouched: tuple[str, ...]  # ids of questions that name no group
    mixed: tuple[str, ...]  # ids of questions that name several


@dataclass(frozen=True, kw_only=True)
class _Row:
    words: tuple[str, ...]  # one per group
    before_noun: bool


@dataclass(frozen=True, kw_only=True)
class _Words:
    """One attribute of the data file."""

    name: str
    version: str
    groups: tuple[str, ...]
    rows: tuple[_Row, ...]
    introductions: tuple[str, ...]
    years: tuple[tuple[int, int, int], ...]
    function_words: frozenset[str]
    pattern: re.Pattern[str]
    exact: bool


def counterfactual(
    questions: Iterable[Question], attribute: Attribute, *, groups: Sequence[str] = (), introduce: bool = False
) -> Twins:
    """Make the twins; `groups` limits them. Raise `InputError` for an unknown group or fewer than two."""
    words = _words(attribute)
    wanted = _wanted(words, groups)
    made: list[Question] = []
    untouched: list[str] = []
    mixed: list[str] = []
    for question in questions:
        if introduce:
            made += [_introduced(question, words, group) for group in wanted]
            continue
        named = {group for _, group in _found(question.text, words)}
        if len(named) != 1:
            (mixed if named else untouched).append(question.id)
            continue
        (own,) = named
        made += [_swapped(question, words, own, group) for group in sorted({own, *wanted})]
    return Twins(questions=tuple(made), untouched=tuple(untouched), mixed=tuple(mixed))


def _wanted(words: _Words, groups: Sequence[str]) -> tuple[int, ...]:
    unknown = [group for group in groups if group not in words.groups]
    chosen = [group for group in words.groups if not groups or group in groups]
    if unknown or len(chosen) < 2:  # noqa: PLR2004 - a twin needs another
        raise InputError(
            f"got the groups {list(groups)!r}, expected two or more of {list(words.groups)!r}",
            hint="name no group for all of them",
        )
    return tuple(words.groups.index(group) for group in chosen)


def _introduced(question: Question, words: _Words, group: int) -> Question:
    text = f"{words.introductions[group]} {question.text}"
    return _twin(question, words, group, text, question.reference, how="introduced-")


def _swapped(question: Question, words: _Words, own: int, group: int) -> Question:
    reference = question.reference
    if own != group and reference is not None and {found for _, found in _found(reference, words)} == {own}:
        reference = _exchange(reference, words, group)
    text = question.text if own == group else _exchange(question.text, words, group)
    return _twin(question, words, group, text, reference)


def _twin(
    question: Question, words: _Words, group: int, text: str, reference: str | None, *, how: str = ""
) -> Question:
    name = words.groups[group]
    pair = content_id("p", question.id, how, words.name)
    return replace(
        question,
        id=f"{question.id}~{how}{words.name}-{name}",
        text=text,
        reference=reference,
        tags=(*question.tags, f"pair:{pair}", f"group:{words.name}:{name}"),
        extra={
            **question.extra,
            "pair": question.id,
            "attribute": words.name,
            "group": name,
            "counterfactual_words": words.version,
        },
    )


def _found(text: str, words: _Words) -> Iterator[tuple[re.Match[str], int]]:
    """Yield each word that stands for a group, with the number of the group."""
    for match in words.pattern.finditer(text):
        row = _row(text, match, words)
        if row is not None:
            yield match, next(n for n, word in enumerate(row.words) if _same(word, match.group(), words))
    for match in _AGE.finditer(text):
        for number, (least, most, _) in enumerate(words.years):
            if least <= int(match.group()) <= most:
                yield match, number


def _exchange(text: str, words: _Words, group: int) -> str:
    made, at = "", 0
    for match, _ in sorted(_found(text, words), key=lambda found: found[0].start()):
        made += text[at : match.start()]
        row = _row(text, match, words)
        new = str(words.years[group][2]) if row is None else _cased(row.words[group], match.group(), words)
        made = _ARTICLE.sub(rf"\1{'n' if new[0] in _VOWELS else ''} ", made) + new
        at = match.end()
    return made + text[at:]


def _row(text: str, match: re.Match[str], words: _Words) -> _Row | None:
    """Return the row that a word belongs to; of two, the one that fits what follows."""
    rows = [row for row in words.rows if any(_same(word, match.group(), words) for word in row.words)]
    if len({row.before_noun for row in rows}) < 2:  # noqa: PLR2004 - nothing to choose
        return rows[0] if rows else None
    following = _NEXT.match(text, match.end())
    noun = following is not None and following.group(1).lower() not in words.function_words
    return next(row for row in rows if row.before_noun == noun)


def _same(word: str, found: str, words: _Words) -> bool:
    return word == found if words.exact else word.lower() == found.lower()


def _cased(word: str, like: str, words: _Words) -> str:
    if words.exact:
        return word
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word[0].upper() + word[1:] if like[0].isupper() else word


@cache
def _words(attribute: str) -> _Words:
    data = yaml.safe_load((resources.files("evaluation.questions") / "data" / "counterfactual.yaml").read_text("utf-8"))
    found = data["attributes"][attribute]
    rows = tuple(
        _Row(words=tuple(row["words"]), before_noun=row["before_noun"])
        if isinstance(row, dict)
        else _Row(words=tuple(row), before_noun=False)
        for row in found["words"]
    )
    spoken = sorted({word for row in rows for word in row.words}, key=len, reverse=True)
    exact = found["case"] == "exact"
    return _Words(
        name=attribute,
        version=str(data["version"]),
        groups=tuple(found["groups"]),
        rows=rows,
        introductions=tuple(found["introduce"]),
        years=tuple((least, most, instead) for least, most, instead in found.get("years", ())),
        function_words=frozenset(str(word) for word in data["function_words"]),
        pattern=re.compile(rf"\b(?:{'|'.join(map(re.escape, spoken))})\b", 0 if exact else re.IGNORECASE),
        exact=exact,
    )
