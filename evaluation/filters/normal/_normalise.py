"""The steps of normalising, in their order."""

from evaluation.filters.normal._language import words_bytes
from evaluation.filters.normal._letters import letters_bytes, unfolded, unhidden, unmarked
from evaluation.filters.normal._rewriting import replaced, rewritten
from evaluation.filters.normal._types import EVERY, Normalised, Step
from evaluation.filters.normal._words import joined, squeezed, unleeted

__all__ = ["data_bytes", "normalise"]


def data_bytes() -> bytes:
    """Return the data that shape what this package says, for a filter's `data_digest`."""
    return letters_bytes() + words_bytes()


def normalise(text: str, steps: frozenset[Step] = EVERY) -> Normalised:
    """Return the text after the steps, and where each of its code points comes from.

    `LETTERS` changes how letters are written and never guesses: doing it twice changes nothing more. The other steps
    guess at words. Any string is taken, lone surrogates too; time and memory are linear in its length (1 MB: about
    0.2 s and 16 bytes of offsets a code point at worst; none at all where nothing moves).
    """
    normal = Normalised(text=text)
    if Step.INVISIBLE in steps:
        normal = unhidden(normal)
    normal = unmarked(normal, steps)
    if Step.CONFUSABLES in steps:
        normal = unfolded(normal)
    if Step.CASE in steps:
        normal = _folded(normal)
    if Step.SPACING in steps:
        normal = joined(normal)
    if Step.LEET in steps:
        normal = unleeted(normal)
    return squeezed(normal) if Step.REPEATS in steps else normal


def _folded(normal: Normalised) -> Normalised:
    if normal.text.isascii():
        return replaced(normal, normal.text.lower())
    folded = normal.text.casefold()
    if len(folded) == len(normal.text):  # full case folding never shortens a letter
        return replaced(normal, folded)
    edits = [(place, place + 1, letter.casefold()) for place, letter in enumerate(normal.text)]
    return rewritten(normal, [edit for edit in edits if edit[2] != normal.text[edit[0]]])
