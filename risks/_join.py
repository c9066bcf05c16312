"""Files that were checked together, joined into one framework: one's own rules before ours.

Rules of this place: what was read decides alone, in the order in which the files were named; the digest covers every
file, so that a changed word in one of them is another framework.
"""

from collections.abc import Sequence
from dataclasses import replace

from assay.kernel import digest_json
from risks._evidence import RuleBook
from risks._families import Content, rules_in_force
from risks._framework import Framework, OwnFile
from risks._load_catalogue import extend, lists_of
from risks._relations import Crosswalk, Standard
from risks._types import Catalogue

__all__ = ["join"]


def join(contents: Sequence[Content], extensions: tuple[str, ...], own: Sequence[OwnFile]) -> Framework:
    """Join files; the last ones of `contents` are those of one's own, in the order of `own`."""
    catalogue = extend(*(item for item in contents if isinstance(item, Catalogue)))
    crosswalks = [item for item in contents if isinstance(item, Crosswalk)]
    standards: dict[tuple[str, str], Standard] = {}
    for standard in (each for item in crosswalks for each in item.standards):
        known = standards.setdefault((standard.id, standard.edition), standard)
        standards[known.id, known.edition] = replace(known, names={**standard.names, **known.names})
    rules = rules_in_force(item for item in contents if isinstance(item, RuleBook))
    return Framework(
        catalogue=catalogue,
        standards=tuple(standards.values()),
        relations=tuple(row for item in crosswalks for row in item.relations),
        rules=tuple(rules[control.id] for control in catalogue.controls),
        extensions=extensions,
        own=tuple(own),
        origins=_origins(contents[len(contents) - len(own) :], own),
        digest=digest_json([item.digest for item in contents]),
    )


def _origins(contents: Sequence[Content], own: Sequence[OwnFile]) -> dict[tuple[str, str], OwnFile]:
    """Return which of one's own files says what, by what it is and its id."""
    found: dict[tuple[str, str], OwnFile] = {}
    for item, file in zip(contents, own, strict=True):
        if isinstance(item, Catalogue):
            found |= {(key, one.id): file for key, items in lists_of(item) for one in items}
        if isinstance(item, RuleBook):
            found |= {("rules", rule.control): file for rule in item.rules}
    return found
