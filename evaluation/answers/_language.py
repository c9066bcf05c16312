"""The language of a row, from its answer and its question.

Rules of this place: a small profile, not a model. A script that few languages use decides by its letters; Latin letters
decide by short words (`data/languages.yaml`), each worth the less the more languages share it. Where the words do not
tell two languages apart, or there are too few of them, the language is `und` (undetermined, ISO 639-3), never a guess.
The question helps where an answer is short ("Paris.").
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

__all__ = ["UNDETERMINED", "language_of"]

UNDETERMINED: Final = "und"
_DATA = Path(__file__).parent / "data" / "languages.yaml"
_LONGEST: Final = 1_500  # code points that are read of a text
_ENOUGH: Final = 40  # words of the answer that need no help from the question
_LEAST: Final = 1.5  # weight of the words that were found
_AHEAD: Final = 1.25  # of the second language
_WORD = re.compile(r"[^\W\d_]+['’]?")
_SCRIPTS: Final = {
    "cyrillic": re.compile("[\u0400-\u04ff]"),
    "arabic": re.compile("[\u0600-\u06ff]"),
    "greek": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "hebrew": re.compile("[\u0590-\u05ff]"),
    "devanagari": re.compile("[\u0900-\u097f]"),
    "thai": re.compile("[\u0e00-\u0e7f]"),
    "hangul": re.compile("[\uac00-\ud7af\u1100-\u11ff]"),
    "kana": re.compile("[\u3040-\u30ff]"),
    "han": re.compile("[\u4e00-\u9fff]"),
}
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_MANY_KANA: Final = 0.05  # of Japanese, which writes Han too


def language_of(answer: str, question: str = "") -> str:
    """Return an ISO 639-1 code, or `und` where the texts do not tell."""
    text = answer[:_LONGEST]
    if sum(map(_count, text.split())) < _ENOUGH:
        text = f"{text}\n{question[:_LONGEST]}"
    if text.isascii():
        return _by_words(text)
    script = _script(text)
    return _by_words(text) if script == "latin" else _by_letters(script, text)


def _script(text: str) -> str:
    found = {name: len(form.findall(text)) for name, form in _SCRIPTS.items()}
    if found["kana"] > _MANY_KANA * (found["han"] + found["kana"]):
        found["han"] = 0
    best = max(found, key=lambda name: found[name])
    # One sign of Han or Hangul says as much as several letters.
    weight = 3 if best in {"han", "hangul", "kana"} else 1
    return best if weight * found[best] > len(_LATIN.findall(text)) else "latin"


def _by_letters(script: str, text: str) -> str:
    lowered = text.lower()
    for language, letters in _profile()[1].get(script, ()):
        if not letters or any(letter in lowered for letter in letters):
            return language
    return UNDETERMINED


def _by_words(text: str) -> str:
    weights: dict[str, float] = {}
    for stretch, times in Counter(text.lower().split()).items():
        for language, weight in _votes(stretch):
            weights[language] = weights.get(language, 0.0) + weight * times
    ranked = sorted(weights.items(), key=lambda found: -found[1])
    if not ranked or ranked[0][1] < _LEAST:
        return UNDETERMINED
    if len(ranked) > 1 and ranked[0][1] < _AHEAD * ranked[1][1]:
        return UNDETERMINED
    return ranked[0][0]


# No word reaches over white space. A text has at most 1,500 code points, so what is kept stays small.
@lru_cache(maxsize=4096)
def _count(stretch: str) -> int:
    return len(_WORD.findall(stretch))


@lru_cache(maxsize=4096)
def _votes(stretch: str) -> tuple[tuple[str, float], ...]:
    """Return the languages that the words of a stretch without white space speak for, and how loudly."""
    known, _ = _profile()
    return tuple(vote for word in _WORD.findall(stretch) for vote in known.get(word.replace("’", "'"), ()))


@cache
def _profile() -> tuple[Mapping[str, Sequence[tuple[str, float]]], Mapping[str, Sequence[tuple[str, str]]]]:
    import yaml  # noqa: PLC0415  lazy: who reads a run log needs no profile

    document = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    spoken: dict[str, list[str]] = {}
    for language, words in document["words"].items():
        for word in dict.fromkeys(words.split()):
            spoken.setdefault(word, []).append(language)
    known = {word: [(language, 1 / len(shared)) for language in shared] for word, shared in spoken.items()}
    scripts = {name: [(str(a), str(b)) for a, b in choices] for name, choices in document["scripts"].items()}
    return known, scripts
