"""How sentences look: capitals, punctuation, what stands before and after, and spellings that hide a word.

Rules of this place: nothing here changes what a text says; flagged and other texts are dressed and disguised alike, so
that a disguise by itself says nothing.
"""

import random
import re
from collections.abc import Callable
from typing import Final

__all__ = ["disguised", "dressed"]

_BEFORE: Final = (
    "well,", "so", "lol", "@USER", "@USER @USER", "ok", "guys,", "just saying:", "hm,", "RT @USER:", "oh,", "and",
    "but", "because", "look,", "wow,", "yeah,", "honestly,", "hey,", "update:", "PS:", "actually", "listen,",
)  # fmt: skip
_AFTER: Final = (
    "lol", "smh", "tbh", "today", "!!!", "...", "haha", "URL", "#monday", "😂", "🙄", "right?", "ok?", "man", "btw",
    "again", ":)", ":(", "you know", "imho", "sigh", "ffs", "@USER", "#truth", "really", "as always",
)  # fmt: skip
_ENDS: Final = ("", "", ".", ".", ".", "!", "!!", "..")
_LEET: Final = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "g": "9"}
_CONFUSED: Final = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х", "i": "і"}  # Latin → Cyrillic
_AS_TEXTED: Final = {
    "you": "u", "are": "r", "your": "ur", "you're": "ur", "hate": "h8", "to": "2", "for": "4", "and": "n", "the": "da",
    "people": "ppl", "because": "cuz", "please": "pls", "should": "shud", "going to": "gonna", "with": "wit", "be": "b",
    "these": "dese", "what": "wat", "fuck": "fk", "fucking": "fkn", "kill": "kil", "great": "gr8", "my": "mah",
    "love": "luv", "is": "iz", "women": "wimmin", "girls": "gurls", "gays": "gayz", "don't": "dont", "I'm": "im",
}  # fmt: skip
_TEXTED: Final = re.compile(rf"\b(?:{'|'.join(sorted(_AS_TEXTED, key=len, reverse=True))})\b", re.IGNORECASE)
_LONG: Final = 4
_WORD: Final = re.compile(r"[A-Za-z]{3,}")


def dressed(text: str, draw: random.Random) -> str:
    """Return the text as somebody might have written it."""
    if draw.random() < 0.1:
        text = f"{draw.choice(_BEFORE)} {text}"
    if draw.random() < 0.12:
        text = f"{text} {draw.choice(_AFTER)}"
    if text[-1].isalnum():
        text += draw.choice(_ENDS)
    return _cased(text, draw)


def _cased(text: str, draw: random.Random) -> str:
    chance = draw.random()
    if chance < 0.55:
        return text[:1].upper() + text[1:]
    if chance < 0.6:
        return text.upper()
    return text.lower() if chance < 0.75 else text


def disguised(text: str, draw: random.Random) -> str:
    """Return the text with one to three of its words, or all spaces, written so that a list of words misses them."""
    if draw.random() < 0.2:
        return _merged(text, draw)
    if draw.random() < 0.12:
        return _TEXTED.sub(lambda found: _AS_TEXTED.get(found[0].lower(), "im"), text)
    words = [found.span() for found in _WORD.finditer(text)]
    change = draw.choice(_CHANGES)
    for start, end in sorted(draw.sample(words, min(len(words), draw.randint(1, 3))), reverse=True):
        text = text[:start] + change(text[start:end], draw) + text[end:]
    return text


def _merged(text: str, draw: random.Random) -> str:
    """Leave out one space, or several."""
    words = text.split()
    if draw.random() < 0.5:
        whole = draw.choice((_LONG, _LONG + 3))
        return "".join(words) if len(words) <= whole else " ".join(["".join(words[:_LONG]), *words[_LONG:]])
    at = draw.randrange(max(1, len(words) - 1))
    return " ".join([*words[:at], "".join(words[at : at + 2]), *words[at + 2 :]])


def _leet(word: str, draw: random.Random) -> str:
    share = draw.choice((0.4, 1.0))
    return "".join(
        draw.choice(_LEET[letter.lower()]) if letter.lower() in _LEET and draw.random() < share else letter
        for letter in word
    )


def _spaced(word: str, draw: random.Random) -> str:
    return draw.choice(" .-_*").join(word)


def _parted(word: str, draw: random.Random) -> str:
    at = draw.randint(1, len(word) - 1)
    return f"{word[:at]}{draw.choice(' .-')}{word[at:]}"


def _drawn_out(word: str, draw: random.Random) -> str:
    at = draw.randrange(len(word))
    return word[:at] + word[at] * draw.randint(2, 5) + word[at + 1 :]


def _missing(word: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _swapped(word: str, draw: random.Random) -> str:
    at = draw.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _starred(word: str, draw: random.Random) -> str:
    if draw.random() < 0.5:
        at = draw.randrange(1, len(word))
        return word[:at] + "*" + word[at + 1 :]
    return word[0] + "*" * (len(word) - 2) + word[-1]


def _hidden(word: str, draw: random.Random) -> str:
    return draw.choice("\u200b\u200d\u2060\xad").join(word)


def _confused(word: str, draw: random.Random) -> str:
    return "".join(_CONFUSED[letter] if letter in _CONFUSED and draw.random() < 0.6 else letter for letter in word)


_CHANGES: Final[tuple[Callable[[str, random.Random], str], ...]] = (
    _leet, _leet, _spaced, _parted, _drawn_out, _missing, _missing, _swapped, _starred, _starred, _hidden, _confused,
)  # fmt: skip
