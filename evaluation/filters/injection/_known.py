"""Stage 2: nearness to known attacks, in spite of typing errors, spacing and small rewordings.

A known attack is the set of its runs of four letters (signs and spaces left out), each weighted by how rare it is among
the known attacks; a stretch of a text is as near as the share of that weight that it holds.

Rules of this place: only a stretch at most half as long again as the attack counts, so a long text is not near to all
of them; time grows with the length of the text.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import yaml

from evaluation.filters.injection._evidence import Evidence
from evaluation.filters.injection._families import Family
from evaluation.filters.injection._settings import FOLDER

__all__ = ["KnownAttacks", "load_known"]

_RUN: Final = 4  # letters
_STRETCH: Final = 1.5


@dataclass(frozen=True)
class _Attack:
    family: Family
    place: int  # in the file, from 1
    weights: Mapping[str, float]  # of its runs; together 1
    length: int  # letters


class KnownAttacks:
    """The known attacks, indexed by their runs."""

    def __init__(self, attacks: Sequence[tuple[Family, str]], near: float) -> None:
        runs = [set(_runs(_letters(text)[0])) for _, text in attacks]
        spread = Counter(run for several in runs for run in several)
        self._near = near
        self._attacks: list[_Attack] = []
        self._index: dict[str, list[int]] = defaultdict(list)
        for place, ((family, text), several) in enumerate(zip(attacks, runs, strict=True)):
            raw = {run: math.log(1 + len(attacks) / spread[run]) for run in several}
            total = sum(raw.values())
            weights = {run: weight / total for run, weight in raw.items()}
            self._attacks.append(_Attack(family, place + 1, weights, len(_letters(text)[0])))
            for run in several:
                self._index[run].append(place)

    def find(self, text: str) -> list[Evidence]:
        """Return the nearest stretch for each known attack that the text comes near to."""
        letters, origins = _letters(text)
        promising = self._promising(set(_runs(letters)))
        if not promising:
            return []
        places: dict[int, list[int]] = defaultdict(list)
        for at, run in enumerate(_runs(letters)):
            for number in self._index.get(run, ()):
                if number in promising:
                    places[number].append(at)
        found = []
        for number, starts in places.items():
            attack = self._attacks[number]
            share, first, last = _nearest(attack, letters, starts)
            if share >= self._near:
                strength = (share - self._near) / (1 - self._near) if self._near < 1 else 1.0
                found.append(Evidence(
                    family=attack.family, start=origins[first], end=origins[last + _RUN - 1] + 1,
                    strength=min(1.0, 0.5 + strength / 2), rule=f"known: {attack.place}",
                ))  # fmt: skip
        return found

    def _promising(self, runs: set[str]) -> set[int]:
        """Return the attacks of which the text as a whole holds enough."""
        shares: dict[int, float] = defaultdict(float)
        for run in runs & self._index.keys():
            for attack in self._index[run]:
                shares[attack] += self._attacks[attack].weights[run]
        return {attack for attack, share in shares.items() if share >= self._near}


def _nearest(attack: _Attack, letters: str, places: Sequence[int]) -> tuple[float, int, int]:
    """Return the greatest share that a stretch holds, and its first and last run."""
    room = int(attack.length * _STRETCH) + _RUN
    held: Counter[str] = Counter()
    share, best, begin = 0.0, (0.0, places[0], places[0]), 0
    for end in places:
        run = letters[end : end + _RUN]
        if not held[run]:
            share += attack.weights[run]
        held[run] += 1
        while end - places[begin] > room:
            gone = letters[places[begin] : places[begin] + _RUN]
            held[gone] -= 1
            if not held[gone]:
                share -= attack.weights[gone]
            begin += 1
        if share > best[0]:
            best = (share, places[begin], end)
    return best


def _letters(text: str) -> tuple[str, list[int]]:
    """Return letters and digits alone, small, and where each stood."""
    small = text.lower()
    if len(small) != len(text):  # a few letters grow when they are made small: those stay as they are
        small = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    kept = [at for at, letter in enumerate(small) if letter.isalnum()]
    return "".join([small[at] for at in kept]), kept


def _runs(letters: str) -> Iterator[str]:
    return (letters[at : at + _RUN] for at in range(len(letters) - _RUN + 1))


@cache
def load_known(near: float) -> KnownAttacks:
    """Read the known attacks."""
    listed: dict[str, str] = yaml.safe_load((FOLDER / "known.yaml").read_bytes())["attacks"]
    attacks = [(Family(family), line) for family, lines in listed.items() for line in lines.splitlines()]
    return KnownAttacks(attacks, near)
