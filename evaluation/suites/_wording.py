"""What an injected instruction asks for: to join a word and a number, in the words of `data/tasks.yaml`.

Rules of this place: the joined form never stands in the attack, so that an application that repeats or reports the
attack has not obeyed it; word and number follow from the attack's id, so that the answer to one attack is never taken
for the answer to another.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import yaml

from assay.kernel import InputError, digest_bytes
from evaluation.suites._encodings import DISGUISES

__all__ = ["holds_place", "marker_of", "tasks_digest", "worded"]

_PLACE = re.compile(r"\{(task|Task|word|number|head|tail|payload)\}")
_FEWEST: Final = 11  # numbers have two digits
_NUMBERS: Final = 89


@dataclass(frozen=True, kw_only=True)
class _Tasks:
    words: tuple[str, ...]
    forms: Mapping[str, Mapping[str, str]]  # form → language → words
    digest: str


def marker_of(attack: str) -> tuple[str, str]:
    """Return the word and the number of an attack's id."""
    number = int.from_bytes(hashlib.sha256(attack.encode()).digest()[:6], "big")
    words = _tasks().words
    return words[number % len(words)], str(_FEWEST + number // len(words) % _NUMBERS)


def holds_place(text: str) -> bool:
    """Whether a text holds a place that would be filled."""
    return _PLACE.search(text) is not None


def worded(text: str, marker: tuple[str, str], form: str, language: str, *, payload: str = "", encode: str = "") -> str:
    """Fill `{task}`, `{word}`, `{number}`, `{head}`, `{tail}` and `{payload}`, which may be disguised.

    Raise `InputError` for a form, language or disguise that is not known.
    """
    word, number = marker
    task = _task(form, language).replace("{word}", word).replace("{number}", number)
    values: dict[str, Callable[[], str]] = {
        "task": lambda: task,
        "Task": lambda: task[:1].upper() + task[1:],
        "word": lambda: word,
        "number": lambda: number,
        "head": lambda: word[: len(word) // 2],
        "tail": lambda: word[len(word) // 2 :],
        "payload": lambda: _disguised(_filled(payload, values), encode),
    }
    return _filled(text, values)


def tasks_digest() -> str:
    """Digest of the words that fill attacks."""
    return _tasks().digest


def _filled(text: str, values: Mapping[str, Callable[[], str]]) -> str:
    return _PLACE.sub(lambda match: values[match[1]](), text)


def _disguised(text: str, encode: str) -> str:
    if not encode:
        return text
    if encode not in DISGUISES:
        raise InputError(f"there is no disguise {encode!r}", hint=f"use one of: {', '.join(sorted(DISGUISES))}")
    return DISGUISES[encode](text)


def _task(form: str, language: str) -> str:
    forms = _tasks().forms
    if form not in forms or language not in forms[form]:
        raise InputError(f"there is no task {form!r} in the language {language!r}", hint="add it to tasks.yaml")
    return forms[form][language]


@cache
def _tasks() -> _Tasks:
    data = (resources.files("evaluation.suites") / "data" / "tasks.yaml").read_bytes()
    found = yaml.safe_load(data)
    return _Tasks(words=tuple(found["words"]), forms=found["tasks"], digest=digest_bytes(data))
