"""Duties to keep something, held against how long this store is told to keep it, and against what is gone. Pure.

Rules of this place: a period of the law is the longest that its words can mean (six months: 184 days); a hold in force
keeps everything, so a short period takes nothing away while it lasts; what was erased is gone, whatever is configured.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from governance.evidence import Conclusion, Item, ItemState
from governance.retention import Hold, HoldScope, RetentionClass
from risks.act import Clock, Duty, DutyOnDay, days_of

__all__ = ["retention_conflicts"]

_RECORD: Final = "retention_record"  # what says how long; the rest of a duty's evidence is what is kept


def retention_conflicts(
    found: Iterable[DutyOnDay],
    classes: Sequence[RetentionClass],
    items: Sequence[Item],
    holds: Sequence[Hold],
    system: str,
) -> Mapping[str, tuple[str, ...]]:
    """Return what contradicts each duty to keep something, by its provision."""
    is_held = any(_holds(one, system) for one in holds)
    conflicts: dict[str, tuple[str, ...]] = {}
    for duty, clock in ((one.duty, one.duty.clock) for one in found):
        if clock is not None and clock.kind == "retention":
            short = () if is_held else _short(duty, clock, classes)
            if told := (*short, *_gone(duty, items), *_said(duty, items)):
                conflicts[duty.id] = told
    return conflicts


def _short(duty: Duty, clock: Clock, classes: Sequence[RetentionClass]) -> tuple[str, ...]:
    needed = days_of(clock.length)
    return tuple(
        f"{one.id} are kept {one.kept_days} days here, {duty.id} asks for {needed} at least:"
        f" write `retention: {{{one.id}: {needed}}}` into assay.yaml"
        for one in classes
        if one.kept_days < needed and any(_is_of(duty.id, article) for article in one.articles)
    )


def _gone(duty: Duty, items: Sequence[Item]) -> tuple[str, ...]:
    kinds = set(duty.evidence) - {_RECORD}
    return tuple(
        f"the file of {item.id} ({of}) was erased before its time:"
        f" hand it in again: assay evidence submit FILE --kind {kind} --of {of}"
        for item in items
        if item.state is ItemState.ACCEPTED and not item.is_kept
        for kind, of in sorted({(fact.kind, fact.of) for fact in item.facts})
        if of in kinds
    )


def _said(duty: Duty, items: Sequence[Item]) -> tuple[str, ...]:
    """Return what a record of retention that somebody accepted says against the duty."""
    return tuple(
        f"{item.id} says: {item.note or 'it is kept too short'}; mend it there, then hand in a new one:"
        " assay act form retention"
        for item in items
        if item.state is ItemState.ACCEPTED and _RECORD in duty.evidence
        for fact in item.facts
        if fact.of == _RECORD and fact.conclusion is Conclusion.NOT_SATISFIED
    )


def _is_of(duty: str, article: str) -> bool:
    named = article.removeprefix("AI Act ")
    return duty == named or duty.startswith(f"{named}(")


def _holds(one: Hold, system: str) -> bool:
    covers = one.scope_type is HoldScope.ALL or (one.scope_type is HoldScope.SYSTEM and one.scope == system)
    return covers and one.lifted_at is None
