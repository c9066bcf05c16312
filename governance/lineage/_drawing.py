"""Drawing lineage: artefacts and links become rows of an entry.

Rules of this place: what is there is not written again; a link that would close a circle is refused; a version that
comes as a new one takes the place of those that were seen before it, unless it was seen before them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, func, select

from assay.kernel import content_id
from governance._change import Change, StateRow
from governance.ledger import Action, Subject
from governance.lineage._circles import refuse_circles
from governance.lineage._names import portions, pseudonyms_of
from governance.lineage._types import NAMED_BY_PEOPLE, Artefact, ArtefactKind, Link
from governance.store import LineageArtefactRow, LineageLinkRow, LineageSightingRow, table_of

__all__ = ["Known", "draw", "known_artefacts", "rows_of"]

_ARTEFACTS, _LINKS = table_of(LineageArtefactRow), table_of(LineageLinkRow)

Known = Mapping[Artefact, int]  # artefact → its number in the store


def draw(change: Change, links: Iterable[Link], *, seen_at: str | None = None) -> int | None:
    """Write what is new of these links with an entry of its own; return its number, None where nothing was.

    `seen_at` is when it was so, where that is earlier than now. Raise `InputError` for a circle.
    """
    rows = rows_of(change, links, seen_at=seen_at)
    if not rows:
        return None
    subject = Subject(type="lineage", id=content_id("lineage", str(change.next_seq)), version=1, digest=None)
    return change.record(Action.LINEAGE_RECORDED, subject, rows, {"links": _count(rows)})


def rows_of(change: Change, links: Iterable[Link], *, seen_at: str | None = None) -> tuple[StateRow, ...]:
    """Return the rows that `draw` writes, for an entry of the caller's, who records them before drawing again."""
    wanted = tuple(dict.fromkeys(links))
    ends = tuple(dict.fromkeys(end for link in wanted for end in (link.upstream, link.downstream)))
    known = known_artefacts(change.connection, ends, make_names=True)
    numbers, made = _numbered(change.connection, ends, known)
    fresh = _fresh_links(change.connection, wanted, numbers, known)
    refuse_circles(change.connection, fresh, set(known.values()), wanted, numbers)
    at = change.at if seen_at is None else min(seen_at, change.at)  # nobody has seen tomorrow
    sightings = (
        StateRow(LineageSightingRow, {"artefact": numbers[one], "seen_at": at, "present": 1})
        for one in ends
        if one not in known and (one.is_replaced or one.kind is ArtefactKind.CORPUS)  # a corpus tells what is gone
    )
    return (*made, *_link_rows(fresh), *sightings)


def known_artefacts(connection: Connection, wanted: Sequence[Artefact], *, make_names: bool = False) -> Known:
    """Return those that are in the store; with `make_names`, pseudonyms that are missing are made."""
    stored = _stored_names(connection, wanted, make=make_names)
    sought = {(one.kind.value, stored[one], one.digest or "", one.system): one for one in wanted if one in stored}
    found: dict[Artefact, int] = {}
    for part in portions(list(sought)):
        names, digests = {name for _, name, _, _ in part}, {digest for _, _, digest, _ in part}
        rows = connection.execute(
            select(_ARTEFACTS.c.kind, _ARTEFACTS.c.name, _ARTEFACTS.c.digest, _ARTEFACTS.c.system,
                   _ARTEFACTS.c.artefact)
            .where(_ARTEFACTS.c.name.in_(names), _ARTEFACTS.c.digest.in_(digests))
        )  # fmt: skip
        for kind, name, digest, system, number in rows:
            one = sought.get((kind, name, digest, system))
            if one is not None:
                found[one] = int(number)
    return found


def _stored_names(connection: Connection, wanted: Sequence[Artefact], *, make: bool) -> Mapping[Artefact, str]:
    people = {one.name for one in wanted if one.kind in NAMED_BY_PEOPLE}
    pseudonyms = pseudonyms_of(connection, people, make=make)
    names = {one: pseudonyms.get(one.name) if one.kind in NAMED_BY_PEOPLE else one.name for one in wanted}
    return {one: name for one, name in names.items() if name is not None}


def _numbered(
    connection: Connection, ends: Sequence[Artefact], known: Known
) -> tuple[dict[Artefact, int], list[StateRow]]:
    """Return every artefact's number, and rows for those that have none yet."""
    missing = [one for one in ends if one not in known]
    names = _stored_names(connection, missing, make=False)
    first = 1 + int(connection.execute(select(func.coalesce(func.max(_ARTEFACTS.c.artefact), 0))).scalar_one())
    numbers = dict(known)
    rows = []
    for number, one in enumerate(missing, start=first):
        numbers[one] = number
        cells = {"artefact": number, "kind": one.kind.value, "name": names[one], "digest": one.digest or ""}
        rows.append(StateRow(LineageArtefactRow, {**cells, "system": one.system}))
    return numbers, rows


_Fresh = tuple[int, int, str]  # upstream, downstream, relation


def _fresh_links(
    connection: Connection, wanted: Sequence[Link], numbers: Mapping[Artefact, int], known: Known
) -> list[_Fresh]:
    """Return the links that are not in the store; where an end is new, so is the link."""
    ends = [(numbers[one.upstream], numbers[one.downstream], one.relation.value) for one in wanted]
    old = set(known.values())
    asked = {downstream for upstream, downstream, _ in ends if upstream in old and downstream in old}
    there: set[_Fresh] = set()
    for part in portions(sorted(asked)):
        rows = connection.execute(
            select(_LINKS.c.upstream, _LINKS.c.downstream, _LINKS.c.relation).where(_LINKS.c.downstream.in_(part))
        )
        there |= {(int(upstream), int(downstream), str(relation)) for upstream, downstream, relation in rows}
    return [one for one in ends if one not in there]


def _link_rows(fresh: Sequence[_Fresh]) -> Iterator[StateRow]:
    for upstream, downstream, relation in fresh:
        yield StateRow(LineageLinkRow, {"upstream": upstream, "downstream": downstream, "relation": relation})


def _count(rows: Sequence[StateRow]) -> int:
    return sum(row.model is LineageLinkRow for row in rows)
