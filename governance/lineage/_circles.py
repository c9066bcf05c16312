"""Circles: nothing rests on itself, however far around.

Rules of this place: a circle needs a new link, so only what rests on the ends of new links is looked at; what is drawn
in the usual order has nothing below it yet and costs nothing here.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, select

from assay.kernel import InputError
from governance.lineage._names import portions
from governance.lineage._types import Artefact, Link
from governance.store import LineageLinkRow, table_of

__all__ = ["refuse_circles"]

_LINKS = table_of(LineageLinkRow)


def refuse_circles(
    connection: Connection,
    fresh: Sequence[tuple[int, int, str]],
    known: Collection[int],
    links: Sequence[Link],
    numbers: Mapping[Artefact, int],
) -> None:
    """Raise `InputError` where new links (upstream, downstream, relation) close a circle with those in the store."""
    below: dict[int, set[int]] = {}
    for upstream, downstream, _ in fresh:
        below.setdefault(upstream, set()).add(downstream)
    _add_stored(connection, below, set(known) & {downstream for _, downstream, _ in fresh})
    on_circle = _without_ends(below)
    for link in links:
        if numbers[link.upstream] in on_circle and numbers[link.downstream] in on_circle:
            raise InputError(
                f"{link.downstream.label} cannot rest on {link.upstream.label}, which rests on it already",
                hint=f"assay lineage show {link.upstream.label} --up",
            )


def _add_stored(connection: Connection, below: dict[int, set[int]], begin: set[int]) -> None:
    """Add what the store holds below these artefacts, and below what new links lead to from there."""
    seen: set[int] = set()
    level = begin
    while level:
        seen |= level
        reached: set[int] = set()
        for part in portions(sorted(level)):
            rows = connection.execute(select(_LINKS.c.upstream, _LINKS.c.downstream).where(_LINKS.c.upstream.in_(part)))
            for upstream, downstream in rows:
                below.setdefault(int(upstream), set()).add(int(downstream))
        for one in level:
            reached |= below.get(one, set())
        level = reached - seen


def _without_ends(below: Mapping[int, set[int]]) -> set[int]:
    """Return what is left once whatever has nothing above it is taken away, again and again: circles, and below."""
    above: dict[int, int] = dict.fromkeys(below, 0)
    for reached in below.values():
        for one in reached:
            above[one] = above.get(one, 0) + 1
    free = [one for one, count in above.items() if not count]
    while free:
        one = free.pop()
        del above[one]
        for other in below.get(one, ()):
            above[other] -= 1
            if not above[other]:
                free.append(other)
    return set(above)
