"""What names are learned from and looked at: labelled tweets, made customer sentences by template, prose, made texts.

Rules of this place: templates of the customer sentences that are looked at are never learned from (`held_back`);
labelled tweets of the set's own development part are only looked at; names in prose are exchanged for made ones.
"""

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assay.kernel import digest_text
from benchmarks.training.names_people import People
from benchmarks.training.names_places import Places
from benchmarks.training.names_sentences import Kind, Marked, Segments, disturbed, marked

__all__ = ["customers", "held_back", "prose", "tweets", "varied"]

_TWEETS = {
    "person": Kind.PERSON, "location": Kind.LOCATION, "corporation": Kind.ORGANISATION, "group": Kind.ORGANISATION,
    "product": Kind.THING, "creative-work": Kind.THING,
}  # fmt: skip
_CUSTOMERS = {
    "PERSON": Kind.PERSON, "LOCATION": Kind.LOCATION, "ADDRESS": Kind.ADDRESS, "ORGANIZATION": Kind.ORGANISATION,
}  # fmt: skip


def _read(data: Path, name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _segments(text: str, spans: list[tuple[int, int, Kind]]) -> Segments:
    found: Segments = []
    at = 0
    for start, end, kind in sorted(spans):
        if start >= at:
            found += [(text[at:start], Kind.NONE), (text[start:end], kind)]
            at = end
    return [piece for piece in [*found, (text[at:], Kind.NONE)] if piece[0]]


def _row(row: dict[str, Any], kinds: dict[str, Kind]) -> Segments:
    spans = [(one["start"], one["end"], kinds[one["label"]]) for one in row["spans"] if one["label"] in kinds]
    return _segments(row["text"], spans)


def tweets(data: Path, part: str) -> list[Segments]:
    """Return the labelled tweets of one part (`train` or `dev`) of WNUT 2017."""
    return [_row(row, _TWEETS) for row in _read(data, f"wnut17__{part}")]


def held_back(template: int) -> bool:
    """Whether sentences of this template are only looked at (about one in three)."""
    return int(digest_text(f"template {template}")[-2:], 16) % 3 == 0


def customers(data: Path, *, dev: bool) -> list[Segments]:
    """Return the made customer sentences of the templates that are looked at (`dev`), or of all others."""
    rows = _read(data, "presidio_research__generated_large")
    return [_row(row, _CUSTOMERS) for row in rows if held_back(row["template_id"]) == dev]


class _Exchange:
    """Puts made names where others stood."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        self._people = People(draw)
        self._places = Places(draw, self._people)

    def __call__(self, segments: Segments, share: float) -> Segments:
        return [(self._other(piece, kind) if self._draw.random() < share else piece, kind) for piece, kind in segments]

    def _other(self, piece: str, kind: Kind) -> str:
        if kind is Kind.PERSON:
            if piece.islower() and " " not in piece:
                return self._people.first().lower()
            make = self._people.full if " " in piece else self._draw.choice([self._people.first, self._people.last])
            return make()
        if kind is Kind.LOCATION:
            return self._draw.choice([self._places.city, self._places.city, self._places.places["country"]])()
        if kind is Kind.ADDRESS and len(piece) > 12:
            return self._places.address()
        return self._places.organisation() if kind is Kind.ORGANISATION else piece


def prose(path: Path, draw: random.Random) -> list[Marked]:
    """Return the sentences of `names_prose`, half of their names exchanged."""
    exchange = _Exchange(draw)
    found = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            segments = _segments(row["text"], [(start, end, Kind(kind)) for start, end, kind in row["spans"]])
            segments = exchange(segments, 0.7) if draw.random() < 0.6 else segments
            found.append(marked(disturbed(segments, draw), "prose"))
    return found


def varied(rows: list[Segments], draw: random.Random, source: str, share: float) -> list[Marked]:
    """Return the rows as they are, but some with exchanged names, and those and others written carelessly."""
    exchange = _Exchange(draw)
    found = []
    for row in rows:
        if draw.random() < share:
            found.append(marked(disturbed(exchange(row, 0.8), draw), source))
        else:
            found.append(marked(row, source))
    return found
