"""House numbers and postcodes that stand at an address or a place belong to it.

Rules of this place: "07 Example Road" begins at its number and "Examplestad 12345" ends after it; a year beside the
name of a place ("Paris 2024") is no postcode, and neither is an amount.
"""

from dataclasses import replace

import regex

from evaluation.filters.pii._candidates import Candidate

__all__ = ["with_numbers"]

_HOUSE = regex.compile(r"(?<![\w.,/+-])[0-9]{1,5}[a-zA-Z]?,?[ \t]$")
_POSTCODE_BEFORE = regex.compile(r"(?<![\w.,/+-])(?!(?:19|20)[0-9]{2}[ \t])(?:[A-Z]{1,2}-)?[0-9]{4,5}[ \t]$")
_POSTCODE_AFTER = regex.compile(r",?[ \t](?:[0-9]{5}(?:-[0-9]{4})?|[0-9]{3} [0-9]{2})(?![\w-]|[.,][0-9])")
_LONGEST = 12


def with_numbers(text: str, candidate: Candidate) -> Candidate:
    """Return the candidate with the number before and after it, where it is a place or an address."""
    if candidate.type != "LOCATION":
        return candidate
    low = max(0, candidate.start - _LONGEST)
    number = _POSTCODE_BEFORE if candidate.detail == "places" else _HOUSE
    before = number.search(text[low : candidate.start])
    after = _POSTCODE_AFTER.match(text, candidate.end)
    start = low + before.start() if before else candidate.start
    return replace(candidate, start=start, end=after.end() if after else candidate.end)
