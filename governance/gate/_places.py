"""Where in a policy file each rule stands, for readers that point at a line.

Rules of this place: a rule that the policy names is at its own entry; an expectation is at the key that demands it,
and where the file leaves that key to its default, at the part around it; what no key demands has no place.
Lines and columns count from 1, columns in code points.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml

from governance.gate._policy import Policy
from governance.gate._reading import LOADER

__all__ = ["Place", "place_of", "places_of"]

_Path: TypeAlias = tuple[str | int, ...]
_NAMED: Final = ("rules", "evidence", "suites", "filters")  # lists of entries that have names
# What the gate checks of a run or a baseline (after the dot), and the key that demands it.
_DEMANDED_BY: Final[Mapping[str, _Path]] = {
    "metrics": ("expect", "metrics"),
    "questions": ("expect", "questions"),
    "complete": ("expect", "complete"),
    "date": ("expect", "max_age_days"),
    "judge": ("expect", "judge"),
    "card": ("expect", "judge_card"),
    "origin": ("expect", "origin"),
    "policy": ("fixed_beforehand",),
    "registered": ("fixed_beforehand",),
    "attempts": ("attempts",),
    "failures": ("max_failures",),
    "not-applicable": ("not_applicable",),
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A position in a text file."""

    line: int  # from 1
    column: int = 1  # from 1, in code points


def places_of(text: str, policy: Policy) -> dict[str, Place]:
    """Return rule id or dotted key → where it stands in the text that `policy` was read from."""
    node = yaml.compose(text, Loader=LOADER)
    at = {} if node is None else dict(_walk(node, ()))
    found = {".".join(map(str, path)): place for path, place in at.items() if path}
    for section in _NAMED:
        for number, entry in enumerate(getattr(policy, section)):
            if (section, number) in at:
                found[entry.name] = at[(section, number)]
    return found


def place_of(rule: str, places: Mapping[str, Place]) -> Place | None:
    """Return where the rule with this id is demanded, or the nearest part around it; `None` where nothing is."""
    if rule in places:
        return places[rule]
    path: _Path = _DEMANDED_BY.get(rule.rpartition(".")[2]) or (rule.replace(":", ".").split(".")[0],)
    while path:
        if (name := ".".join(map(str, path))) in places:
            return places[name]
        path = path[:-1]
    return None


def _walk(node: yaml.Node, path: _Path) -> Iterator[tuple[_Path, Place]]:
    """Yield the place of each value: of a mapping's value, that of its key."""
    if path:
        yield path, _place(node)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, str(key.value))
            yield from ((at, _place(key) if at == inner else place) for at, place in _walk(value, inner))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _walk(value, (*path, number))


def _place(node: yaml.Node) -> Place:
    return Place(line=node.start_mark.line + 1, column=node.start_mark.column + 1)
