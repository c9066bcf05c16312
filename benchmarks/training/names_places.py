"""Made places, postal addresses of eight countries, and organisations, many of which carry a surname.

Rules of this place: a draw is repeatable; an address is one text of one or more lines.
"""

import random
from collections.abc import Callable
from pathlib import Path

import yaml

from benchmarks.training.names_people import People, words_of

__all__ = ["Places"]

_DATA = Path(__file__).parents[1] / "data"
_VENUES = (
    "Park", "Bridge", "Mall", "Stadium", "Airport", "Beach", "Hospital", "Museum", "Library", "Theatre", "Arena",
    "Station", "High School", "Church", "Hotel", "Lake", "River",
)  # fmt: skip
_SHOPS = ("Pizza", "Bar", "Diner", "Bakery", "Books", "Garage", "Deli")


class Places:
    """Draws names of places and organisations, and other words of the same lists (`words`)."""

    def __init__(self, draw: random.Random, people: People) -> None:
        """Read the lists."""
        listed = yaml.safe_load((_DATA / "places_and_things.yaml").read_bytes())
        self.words = {name: words_of(text) for name, text in listed.items() if isinstance(text, str) and name != "id"}
        self._draw, self._people = draw, people
        self.places: dict[str, Callable[[], str]] = {
            "city": self.city,
            "village": self.village,
            "country": lambda: self._one("countries"),
            "region": lambda: self._one("regions"),
            "sight": lambda: self._one("sights"),
            "st": lambda: self._one("states"),
            "church": lambda: f"{draw.choice(['St.', 'St', 'Saint'])} {people.first()} Church",
            "place": self.place,
        }
        self.addresses: dict[str, Callable[[], str]] = {
            "address": self.address,
            "street": self.street,
            "postcode": self.postcode,
        }
        self.organisations: dict[str, Callable[[], str]] = {
            "org": self.organisation,
            "legal_org": self.legal_organisation,
            "LEGAL_ORG": lambda: self.legal_organisation().upper(),
            "surname_org": self.surname_organisation,
        }

    def _one(self, name: str) -> str:
        return self._draw.choice(self.words[name])

    def _digits(self, count: int) -> str:
        return "".join(self._draw.choice("0123456789") for _ in range(count))

    def _number(self) -> str:
        return str(
            self._draw.choice([self._draw.randint(1, 60), self._draw.randint(60, 999), self._draw.randint(1000, 19999)])
        )

    def city(self) -> str:
        """Return a city that exists, or now and then a made village."""
        return self.village() if self._draw.random() < 0.15 else self._one("cities")

    def village(self) -> str:
        """Return a made name of a place."""
        name = self._one("village_starts") + self._one("village_ends").lower()
        return f"{self._one('villages')} {name}" if self._draw.random() < 0.15 else name

    def place(self) -> str:
        """Return a city or something in one."""
        return self.city() if self._draw.random() < 0.5 else self.venue()

    def venue(self) -> str:
        """Return a made park, bridge, mall or the like."""
        kind = self._draw.choice(_VENUES)
        return f"{self._draw.choice([self._people.last, self.village, self.city])()} {kind}"

    def street(self) -> str:
        """Return a street, often with a number."""
        return self._draw.choice(
            [self._english_street] * 4 + [self._german_street, self._french_street, self._spanish_street]
        )()

    def _english_street(self) -> str:
        name = self._draw.choice(
            [self._one("streets_english")] * 3 + [self._people.last(), self.village(), self._people.first()]
        )
        number = f"{self._number()} " if self._draw.random() < 0.75 else ""
        return f"{number}{name} {self._one('kinds_english')}"

    def _german_street(self) -> str:
        name = self._one("streets_german")
        kind = self._draw.choice(["straße", "straße", "str.", "strasse", "weg", "allee", "platz", "gasse"])
        whole = (
            name + kind
            if self._draw.random() < 0.8
            else f"{self._people.last()}{self._draw.choice(['straße', 'weg', '-Platz'])}"
        )
        return f"{whole} {self._draw.randint(1, 180)}{self._draw.choice(['', '', '', 'a', 'b'])}"

    def _french_street(self) -> str:
        kind = self._draw.choice(["rue", "Rue", "avenue", "boulevard", "place", "chemin", "impasse", "Avenue"])
        return (
            f"{self._draw.randint(1, 180)}{self._draw.choice([' ', ', ', ' bis '])}{kind} {self._one('streets_french')}"
        )

    def _spanish_street(self) -> str:
        kind = self._draw.choice(["Calle", "C/", "Avenida", "Av.", "Plaza", "Paseo"])
        sign = self._draw.choice([", ", " "]) + self._draw.choice(["", "nº ", "núm. "])
        return f"{kind} {self._one('streets_spanish')}{sign}{self._draw.randint(1, 200)}"

    def address(self) -> str:
        """Return an address on one line or several."""
        made = self._draw.choice(
            [self._us] * 5
            + [self._uk] * 3
            + [self._de] * 3
            + [self._fr, self._es, self._it, self._nl, self._pl, self._pt, self._box, self._other, self._other]
        )()
        joint = self._draw.choice([", ", ", ", ", ", "\n", "\n", " "])
        return joint.join(part for part in made if part)

    def _unit(self) -> str:
        kind = self._draw.choice(["Apt. ", "Apt ", "Suite ", "Unit ", "#", "Floor ", "Flat ", "Ste. "])
        return (
            f"{kind}{self._draw.randint(1, 900)}{self._draw.choice(['', '', 'A', 'B'])}"
            if self._draw.random() < 0.35
            else ""
        )

    def _us_code(self) -> str:
        return self._digits(5) + (f"-{self._digits(4)}" if self._draw.random() < 0.12 else "")

    def _us(self) -> list[str]:
        state = self._draw.choice([self._one("states"), self._one("states"), self._one("regions")])
        end = f"{self.city()}{self._draw.choice([', ', ' '])}{state} {self._us_code()}"
        end = self.city() if self._draw.random() < 0.1 else end
        return [self._english_street(), self._unit(), end, self._draw.choice(["", "", "USA"])]

    def postcode(self) -> str:
        """Return a code of some country."""
        return self._draw.choice([self._us_code(), self._uk_code(), self._digits(5)])

    def _uk_code(self) -> str:
        letters = "ABDEFGHJLNPRSTUWXYZ"
        area = "".join(self._draw.choice(letters) for _ in range(self._draw.randint(1, 2)))
        unit = "".join(self._draw.choice(letters) for _ in range(2))
        return f"{area}{self._draw.randint(1, 29)} {self._draw.randint(1, 9)}{unit}"

    def _uk(self) -> list[str]:
        house = f"{self._one('streets_english')} House" if self._draw.random() < 0.2 else self._unit()
        town = self._draw.choice([self.city, self.village])()
        if self._draw.random() < 0.5:
            return [house, self._english_street(), f"{town} {self._uk_code()}"]
        return [house, self._english_street(), town, self._draw.choice(["", self._one("regions")]), self._uk_code()]

    def _de(self) -> list[str]:
        land = self._draw.choice(["", "", "", "Deutschland", "Germany", "Österreich"])
        return [self._german_street(), f"{self._draw.choice(['', '', 'D-'])}{self._digits(5)} {self.city()}", land]

    def _fr(self) -> list[str]:
        return [
            self._french_street(),
            f"{self._digits(5)} {self.city()}{self._draw.choice(['', ' Cedex', '', ' CEDEX 9'])}",
            self._draw.choice(["", "France"]),
        ]

    def _es(self) -> list[str]:
        floor = f"{self._draw.randint(1, 9)}º {self._draw.choice('ABCD')}" if self._draw.random() < 0.4 else ""
        return [
            self._spanish_street(),
            floor,
            f"{self._digits(5)} {self.city()}",
            self._draw.choice(["", "España", "Spain", "México"]),
        ]

    def _it(self) -> list[str]:
        kind = self._draw.choice(["Via", "via", "Viale", "Corso", "Piazza", "Largo"])
        street = (
            f"{kind} {self._one('streets_italian')}{self._draw.choice([', ', ' ', ' n. '])}{self._draw.randint(1, 220)}"
        )
        return [
            street,
            f"{self._digits(5)} {self.city()}{self._draw.choice(['', ' (MI)', ' RM', ' (TO)'])}",
            self._draw.choice(["", "Italia"]),
        ]

    def _nl(self) -> list[str]:
        name = self._one("streets_dutch")
        street = (
            name
            if name.endswith("laan")
            else name + self._draw.choice(["straat", "laan", "weg", "plein", "gracht", "kade"])
        )
        code = f"{self._digits(4)} {self._draw.choice('ABCDEFGH')}{self._draw.choice('ABCDEFGHJK')}"
        return [
            f"{street} {self._draw.randint(1, 300)}{self._draw.choice(['', '', '-2', 'A'])}",
            f"{code} {self.city()}",
        ]

    def _pl(self) -> list[str]:
        kind = self._draw.choice(["ul. ", "ul. ", "al. ", ""])
        street = f"{kind}{self._one('streets_polish')} {self._draw.randint(1, 150)}"
        return [
            street + (f"/{self._draw.randint(1, 80)}" if self._draw.random() < 0.5 else ""),
            f"{self._digits(2)}-{self._digits(3)} {self.city()}",
        ]

    def _pt(self) -> list[str]:
        kind, sign = self._draw.choice(["Rua", "Rua", "Avenida", "Travessa", "Av."]), self._draw.choice([", ", " "])
        street = f"{kind} {self._one('streets_portuguese')}{sign}{self._draw.randint(1, 2000)}"
        return [
            street,
            f"{self._digits(4)}-{self._digits(3)} {self.city()}",
            self._draw.choice(["", "Portugal", "Brasil"]),
        ]

    def _box(self) -> list[str]:
        box = f"{self._draw.choice(['P.O. Box', 'PO Box', 'p.o. box', 'Postfach', 'BP'])} {self._draw.randint(1, 9999)}"
        return (
            [box, f"{self.city()} {self._draw.choice([self._us_code, self._uk_code])()}"]
            if self._draw.random() < 0.6
            else [box]
        )

    def _other(self) -> list[str]:
        """Return an address of a form seen in many countries: made words with a number before or after."""
        name = self._draw.choice([self.village, self._people.last])()
        kind = self._draw.choice(["", "vej ", "gatan ", "vägen ", "gata ", "utca ", "ulica ", "sok. ", "katu "]).strip()
        number = self._draw.randint(1, 400)
        street = f"{name}{kind} {number}" if self._draw.random() < 0.6 else f"{number} {name}"
        code = self._digits(self._draw.choice([4, 4, 5, 6]))
        tail = (
            [f"{code} {self.village()}"]
            if self._draw.random() < 0.6
            else [self.village().upper(), f"{self._one('regions')} {code}"]
        )
        return [street, self._unit(), *tail, self._draw.choice(["", "", self._one("countries")])]

    def organisation(self) -> str:
        """Return a known or a made organisation."""
        known = self._one("orgs")
        return self._draw.choice([known, known, self.legal_organisation(), self.surname_organisation()])

    def legal_organisation(self) -> str:
        """Return a made company with its legal form."""
        first = self._draw.choice(
            [self._one("org_words"), self._one("org_words"), self._people.last(), self.city(), self.village()]
        )
        second = self._draw.choice(["", f" {self._one('org_words')}", f" {self._one('org_words')}"])
        return f"{first}{second}{self._draw.choice([' ', ' ', ', '])}{self._one('org_kinds')}"

    def surname_organisation(self) -> str:
        """Return a made company that is named after people."""
        one, other, third = (self._people.last() for _ in range(3))
        return self._draw.choice(
            [
                f"{one} & {other}",
                f"{one} & Sons",
                f"{one} {self._one('org_kinds')}",
                f"{one}, {other} & {third}",
                f"{one}, {other} and {third}",
                f"{one}-{other}",
                f"{one} and {other} LLP",
                f"{one} University",
                f"{one} Brothers",
                f"{self._people.first()}'s {self._draw.choice(_SHOPS)}",
                f"{one} Group",
            ]
        )
