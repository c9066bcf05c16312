"""Made people: names drawn from lists of many cultures, written as forms, letters, contracts and friends write them.

Rules of this place: no combination means a living person; a draw is repeatable; what is returned is the name alone,
without title.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

__all__ = ["People", "words_of"]

_DATA = Path(__file__).parents[1] / "data"
_INVENTED = 0.1  # surnames that no list has: parts of two
_MIXED = 0.12  # given and family name of different cultures
_SHORT_CULTURES = ("english", "american_black_and_modern")


def words_of(listed: str) -> list[str]:
    """Return the words of a list; an underscore stands for a space inside one."""
    return [word.replace("_", " ") for word in listed.split()]


@dataclass(frozen=True, kw_only=True)
class _Culture:
    name: str
    weight: float
    given: list[str]
    family: list[str]


class People:
    """Draws names."""

    def __init__(self, draw: random.Random) -> None:
        """Read the lists."""
        listed = yaml.safe_load((_DATA / "given_and_family_names.yaml").read_bytes())["cultures"]
        self._draw = draw
        self._cultures = [
            _Culture(name=name, weight=one["weight"], given=words_of(one["given"]), family=words_of(one["family"]))
            for name, one in listed.items()
        ]
        self._short = words_of(listed["english"]["short"])
        self.forms: dict[str, Callable[[], str]] = {
            "person": self.person,
            "full": self.full,
            "first": self.first,
            "last": self.last,
            "listed": lambda: f"{self.last()}, {self._with_middle(self.first())}",
            "initials": self.initials,
            "upper": lambda: self.full().upper(),
        }

    def _culture(self) -> _Culture:
        return self._draw.choices(self._cultures, [one.weight for one in self._cultures])[0]

    def first(self, culture: _Culture | None = None) -> str:
        """Return a given name, sometimes a short or a double one."""
        culture = culture or self._culture()
        if culture.name in _SHORT_CULTURES and self._draw.random() < 0.3:
            return self._draw.choice(self._short)
        name = self._draw.choice(culture.given)
        if culture.name in {"spanish", "portuguese", "italian", "polish", "german"} and self._draw.random() < 0.1:
            return f"{name} {self._draw.choice(culture.given)}"
        return name

    def last(self, culture: _Culture | None = None) -> str:
        """Return a family name, sometimes a double or an invented one."""
        culture = culture or self._culture()
        name = self._draw.choice(culture.family)
        chance = self._draw.random()
        if chance < _INVENTED:
            return self._invented(name, self._draw.choice(culture.family))
        if chance < _INVENTED + 0.06:
            return f"{name}-{self._draw.choice(culture.family)}"
        if culture.name in {"spanish", "portuguese"} and chance < 0.5:
            return f"{name} {self._draw.choice(culture.family)}"
        return name

    def _invented(self, one: str, other: str) -> str:
        begin = one[: max(2, len(one) // 2 + self._draw.randint(-1, 1))]
        end = other[len(other) // 2 :].lower()
        return (begin + end).replace("  ", " ").strip(" -'") or one

    def full(self) -> str:
        """Return given and family name in full, sometimes with what stands between and after."""
        culture = self._culture()
        other = self._culture() if self._draw.random() < _MIXED else culture
        last = self.last(other)
        if culture.name in {"chinese", "korean", "vietnamese"} and self._draw.random() < 0.5:
            return f"{last} {self.first(culture)}"
        first = self._with_middle(self.first(culture))
        end = self._draw.choice([", Jr.", " Jr.", " Sr.", " III", " II", " IV"]) if self._draw.random() < 0.04 else ""
        return f"{first} {last}{end}"

    def _with_middle(self, first: str) -> str:
        chance = self._draw.random()
        if chance < 0.16:
            return f"{first} {self._initial()}{self._draw.choice(['.', '.', ''])}"
        return f"{first} {self.first()}" if chance < 0.2 else first

    def initials(self) -> str:
        """Return a name as it stands below a signature: "John A. Smith", "J. A. Smith", "J.A. Smith"."""
        last, chance = self.last(), self._draw.random()
        if chance < 0.5:
            return f"{self.first()} {self._initial()}. {last}"
        if chance < 0.65:
            return f"{self._initial()}. {last}"
        if chance < 0.75:
            return f"{self._initial()}.{self._draw.choice(['', ' '])}{self._initial()}. {last}"
        if chance < 0.82:
            return f"{self._initial()}. {self.first()} {last}"
        return self.full()

    def person(self) -> str:
        """Return a name as people write it: mostly given and family name, often one of both."""
        chance = self._draw.random()
        if chance < 0.6:
            return self.full()
        if chance < 0.8:
            return self.first()
        return self.last() if chance < 0.88 else self.initials()

    def initial(self) -> str:
        """Return one letter."""
        return self._initial()

    def _initial(self) -> str:
        return self._draw.choice("ABCDEFGHIJKLMNOPRSTVWYZ")
