"""Sentences from templates: what a filter of toxicity learns from, with labels by construction.

Rules of this place: words, groups and templates are data (`toxicity_data/`); a sentence speaks of one group throughout,
whatever its parts are; templates and groups that are kept aside are drawn for checking and never for learning (a
template by the digest of its line, a group by its mark). Everything is drawn from the caller's `Random`.
"""

import hashlib
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

__all__ = ["Drawn", "Function", "Grammar", "Group", "read_grammar", "read_languages"]

_FOLDER: Final = Path(__file__).with_name("toxicity_data")
_ONE_OF: Final = 8  # every eighth template is kept aside
_CHOICE: Final = re.compile(r"\[([^\[\]]*)\]")
_SLOT: Final = re.compile(r"\{(\w+)\}")
_OF_GROUPS: Final = frozenset("GgASsH")
_ARTICLE: Final = re.compile(r"\b([Aa])n? (?=([\"“]?\w+))")
_QUOTES: Final = '"“'
_VOWEL: Final = re.compile(r"(?!uni|use|usu|eur|one\b|ukr)[aeiou]|LGBT|honest|hour", re.IGNORECASE)


@dataclass(frozen=True)
class Group:
    """A protected group, as it is named."""

    name: str
    aside: bool
    plural: tuple[str, ...]
    single: tuple[str, ...]
    adjective: tuple[str, ...]
    slurs: tuple[tuple[str, str], ...]  # single, plural


@dataclass(frozen=True)
class Function:
    """Templates that do one thing."""

    name: str
    labels: Mapping[str, float]
    share: int
    lines: tuple[str, ...]

    def chosen(self, *, aside: bool) -> list[str]:
        """Return the lines that are kept aside, or the others."""
        return [line for line in self.lines if _aside(self.name, line) == aside]


@dataclass(frozen=True)
class Drawn:
    """One sentence and how it came about."""

    text: str
    function: str
    template: str
    group: str  # "" where it names none
    toxic: bool


class Grammar:
    """Draws sentences."""

    def __init__(
        self, words: Mapping[str, Sequence[str]], groups: Sequence[Group], functions: Sequence[Function]
    ) -> None:
        """Keep the data."""
        self._words = words
        self._groups = groups
        self.functions = {function.name: function for function in functions}

    def drawn(self, function: str, draw: random.Random, *, template: bool = False, group: bool = False) -> Drawn | None:
        """Return a sentence whose template or group is kept aside as asked; None where there is no such line."""
        lines = self.functions[function].chosen(aside=template)
        if not lines:
            return None
        line = draw.choice(lines)
        spelt = self._filled(line, draw)
        needed = set(_SLOT.findall(spelt))
        chosen = self._group(needed, draw, aside=group)
        if chosen is None or (group and not needed):
            return None
        text = _SLOT.sub(lambda found: self._named(found[1], chosen, draw), spelt)
        toxic = self.functions[function].labels["toxicity"] >= 0.5
        return Drawn(_articled(" ".join(text.split())), function, line, chosen.name if needed else "", toxic)

    def named(self, line: str, draw: random.Random) -> str:
        """Return a line of the caller's own with a group that may be learned from."""
        spelt = self._filled(line, draw)
        chosen = self._group(set(_SLOT.findall(spelt)), draw, aside=False)
        if chosen is None:
            raise ValueError(f"no group fits the line {line!r}")
        return _articled(_SLOT.sub(lambda found: self._named(found[1], chosen, draw), spelt))

    def _filled(self, line: str, draw: random.Random) -> str:
        """Replace choices and words until only slots of groups are left."""
        while True:
            before = line
            line = _CHOICE.sub(lambda found: draw.choice(found[1].split("|")), line)
            line = _SLOT.sub(lambda found: self._word(found[1], draw), line)
            if line == before:
                return line

    def _word(self, name: str, draw: random.Random) -> str:
        if name in _OF_GROUPS:
            return f"{{{name}}}"
        if name in self._words:
            return draw.choice(self._words[name])
        return draw.choice(self.functions[name].chosen(aside=False))

    def _group(self, needed: set[str], draw: random.Random, *, aside: bool) -> Group | None:
        fitting = [group for group in self._groups if group.aside == aside and _fits(group, needed)]
        often = [len(group.plural) + len(group.single) for group in fitting]
        return draw.choices(fitting, often)[0] if fitting else None

    def _named(self, slot: str, group: Group, draw: random.Random) -> str:
        if slot == "H":
            group, slot = draw.choice([other for other in self._groups if other.aside == group.aside]), "G"
        if slot in "Ss":
            return draw.choice(group.slurs)[slot == "S"]
        return draw.choice({"G": group.plural, "g": group.single, "A": group.adjective}[slot])


def read_grammar(folder: Path = _FOLDER) -> Grammar:
    """Read the data files."""
    words = _yaml(folder / "words.yaml")["words"]
    groups = [_group(name, given) for name, given in _yaml(folder / "groups.yaml")["groups"].items()]
    return Grammar(words, groups, [*_functions(folder / "positive.yaml"), *_functions(folder / "negative.yaml")])


def read_languages(folder: Path = _FOLDER) -> dict[str, Grammar]:
    """Read the grammars of the other languages; they know no groups, only words for them."""
    nobody = Group("", aside=False, plural=("",), single=(), adjective=(), slurs=())
    return {
        language: Grammar(given["words"], [nobody], list(_of_language(given)))
        for language, given in _yaml(folder / "languages.yaml")["languages"].items()
    }


def _of_language(given: Mapping[str, Any]) -> Iterator[Function]:
    for name, labels in _LABELS.items():
        yield Function(name, labels, 1, tuple(line.strip() for line in given[name].split("\n") if line.strip()))


_LABELS: Final[dict[str, dict[str, float]]] = {
    "hate": {"toxicity": 1, "identity_attack": 1},
    "abuse": {"toxicity": 1, "insult": 1},
    "threat": {"toxicity": 1, "threat": 1, "severe": 1},
    "other": {"toxicity": 0},
}


def _functions(path: Path) -> Iterator[Function]:
    for name, given in _yaml(path)["functions"].items():
        lines = tuple(line.strip() for line in given["lines"].split("\n") if line.strip())
        yield Function(name, given["labels"], given["share"], lines)


def _group(name: str, given: Mapping[str, Any]) -> Group:
    slurs = tuple((one, many) for one, _, many in (slur.partition("/") for slur in given.get("slurs", ())))
    plural, single, adjective = (tuple(given[form]) for form in ("plural", "single", "adjective"))
    return Group(name, given.get("aside", False), plural, single, adjective, slurs)


def _yaml(path: Path) -> Any:  # noqa: ANN401 (data files of three shapes)
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _aside(function: str, line: str) -> bool:
    return int(hashlib.sha256(f"{function}\n{line}".encode()).hexdigest()[:8], 16) % _ONE_OF == 0


def _fits(group: Group, needed: set[str]) -> bool:
    return bool((not needed & {"S", "s"} or group.slurs) and ("A" not in needed or group.adjective))


def _articled(text: str) -> str:
    """Write `a` and `an` as the next word asks for it."""
    return _ARTICLE.sub(_with_article, text)


def _with_article(found: re.Match[str]) -> str:
    return f"{found[1]}{'n' if _VOWEL.match(found[2].lstrip(_QUOTES)) else ''} "
