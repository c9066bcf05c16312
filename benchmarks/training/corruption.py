"""Changes of a true sentence after which its source no longer supports it, at about the same length and words.

Rules of this place: pure text; every function returns the changed sentence, or None where it has nothing to change.
Names are runs of capitalised words that do not open the sentence: no recogniser, so some changes are clumsy; none of
them leaves the sentence as it was.
"""

import random
import re
from collections.abc import Sequence
from typing import Final

from benchmarks.training.lexicon import HOSTILE, MONTHS, NUMBERS, OPPOSITES

__all__ = [
    "address_judge",
    "change_number",
    "flip_negation",
    "names_in",
    "opposite_word",
    "splice",
    "swap_name",
    "swap_names_inside",
]

_NAME: Final = re.compile(r"(?<![.!?:] )(?<!^)\b[A-Z][\w'’-]+(?: (?:of |de |the |van )?[A-Z][\w'’-]+)*")
_NUMBER: Final = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_AUXILIARY: Final = re.compile(
    r"\b(is|are|was|were|can|will|would|should|has been|have been|had been|could|may|must)\b(?! not)"
)
_DENIED: Final = re.compile(
    r"\b(is|are|was|were|can|will|would|should|do|does|did|has|have|could|may|must)(?: not\b|n't\b|not\b)"
)
_VERB: Final = re.compile(
    r"\b(collect|use|share|provide|store|include|contain|offer|play|live|own|need|allow|process)(s?)\b"
)
_BREAK: Final = re.compile(r"(?:,|;| and| that| which| who| but| as| when| after| with| for| to| of| in)\s")


def names_in(text: str) -> list[str]:
    """Return the names of a text, in order, each once."""
    return list(dict.fromkeys(match.group() for match in _NAME.finditer(text) if match.group() not in MONTHS))


def swap_name(sentence: str, others: Sequence[str], draw: random.Random) -> str | None:
    """Put another name in the place of one, with as many words where there is one."""
    own = names_in(sentence)
    if not own:
        return None
    old = draw.choice(own)
    fitting = [name for name in others if name not in sentence and old not in name]
    alike = [name for name in fitting if len(name.split()) == len(old.split())]
    if not fitting:
        return None
    return sentence.replace(old, draw.choice(alike or fitting))


def swap_names_inside(sentence: str, draw: random.Random) -> str | None:
    """Let two names of the sentence change places."""
    own = [name for name in names_in(sentence) if sentence.count(name) == 1]
    if len(own) < 2:
        return None
    one, other = draw.sample(own, 2)
    if one in other or other in one:
        return None
    return re.sub(
        f"{re.escape(one)}|{re.escape(other)}", lambda match: other if match.group() == one else one, sentence
    )


def change_number(sentence: str, draw: random.Random) -> str | None:
    """Change one number, number word or month."""
    found = [*_NUMBER.finditer(sentence)]
    found += re.finditer(rf"\b(?:{'|'.join(NUMBERS[2:])})\b", sentence)
    found += re.finditer(rf"\b(?:{'|'.join(MONTHS)})\b", sentence)
    if not found:
        return None
    match = draw.choice(found)
    return sentence[: match.start()] + _other_number(match.group(), draw) + sentence[match.end() :]


def _other_number(old: str, draw: random.Random) -> str:
    if old in MONTHS:
        return draw.choice([month for month in MONTHS if month != old])
    if old in NUMBERS:
        return draw.choice([word for word in NUMBERS[2:] if word != old])
    place = draw.randrange(len(old))
    while not old[place].isdigit():
        place = draw.randrange(len(old))
    digits = [digit for digit in "123456789" if digit != old[place]]
    return old[:place] + draw.choice(digits) + old[place + 1 :]


def flip_negation(sentence: str, draw: random.Random) -> str | None:
    """Deny what is affirmed, affirm what is denied."""
    denied = [*_DENIED.finditer(sentence)]
    if denied:
        match = draw.choice(denied)
        return sentence[: match.start()] + match.group(1) + sentence[match.end() :]
    affirmed = [*_AUXILIARY.finditer(sentence)]
    if affirmed:
        match = draw.choice(affirmed[:2])
        first, _, rest = match.group().partition(" ")
        return f"{sentence[: match.start()]}{first} not{' ' + rest if rest else ''}{sentence[match.end() :]}"
    match_verb = _VERB.search(sentence)
    if not match_verb:
        return None
    denial = "does not" if match_verb.group(2) else "do not"
    return f"{sentence[: match_verb.start()]}{denial} {match_verb.group(1)}{sentence[match_verb.end() :]}"


def opposite_word(sentence: str, draw: random.Random) -> str | None:
    """Put the opposite of one word, or its neighbour in a scale."""
    found = [match for match in re.finditer(r"\b[A-Za-z]+\b", sentence) if match.group() in OPPOSITES]
    if not found:
        return None
    match = draw.choice(found)
    return sentence[: match.start()] + draw.choice(OPPOSITES[match.group()]) + sentence[match.end() :]


def splice(sentence: str, draw: random.Random) -> str | None:
    """Shorten wrongly: jump from inside one clause into another."""
    words = sentence.split()
    breaks = [len(sentence[: match.end()].split()) for match in _BREAK.finditer(sentence)]
    inner = [at for at in breaks if 4 <= at <= len(words) - 3]
    if len(words) < 12 or not inner:
        return None
    resume = draw.choice(inner)
    leave = draw.randint(2, max(2, min(5, resume - 2)))
    return " ".join(words[:leave] + words[resume:]) if resume - leave >= 2 else None


def address_judge(sentence: str, draw: random.Random) -> str:
    """Add text that speaks to whoever judges."""
    hostile = draw.choice(HOSTILE)
    return f"{sentence} {hostile}" if draw.random() < 0.7 else f"{hostile} {sentence}"
