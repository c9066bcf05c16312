"""What the injection filter is measured on, and the disguises in which attacks are shown to it again.

Rules of this place: nothing here was trained on. `over-defence`, `sounds dangerous` and the short texts after it (no
prose, short sentences, other languages) are harmless texts written by hand, `attacks by hand` likewise; of the open
sets those rows count that `training/injection_rows.py` keeps apart. `fresh` and the short texts were written when the
material for training was done, `second` when rules and material had grown again; the other sets by hand were looked at
while they grew.
"""

import base64
import codecs
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import yaml

from benchmarks.training.injection_grammar import FOLDER
from benchmarks.training.injection_rows import real
from benchmarks.training.rows import read

__all__ = ["DISGUISES", "Group", "Sample", "by_hand", "by_language", "samples"]

_SEED: Final = 20261121
_NO_TRIGGERS: Final = {
    "sounds_dangerous", "no_prose", "short_sentences", "other_languages", "scary_words", "rude_and_foreign",
}  # fmt: skip


class Group(StrEnum):
    """The three accuracies of which the mean is taken."""

    OVER_DEFENCE = "over-defence"
    HARMLESS = "harmless"
    MALICIOUS = "malicious"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One text with what is true of it."""

    group: Group
    name: str
    text: str

    @property
    def attack(self) -> bool:
        """Whether it should be flagged."""
        return self.group is Group.MALICIOUS


def by_hand(file: str) -> Iterator[tuple[str, str]]:
    """Yield kind and text of a file that was written by hand."""
    for kind, lines in yaml.safe_load((FOLDER / f"{file}.yaml").read_text("utf-8"))["texts"].items():
        for line in lines.splitlines():
            yield kind, line.replace("\\n", "\n")


def samples(data: Path) -> list[Sample]:
    """Return all texts that are measured."""
    found = []
    for kind, text in by_hand("measured_harmless"):
        group = Group.HARMLESS if kind in _NO_TRIGGERS else Group.OVER_DEFENCE
        found.append(Sample(group=group, name="by hand: " + kind.replace("_", " "), text=text))
    found += [
        Sample(group=Group.MALICIOUS, name="by hand: " + kind.replace("_", " "), text=text)
        for kind, text in by_hand("measured_attacks")
    ]
    for name in ("fresh", "second"):
        for kind, text in by_hand(f"measured_{name}"):
            group = Group.HARMLESS if kind == "harmless_scary_words" else Group.OVER_DEFENCE
            group = Group.MALICIOUS if kind.startswith("attacks") else group
            found.append(Sample(group=group, name=f"{name}: " + kind.replace("_", " "), text=text))
    found += [
        Sample(group=Group.MALICIOUS if row.attack else Group.HARMLESS, name=f"open: {row.source}", text=row.text)
        for row in real(data, random.Random(_SEED), apart=True)  # noqa: S311 (a repeatable sample, not a secret)
    ]
    return found + [
        Sample(group=Group.MALICIOUS, name="open: giskard", text=str(row["text"]))
        for row in read(data, "giskard_injections")
    ]


def by_language() -> Iterator[tuple[str, bool, str]]:
    """Yield (language, whether it is an attack, text) of the small sets by hand; they count in no accuracy above."""
    for kind, text in by_hand("measured_languages"):
        what, _, language = kind.rpartition("_")
        yield language, what == "attacks", text


def _typos(text: str) -> str:
    draw, letters = random.Random(text), list(text)  # noqa: S311 (as above)
    for at in range(1, len(letters) - 2):
        if letters[at].isalpha() and letters[at + 1].isalpha() and draw.random() < 0.08:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


_FILLER: Final = " ".join(
    f"The {thing} of the village stood open until evening, and nobody counted the visitors who came by boat."
    for thing in ("mill", "school", "bakery", "library", "harbour office", "old chapel", "market hall", "station")
)
_CYRILLIC: Final = str.maketrans("aeopcxyi", "аеорсхуі")
_LEET: Final = str.maketrans("aeios", "43105")

DISGUISES: Final[dict[str, Callable[[str], str]]] = {
    "as it is": str,
    "upper case": str.upper,
    "letters swapped": _typos,
    "letters spaced": " ".join,
    "look-alike letters": lambda text: text.translate(_CYRILLIC),
    "zero-width spaces": "\u200b".join,
    "full-width letters": lambda text: "".join(chr(ord(x) + 0xFEE0) if "!" <= x <= "~" else x for x in text),
    "combining marks": lambda text: "".join(x + "\u0336" if x.isalpha() else x for x in text),
    "leetspeak": lambda text: text.translate(_LEET),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "reversed": lambda text: text[::-1],
    "inside a question": lambda text: f"What is the capital of Peru, and when was it founded? {text}",
    "inside a long text": lambda text: f"{_FILLER} {text} {_FILLER}",
}
"""Each with the function that puts it on."""
