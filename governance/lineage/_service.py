"""Lineage of an open store: what a thing rests on, what rests on it, and what is stale.

Rules of this place: "as of" is a ledger size; a thing is found by `kind:name`, and by its digest where one version is
meant; a corpus that was only seen beside a run leads nowhere.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from assay.kernel import InputError, MissingError, format_time
from evaluation.runs import CorpusSource
from governance._door import Door
from governance.access import Permission
from governance.ledger import Actor
from governance.lineage._activities import Activity, read_activities
from governance.lineage._currency import corpora_before, current_of, settle
from governance.lineage._drawing import draw, known_artefacts
from governance.lineage._findings import TaintFinding, read_findings
from governance.lineage._graph import Direction, artefacts_of, levels, reached
from governance.lineage._measured import corpus_links, corpus_of, documents_of
from governance.lineage._names import names_with, pseudonyms_of
from governance.lineage._staleness import StaleReason, read_stale
from governance.lineage._types import (
    NAMED_BY_PEOPLE,
    Artefact,
    ArtefactKey,
    ArtefactKind,
    Link,
    Relation,
)
from governance.store import LineageArtefactRow, table_of

__all__ = ["CONSEQUENCES", "Impact", "Lineage", "Tie", "parse_label"]

_ARTEFACTS = table_of(LineageArtefactRow)
CONSEQUENCES: Final = frozenset({ArtefactKind.RUN, ArtefactKind.DECISION, ArtefactKind.RELEASE, ArtefactKind.REPORT})


@dataclass(frozen=True, kw_only=True, slots=True)
class Tie:
    """One link of a walk."""

    level: int  # 1: next to where it began
    link: Link


@dataclass(frozen=True, kw_only=True)
class Impact:
    """What rests on something."""

    of: tuple[Artefact, ...]
    counts: Mapping[ArtefactKind, int]  # of everything
    artefacts: tuple[Artefact, ...]  # of the kinds that were asked for, the newest first


@dataclass(frozen=True)
class Lineage:
    """What rests on what."""

    _door: Door

    def find(self, label: str, *, system: str | None = None, as_of: int | None = None) -> tuple[Artefact, ...]:
        """Return the versions of `kind:name`, or the one of `kind:name@digest`, the current ones first.

        Raise `InputError` for what is no such text, `MissingError` where nothing of that name is there.
        """
        kind, name, digest = parse_label(label)
        with self._door.reading() as connection:
            stored = pseudonyms_of(connection, [name]).get(name, name) if kind in NAMED_BY_PEOPLE else name
            wanted = select(_ARTEFACTS.c.artefact).where(_ARTEFACTS.c.name == stored, _ARTEFACTS.c.kind == kind.value)
            if digest is not None:
                wanted = wanted.where(_ARTEFACTS.c.digest == digest)
            if system is not None:
                wanted = wanted.where(_ARTEFACTS.c.system == system)
            if as_of is not None:
                wanted = wanted.where(_ARTEFACTS.c.seq < as_of)
            numbers = [int(number) for (number,) in connection.execute(wanted)]
            current = {number: number in one.present for number, one in current_of(connection, numbers).items()}
            known = artefacts_of(connection, numbers)
        if not numbers:
            raise MissingError(
                f"nothing in the record is called {label!r}",
                hint="assay runs list; assay corpus list; lineage is recorded with runs",
            )
        order = sorted(numbers, key=lambda number: (current.get(number, True), number), reverse=True)
        return tuple(known[number] for number in order)

    def upstream(self, artefact: Artefact, *, depth: int | None = None, as_of: int | None = None) -> tuple[Tie, ...]:
        """Return what it rests on, the nearest first; raise `MissingError` for what is not recorded."""
        return self._walk(artefact, Direction.UP, depth, as_of)

    def downstream(self, artefact: Artefact, *, depth: int | None = None, as_of: int | None = None) -> tuple[Tie, ...]:
        """Return what rests on it, the nearest first; raise `MissingError` for what is not recorded."""
        return self._walk(artefact, Direction.DOWN, depth, as_of)

    def impact(
        self,
        artefacts: Iterable[Artefact],
        *,
        kinds: Collection[ArtefactKind] = CONSEQUENCES,
        most: int | None = None,
        as_of: int | None = None,
    ) -> Impact:
        """Count what rests on these, and name what is of these kinds, the `most` newest of it.

        Raise `MissingError` for what is not recorded.
        """
        of = tuple(artefacts)
        with self._door.reading() as connection:
            counts, newest = reached(connection, _numbers(connection, of), kinds, most, as_of=as_of)
            known = artefacts_of(connection, newest)
        return Impact(
            of=of,
            counts={kind: counts[kind] for kind in ArtefactKind if kind in counts},
            artefacts=tuple(known[number] for number in newest),
        )

    def path(self, upstream: Artefact, downstream: Artefact, *, as_of: int | None = None) -> tuple[Link, ...]:
        """Return the shortest way by which one rests on the other, from the top; () where it does not."""
        with self._door.reading() as connection:
            (begin,), (end,) = _numbers(connection, [upstream]), _numbers(connection, [downstream])
            before: dict[int, tuple[int, int, Relation]] = {}
            for level in levels(connection, [end], Direction.UP, as_of=as_of):
                for one, other, relation in level:
                    if relation is not Relation.BESIDE:
                        before.setdefault(other, (other, one, relation))
                if begin in before:
                    break
            steps = []
            while begin != end and begin in before:
                steps.append(before[begin])
                begin = before[begin][1]
            known = artefacts_of(connection, {number for one, other, _ in steps for number in (one, other)})
        return tuple(
            Link(upstream=known[one], downstream=known[other], relation=relation) for one, other, relation in steps
        )

    def stale(self, system: str | None = None, *, as_of: int | None = None) -> Mapping[ArtefactKey, StaleReason]:
        """Return what rests on something that changed or was removed since, with the reason."""
        with self._door.reading() as connection:
            return read_stale(connection, system, as_of=as_of)

    def findings(self, system: str | None = None, *, as_of: int | None = None) -> tuple[TaintFinding, ...]:
        """Return where data with personal data in it reached a corpus or a training."""
        with self._door.reading() as connection:
            return read_findings(connection, system, as_of=as_of)

    def activities(self, system: str | None = None, *, since: int = 0) -> tuple[Activity, ...]:
        """Return what was made of what since an entry of the ledger, in its order."""
        with self._door.reading() as connection:
            return read_activities(connection, system, since=since)

    def names_with(self, matches: Callable[[str], bool]) -> tuple[str, ...]:
        """Return the pseudonyms of names of files that match: what an erasure asks for."""
        with self._door.reading() as connection:
            return names_with(connection, matches)

    def see_corpus(self, corpus: CorpusSource, actor: Actor, *, system: str) -> bool:
        """Record which documents a corpus holds now; return whether that was news."""
        whole, documents = corpus_of(corpus.digest, system), documents_of(corpus, system)
        with self._door.change(actor, Permission.RECORD_LINEAGE, system) as change:
            before = corpora_before(change.connection, whole)
            drawn = draw(change, corpus_links(corpus, system))
            settled = settle(change, whole, documents, before, seen_at=format_time(self._door.clock.now()))
        return drawn is not None or settled is not None

    def _walk(self, artefact: Artefact, direction: Direction, depth: int | None, as_of: int | None) -> tuple[Tie, ...]:
        with self._door.reading() as connection:
            found = list(levels(connection, _numbers(connection, [artefact]), direction, depth=depth, as_of=as_of))
            known = artefacts_of(
                connection, {end for level in found for one, other, _ in level for end in (one, other)}
            )
        up = direction is Direction.UP
        return tuple(
            Tie(
                level=place,
                link=Link(
                    upstream=known[other if up else one], downstream=known[one if up else other], relation=relation
                ),
            )
            for place, level in enumerate(found, start=1)
            for one, other, relation in level
        )


def parse_label(text: str) -> tuple[ArtefactKind, str, str | None]:
    """Read `kind:name` or `kind:name@digest`; raise `InputError` for anything else."""
    kind, colon, rest = text.partition(":")
    name, at, digest = rest.rpartition("@")
    if not at or ":" not in digest:
        name, digest = rest, ""
    if not colon or not name or kind not in set(ArtefactKind):
        raise InputError(
            f"not a thing of the record: {text!r}", hint=f"KIND:NAME, KIND one of {', '.join(ArtefactKind)}"
        )
    return ArtefactKind(kind), name, digest or None


def _numbers(connection: Connection, artefacts: Collection[Artefact]) -> list[int]:
    known = known_artefacts(connection, tuple(artefacts))
    missing = [one for one in artefacts if one not in known]
    if missing:
        raise MissingError(f"{missing[0].key} is not in the record", hint=f"assay lineage show {missing[0].label}")
    return list(known.values())
