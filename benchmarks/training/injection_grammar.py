r"""Templates with slots and alternatives, read from YAML, written out by a draw.

`((a|b))` is one of its parts, `{slot}` a line of that slot (which may hold slots itself), `\n` a line break,
`{{` a brace. Lines of a slot may repeat: what stands there twice is drawn twice as often.

Rules of this place: about one template in ten is held back by the hash of its wording and never trained on; the same
seed draws the same texts.
"""

import hashlib
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import yaml

__all__ = ["Grammar", "Special", "held_out", "read_grammar"]

FOLDER: Final = Path(__file__).parents[1] / "data" / "injection"
_CHOICE: Final = re.compile(r"\(\(((?:(?!\(\(|\)\)).)*)\)\)")
_SLOT: Final = re.compile(r"\{([a-z_0-9]+)\}")
_DEEPEST: Final = 12  # slots inside slots

Special: TypeAlias = Callable[[random.Random], str]
"""Makes what stands for a slot that no list can hold."""


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """Slots and templates of one or several files."""

    slots: Mapping[str, Sequence[str]]
    templates: Mapping[str, Sequence[str]]
    specials: dict[str, Special] = field(default_factory=dict)

    def text(self, draw: random.Random, kind: str, *, dev: bool = False) -> str:
        """Return a text of a kind; `dev`: from the templates that are held back."""
        pool = [line for line in self.templates[kind] if held_out(line) == dev] or self.templates[kind]
        return self.filled(draw.choice(pool), draw)

    def slot(self, name: str, draw: random.Random) -> str:
        """Return what stands for a slot."""
        return self.filled(f"{{{name}}}", draw)

    def filled(self, template: str, draw: random.Random) -> str:
        """Return the template with all its slots filled."""
        text = template
        for _ in range(_DEEPEST):
            while _CHOICE.search(text):
                text = _CHOICE.sub(lambda found: draw.choice(found[1].split("|")), text)
            filled = _SLOT.sub(lambda found: self._one(found[1], draw), text)
            if filled == text:
                break
            text = filled
        text = text.replace("\\n", "\n").replace("{{", "{").replace("}}", "}")
        return re.sub(r"[^\S\n]+([,.;!?])(?=\s|$)", r"\1", re.sub(r"[^\S\n]{2,}", " ", text)).strip()

    def _one(self, name: str, draw: random.Random) -> str:
        if name in self.specials:
            return self.specials[name](draw).replace("((", "( (").replace("{", "( ")
        return draw.choice(self.slots[name]) if name in self.slots else f"{{{name}}}"


def held_out(template: str) -> bool:
    """Whether a template is kept out of training."""
    return hashlib.sha256(template.encode()).digest()[0] < 26


@cache
def _file(name: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    data = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))
    return (
        {slot: lines.splitlines() for slot, lines in data.get("slots", {}).items()},
        {kind: lines.splitlines() for kind, lines in data.get("templates", {}).items()},
    )


def read_grammar(templates: str, *others: str) -> Grammar:
    """Return the templates of one file with the slots of all; the first file's slots win."""
    slots: dict[str, list[str]] = {}
    for name in (*reversed(others), templates):
        slots |= _file(name)[0]
    return Grammar(slots=slots, templates=_file(templates)[1])
