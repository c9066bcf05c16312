"""Changes of a sentence that keep it true: what is said less, or in other words.

Rules of this place: pure text; every function returns the changed sentence, or None where it has nothing to change.
"""

import random
import re
from collections.abc import Callable
from typing import Final, TypeAlias

from benchmarks.training.lexicon import NUMBERS, OPENERS, SYNONYMS

__all__ = ["REPHRASINGS", "Change", "drop_clause", "drop_opening", "number_form", "opened", "rephrased", "respaced"]

Change: TypeAlias = Callable[[str, random.Random], str | None]

_SHORTEST: Final = 4  # words that a shortened sentence keeps
_TAIL: Final = re.compile(
    r",? (?:which|who|where|although|because|while|including|such as|as well as|but|whereas)\b[^,;]*(?=[.!?]?$)"
    r"|, (?:and|or|with|after|before|making|being|called|known as) [^,;]*(?=[.!?]?$)"
    r"|; .*(?=[.!?]?$)"
)
_OPENING: Final = re.compile(
    r"^(?:In|On|At|After|Before|During|As|When|While|Since|For|By|According to)\b[^,;]{3,80}, (?=\w)"
)
_APPOSITION: Final = re.compile(r", (?:a|an|the|also|who|which|or|known|born|formerly)\b[^,;]{3,45},(?= \w)")
_BRACKET: Final = re.compile(r"\s*\([^()]{1,120}\)")
_TRAILING_TIME: Final = re.compile(r"^(.{15,}?) ((?:in|on|during|since|by) (?:the )?[^,;]{0,14}\b\d{3,4}s?)([.!?]?)$")
_LONG_NUMBER: Final = re.compile(r"\b\d{1,3}(?:,\d{3})+\b")
_SMALL_NUMBER: Final = re.compile(r"(?<![\d.,:/-])\b(?:[2-9]|1[0-2])\b(?![\d.,:/%-])")
_CONTRACTIONS: Final = (
    ("it is", "it's"), ("do not", "don't"), ("does not", "doesn't"), ("did not", "didn't"), ("is not", "isn't"),
    ("are not", "aren't"), ("was not", "wasn't"), ("will not", "won't"), ("cannot", "can't"), ("we will", "we'll"),
    ("that is", "that's"), ("you are", "you're"), ("they are", "they're"), ("has not", "hasn't"),
)  # fmt: skip


def drop_clause(sentence: str, draw: random.Random) -> str | None:
    """Leave out what hangs at the end."""
    found = [match for match in _TAIL.finditer(sentence) if len(sentence[: match.start()].split()) >= _SHORTEST]
    if not found:
        return None
    match = draw.choice(found)
    return sentence[: match.start()] + sentence[match.end() :]


def drop_opening(sentence: str, draw: random.Random) -> str | None:
    """Leave out what stands before the subject, or between commas or brackets."""
    changed = []
    for pattern in (_OPENING, _APPOSITION, _BRACKET):
        if pattern is _APPOSITION and _OPENING.match(sentence):
            continue  # what stands between these commas may be the subject itself
        shorter = pattern.sub("", sentence, count=1)
        if shorter != sentence and len(shorter.split()) >= _SHORTEST:
            changed.append(shorter[0].upper() + shorter[1:])
    return draw.choice(changed) if changed else None


def front_time(sentence: str, draw: random.Random) -> str | None:
    """Say the time first."""
    match = _TRAILING_TIME.match(sentence)
    if not match or draw.random() < 0.1:
        return None
    rest, when, end = match.groups()
    return f"{when[0].upper()}{when[1:]}, {_uncapped(rest)}{end}"


def other_word(sentence: str, draw: random.Random) -> str | None:
    """Put up to two other words that mean the same."""
    found = [word for word in SYNONYMS if re.search(rf"\b{re.escape(word)}\b", sentence)]
    if not found:
        return None
    for word in draw.sample(found, min(2, len(found))):
        sentence = re.sub(rf"\b{re.escape(word)}\b", SYNONYMS[word], sentence, count=1)
    return sentence


def contracted(sentence: str, draw: random.Random) -> str | None:
    """Contract a verb, or spell it out."""
    pairs = [*_CONTRACTIONS, *((short, long) for long, short in _CONTRACTIONS)]
    found = [(old, new) for old, new in pairs if re.search(rf"\b{old}\b", sentence)]
    if not found:
        return None
    old, new = draw.choice(found)
    return re.sub(rf"\b{old}\b", new, sentence, count=1)


def number_form(sentence: str, draw: random.Random) -> str | None:
    """Write one number in another form: 1,000 / 1000, three / 3."""
    long = [(match.group(), match.group().replace(",", "")) for match in _LONG_NUMBER.finditer(sentence)]
    digits = [(match.group(), NUMBERS[int(match.group())]) for match in _SMALL_NUMBER.finditer(sentence)]
    spelled = [
        (word, str(value)) for value, word in enumerate(NUMBERS) if value > 1 and re.search(rf"\b{word}\b", sentence)
    ]
    forms = long + digits + spelled
    if not forms:
        return None
    old, new = draw.choice(forms)
    return re.sub(rf"\b{re.escape(old)}\b", new, sentence, count=1)


def respaced(sentence: str, draw: random.Random) -> str | None:
    """Set marks apart as dialogue sets do, or drop the last one, or lower the letters."""
    kind = draw.randrange(3)
    if kind == 0:
        return re.sub(r"\s*([,.!?;:])(?=\s|$)", r" \1", sentence)
    return sentence.rstrip(".!") if kind == 1 else sentence.lower()


def opened(sentence: str, draw: random.Random) -> str | None:
    """Open with words that say nothing."""
    return draw.choice(OPENERS) + _uncapped(sentence)


REPHRASINGS: Final[tuple[tuple[Change, float], ...]] = (
    (drop_clause, 0.4), (drop_opening, 0.4), (front_time, 0.5), (other_word, 0.5), (contracted, 0.3),
    (number_form, 0.3), (respaced, 0.3), (opened, 0.2),
)  # fmt: skip


def rephrased(sentence: str, draw: random.Random) -> str:
    """Apply each change with its chance; the sentence stays as true as it was."""
    for change, chance in REPHRASINGS:
        if draw.random() < chance:
            sentence = change(sentence, draw) or sentence
    return sentence


def _uncapped(text: str) -> str:
    """Lower the first letter of a word that is capital only because it opens."""
    first = text.split(" ", 1)[0]
    return (
        text[0].lower() + text[1:]
        if first in {"The", "A", "An", "It", "This", "These", "In", "There", "They"}
        else text
    )
