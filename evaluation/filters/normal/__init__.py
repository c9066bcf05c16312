"""One reading of a text that is written to be overlooked: look-alike letters, hidden characters, leetspeak, encodings.

Rules of this place: every code point of a normalised text knows the span of the text as it came, so what is found in
the one can be shown in the other; spans never run backwards. Time and memory grow with the length of the text and with
nothing else. Nothing here decides whether a text is harmful.

    normal = normalise(text)                   # every step
    start, end = normal.span(found, found + n) # code points of `text`
    for part in decoded(text): …               # what base64, rot13, … in it says
"""

from evaluation.filters.normal._decoding import decoded
from evaluation.filters.normal._language import frequent_words
from evaluation.filters.normal._normalise import data_bytes, normalise
from evaluation.filters.normal._types import EVERY, LETTERS, Decoded, Encoding, Normalised, Step

__all__ = [
    "EVERY",
    "LETTERS",
    "Decoded",
    "Encoding",
    "Normalised",
    "Step",
    "data_bytes",
    "decoded",
    "frequent_words",
    "normalise",
]
