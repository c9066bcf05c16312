"""Made sentences whose names are known: sentences with slots, filled, joined and disturbed as texts of the world are.

Rules of this place: a sentence is a row of pieces, each with its class; everything that changes letters works on
pieces, so spans are right by construction.
"""

import random
import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TypeAlias

import yaml

from benchmarks.training.names_people import People
from benchmarks.training.names_places import Places

__all__ = ["Kind", "Maker", "Marked", "Segments", "disturbed", "marked"]

_DATA = Path(__file__).parents[1] / "data"
_SLOT = re.compile(r"\{(\w+)\}")
_SHARES = {  # of the registers
    "cells": 1.5, "social": 6, "chat": 4, "mail": 4, "contracts": 5, "medical": 1, "support": 2, "forms": 4, "prose": 7,
}  # fmt: skip
_APART = re.compile(r"([^\w\s])")


class Kind(IntEnum):
    """What a token belongs to (the order of the model's outputs)."""

    NONE = 0
    PERSON = 1
    LOCATION = 2
    ADDRESS = 3
    ORGANISATION = 4
    THING = 5  # a product, a work, a law: a name, but nobody's


Segments: TypeAlias = list[tuple[str, Kind]]


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A text and what stands where: start, end (code points), kind."""

    text: str
    spans: tuple[tuple[int, int, Kind], ...]
    source: str
    weight: float = 1.0


def marked(segments: Segments, source: str, weight: float = 1.0) -> Marked:
    """Join the pieces."""
    text, spans = "", []
    for piece, kind in segments:
        if kind is not Kind.NONE and piece.strip():
            spans.append((len(text), len(text) + len(piece), kind))
        text += piece
    return Marked(text=text, spans=tuple(spans), source=source, weight=weight)


class Maker:
    """Fills sentences."""

    def __init__(self, draw: random.Random) -> None:
        """Read the sentences."""
        self._draw = draw
        self._people = People(draw)
        self._places = Places(draw, self._people)
        words = self._places.words
        registers = yaml.safe_load((_DATA / "name_sentences.yaml").read_bytes())["registers"]
        self._registers: dict[str, list[str]] = registers
        self._filled: dict[str, tuple[Kind, Callable[[], str]]] = {
            **{name: (Kind.PERSON, make) for name, make in self._people.forms.items()},
            **{name: (Kind.LOCATION, make) for name, make in self._places.places.items()},
            **{name: (Kind.ADDRESS, make) for name, make in self._places.addresses.items()},
            **{name: (Kind.ORGANISATION, make) for name, make in self._places.organisations.items()},
            **{
                name: (Kind.THING, lambda listed=listed: draw.choice(words[listed]))  # type: ignore[misc]  # bound now
                for name, listed in {
                    "product": "products",
                    "work": "works",
                    "law": "laws",
                    "disease": "diseases",
                }.items()
            },
            **{name: (Kind.NONE, make) for name, make in self._plain().items()},
        }

    def _plain(self) -> dict[str, Callable[[], str]]:
        draw, words = self._draw, self._places.words

        def number(low: int, high: int) -> Callable[[], str]:
            return lambda: str(draw.randint(low, high))

        def one(name: str) -> Callable[[], str]:
            return lambda: draw.choice(words[name])

        return {
            "noun": one("nouns"), "adj": one("adjectives"), "job": one("jobs"), "day": one("days"),
            "nat": one("nationalities"), "month": one("months"), "term": one("defined_terms"), "tw": self._exclaimed,
            "JOB": lambda: draw.choice(words["jobs"]).upper(), "age": number(18, 95),
            "TERM": lambda: draw.choice(words["defined_terms"]).upper(),
            "year": number(1890, 2026), "n": number(1, 30), "num": number(100, 9_999_999), "money": self._money,
            "date": self._date, "time": lambda: f"{draw.randint(0, 23)}:{draw.randint(0, 59):02}", "phone": self._phone,
            "handle": self._handle, "id": self._code, "url": lambda: f"http://t.co/{self._code()}",
            "email": self._email,
            "ip": lambda: ".".join(str(draw.randint(1, 254)) for _ in range(4)),
            "iban": lambda: f"DE{draw.randint(10, 99)} " + " ".join(str(draw.randint(1000, 9999)) for _ in range(4)),
            "spelled": lambda: "-".join(self._people.last().upper().replace(" ", "")), "initial": self._people.initial,
            "title": one("titles"),
        }  # fmt: skip

    def _exclaimed(self) -> str:
        return " ".join(self._draw.choice(self._places.words["tweet_words"]) for _ in range(self._draw.randint(0, 2)))

    def _code(self) -> str:
        return "".join(
            self._draw.choice(string.ascii_letters + string.digits) for _ in range(self._draw.randint(6, 10))
        )

    def _handle(self) -> str:
        name = self._draw.choice(
            [self._people.first(), self._people.last(), self._draw.choice(self._places.words["nouns"])]
        )
        return re.sub(r"\W", "", name).lower() + self._draw.choice(
            ["", "_", "xo", "_x", str(self._draw.randint(1, 99))]
        )

    def _email(self) -> str:
        return (
            f"{self._handle()}@{self._draw.choice(['example.com', 'mail.example', 'example.org', 'corp.example.net'])}"
        )

    def _phone(self) -> str:
        digits = [
            str(self._draw.randint(100, 999)),
            str(self._draw.randint(100, 999)),
            str(self._draw.randint(1000, 9999)),
        ]
        return self._draw.choice(["", "+1 ", "+49 ", "0"]) + self._draw.choice(["-", " ", "."]).join(digits)

    def _money(self) -> str:
        amount = self._draw.randint(5, 999_999)
        return self._draw.choice(
            [f"${amount:,}", f"{amount} EUR", f"€{amount}", f"£{amount:,}.00", f"{amount} dollars"]
        )

    def _date(self) -> str:
        day, month, year = (
            self._draw.randint(1, 28),
            self._draw.choice(self._places.words["months"][:12]),
            self._draw.randint(1930, 2026),
        )
        place = self._draw.randint(1, 12)
        return self._draw.choice(
            [
                f"{month} {day}, {year}",
                f"{day} {month} {year}",
                f"{day:02}/{place:02}/{year}",
                f"{year}-{place:02}-{day:02}",
                f"{day}.{place}.{year}",
            ]
        )

    def fill(self, sentence: str) -> Segments:
        """Return the sentence with its slots filled."""
        found: Segments = []
        at = 0
        for slot in _SLOT.finditer(sentence):
            found.append((sentence[at : slot.start()].replace("{{", "{").replace("}}", "}"), Kind.NONE))
            found += self._slot(slot[1])
            at = slot.end()
        found.append((sentence[at:].replace("{{", "{").replace("}}", "}"), Kind.NONE))
        return found

    def _slot(self, name: str) -> Segments:
        if name == "formal":
            title = self._draw.choice(self._places.words["titles"])
            return [
                (f"{title} ", Kind.NONE),
                (self._draw.choice([self._people.last, self._people.full])(), Kind.PERSON),
            ]
        kind, make = self._filled[name]
        return [(make(), kind)]

    def made(self, count: int) -> list[Marked]:
        """Return so many texts, of all registers, some of several sentences."""
        return [self._one() for _ in range(count)]

    def _one(self) -> Marked:
        register = self._draw.choices(list(_SHARES), list(_SHARES.values()))[0]
        segments = self.fill(self._draw.choice(self._registers[register]))
        while self._draw.random() < 0.25:
            joint = self._draw.choice([" ", " ", "\n", "\n\n"])
            segments += [(joint, Kind.NONE), *self.fill(self._draw.choice(self._registers[register]))]
        return marked(disturbed(segments, self._draw), f"made {register}")


def disturbed(segments: Segments, draw: random.Random) -> Segments:
    """Return the pieces, often as careless people, old systems or tokenisers would have written them."""
    chance = draw.random()
    if chance < 0.13:
        segments = [(piece.lower(), kind) for piece, kind in segments]
    elif chance < 0.18:
        segments = [(piece.upper(), kind) for piece, kind in segments]
    elif chance < 0.23:
        segments = [(piece if kind is Kind.NONE else piece.lower(), kind) for piece, kind in segments]
    elif chance < 0.26:
        segments = [(piece.upper() if kind is Kind.PERSON else piece, kind) for piece, kind in segments]
    elif chance < 0.29:
        segments = [(string.capwords(piece, " ") if kind is Kind.NONE else piece, kind) for piece, kind in segments]
    if draw.random() < 0.2:
        segments = _apart(segments)
    if draw.random() < 0.08:
        segments = [(_mistyped(piece, draw), kind) for piece, kind in segments]
    return segments


def _apart(segments: Segments) -> Segments:
    """Put spaces around every mark, as corpora of tokens have them."""
    return [
        (
            re.sub(r"[ \t]+", " ", _APART.sub(r" \1 ", piece))
            if kind is Kind.NONE
            else re.sub(r"[ \t]+", " ", _APART.sub(r" \1 ", piece)).strip(),
            kind,
        )
        for piece, kind in segments
    ]


def _mistyped(piece: str, draw: random.Random) -> str:
    """Swap two letters, or lose one, once in a piece of some length."""
    if len(piece) < 5:
        return piece
    at = draw.randrange(1, len(piece) - 2)
    if not piece[at : at + 2].isalpha():
        return piece
    return piece[:at] + (piece[at + 1] + piece[at] if draw.random() < 0.5 else piece[at + 1]) + piece[at + 2 :]
