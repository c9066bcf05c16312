"""Catalogues that belong together, and what must hold across their files.

Rules of this place: a catalogue and all that extend it are one family, in which ids come once; a rule of one's own
takes the place of ours for the same control, whole, and of no other rule of one's own; every control that is added has
a rule, and for each risk that a control is mapped to something is asked.
"""

from collections.abc import Iterable, Mapping, Sequence

from risks._evidence import Rule, RuleBook
from risks._fields import Problems
from risks._load_catalogue import extend, lists_of
from risks._load_relations import check_subjects
from risks._load_rules import check_controls
from risks._relations import Crosswalk
from risks._types import Catalogue

__all__ = ["Content", "check_families", "families", "rules_in_force"]

Content = Catalogue | Crosswalk | RuleBook
Sourced = tuple[Content, Problems]


def families(catalogues: Iterable[Catalogue]) -> dict[str, Catalogue]:
    """Return, by the id of each catalogue, the whole that it is part of."""
    known = {item.id: item for item in catalogues}
    wholes = {
        root.id: extend(root, *(item for item in known.values() if item.extends == root.id))
        for root in known.values()
        if not _is_part(root, known)
    }
    return {item.id: wholes[item.extends if _is_part(item, known) else item.id] for item in known.values()}


def _is_part(item: Catalogue, known: Mapping[str, Catalogue]) -> bool:
    """Whether a catalogue is part of another one that is there and stands alone."""
    return bool(item.extends) and item.extends in known and not known[item.extends].extends


def rules_in_force(books: Iterable[RuleBook]) -> dict[str, Rule]:
    """Return the rule of each control; of two books the later one holds, and one's own come last."""
    return {rule.control: rule for book in books for rule in book.rules}


def check_families(own: Sequence[Sourced], shipped: Sequence[Content], *, together: bool) -> None:
    """Note what does not hold across the files of one's own and what comes with the product.

    `together`: all of it is in force at once, so that a catalogue that stands alone takes no id of another one either.
    """
    mine, theirs = {item.id for item, _ in own}, {item.id for item in shipped}
    others = [item for item in shipped if item.id not in mine]
    for index, (item, problems) in enumerate(own):
        if together and item.id in theirs:
            problems.add("/id", f"the id {item.id!r} is taken by a file that comes with the product")
        if not isinstance(item, Catalogue) and item.id in {other.id for other, _ in own[:index]}:
            problems.add("/id", f"the id {item.id!r} is taken by a file that is named before")
    _check_ids(own, [item for item in others if isinstance(item, Catalogue)], together=together)
    _check_one_rule(own)
    everything = [*others, *(item for item, _ in own)]
    wholes = families(item for item in everything if isinstance(item, Catalogue))
    for item, problems in own:
        if isinstance(item, Catalogue) or item.catalogue not in wholes:
            continue
        whole = wholes[item.catalogue]
        if isinstance(item, RuleBook):
            check_controls(item, _risks_by_control(whole), problems)
        else:
            subjects = {risk.id for risk in whole.risks} | {control.id for control in whole.controls}
            check_subjects(item, subjects, problems)
    rules = rules_in_force(item for item in everything if isinstance(item, RuleBook))
    for item, problems in own:
        if isinstance(item, Catalogue):
            _check_asked(item, rules, own, problems)


def _check_ids(own: Sequence[Sourced], shipped: Sequence[Catalogue], *, together: bool) -> None:
    """Note ids that another catalogue has; those of the catalogue that it extends are looked at with the references."""
    before = list(shipped)
    for item, problems in own:
        if not isinstance(item, Catalogue):
            continue
        for other in before:
            if other.id == item.extends or not (together or _root(other) == _root(item)):
                continue
            taken = {key: {one.id for one in items} for key, items in lists_of(other)}
            for key, items in lists_of(item):
                for index, one in enumerate(items):
                    if one.id in taken[key]:
                        problems.add(f"/{key}/{index}/id", f"the id {one.id!r} is taken in {other.id!r}")
        before.append(item)


def _root(item: Catalogue) -> str:
    return item.extends or item.id


def _check_one_rule(own: Sequence[Sourced]) -> None:
    """Note a control for which two books have a rule: nobody could say which one counts."""
    held: dict[str, str] = {}
    for item, problems in own:
        if isinstance(item, RuleBook):
            for index, rule in enumerate(item.rules):
                if held.setdefault(rule.control, item.id) != item.id:
                    found = f"{rule.control!r} has a rule in {held[rule.control]!r} already"
                    problems.add(f"/rules/{index}/control", found)


def _check_asked(item: Catalogue, rules: Mapping[str, Rule], own: Sequence[Sourced], problems: Problems) -> None:
    """Note controls of a catalogue without a rule, and pairs of it for which nothing is asked."""
    books = [noted for book, noted in own if isinstance(book, RuleBook) and book.catalogue == item.id]
    for index, control in enumerate(item.controls):
        if control.id not in rules:
            noted, pointer = (books[0], "/rules") if books else (problems, f"/controls/{index}/id")
            noted.add(pointer, f"the control {control.id!r} has no rule")
    pairs = [("risks", index, risk.id, risk.controls) for index, risk in enumerate(item.risks)]
    pairs += [("pairings", index, pairing.risk, pairing.controls) for index, pairing in enumerate(item.pairings)]
    mine = {rule.control for book, _ in own if isinstance(book, RuleBook) for rule in book.rules}
    for key, index, risk, controls in pairs:
        for place, mapping in enumerate(controls):
            rule = rules.get(mapping.control)
            if rule is not None and mapping.control not in mine and not rule.asked_for(risk):
                found = f"the rule of {mapping.control!r} asks nothing on account of {risk!r}: give one of your own"
                problems.add(f"/{key}/{index}/controls/{place}/id", found)


def _risks_by_control(catalogue: Catalogue) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {control.id: [] for control in catalogue.controls}
    for risk in catalogue.risks:
        for mapping in risk.controls:
            found.setdefault(mapping.control, []).append(risk.id)
    return found
