"""Facts of files that were handed in, from their rows, and the files themselves.

Rules of this place: one statement reads all facts of a system, or of all; of a thing the newest version that was not
returned counts, so that a bad report cannot be hidden behind an older good one, nor a good one by a wrong file; what
expired is shown and is inconclusive.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, CursorResult, RowMapping, Select, bindparam, func, select

from assay.kernel import parse_strict
from governance._payloads import texts_in
from governance.evidence._items import Item, ItemState, Review, ReviewVerdict
from governance.evidence._moment import SYSTEM, Moment, known
from governance.evidence._types import Conclusion, EvidenceOrigin, Fact, FactStanding
from governance.store import (
    EvidenceFactRow,
    EvidenceOriginalRow,
    EvidenceReviewRow,
    EvidenceSubmissionRow,
    LedgerPayload,
    table_of,
)

__all__ = ["read_item", "read_items", "submitted_facts"]

_SUBMISSIONS, _FACTS = table_of(EvidenceSubmissionRow), table_of(EvidenceFactRow)
_REVIEWS, _ORIGINALS = table_of(EvidenceReviewRow), table_of(EvidenceOriginalRow)
_PAYLOADS = table_of(LedgerPayload)
_SAID, _ANSWERED = _PAYLOADS.alias(), _PAYLOADS.alias()
_LATER = _REVIEWS.alias()
_REVIEW_CELLS = ("verdict", "reviewer", "role", "four_eyes")
_FACT_CELLS = ("kind", "of", "conclusion", "value", "lower", "upper", "n", "failures", "open_findings", "by_severity")


def _joined(*, with_words: bool) -> Select[Any]:
    """Return the statement: a row a fact, with its submission and the newest review of that."""
    newest = select(func.max(_LATER.c.seq)).where(_LATER.c.evidence == _SUBMISSIONS.c.evidence, known(_LATER))
    is_reviewed = (_REVIEWS.c.evidence == _SUBMISSIONS.c.evidence) & (_REVIEWS.c.seq == newest.scalar_subquery())
    cells: list[Any] = [
        _SUBMISSIONS,
        *(_FACTS.c[name] for name in _FACT_CELLS),
        *(_REVIEWS.c[name] for name in _REVIEW_CELLS),
        *(_REVIEWS.c[name].label(f"review_{name}") for name in ("seq", "recorded_at")),
    ]
    rows = _SUBMISSIONS.join(_FACTS, _FACTS.c.evidence == _SUBMISSIONS.c.evidence).outerjoin(_REVIEWS, is_reviewed)
    if with_words:
        is_kept = select(_ORIGINALS.c.size).where(_ORIGINALS.c.digest == _SUBMISSIONS.c.digest).exists()
        cells += [_SAID.c.data.label("said"), _ANSWERED.c.data.label("answered"), is_kept.label("is_kept")]
        rows = rows.outerjoin(_SAID, _SAID.c.seq == _SUBMISSIONS.c.seq)
        rows = rows.outerjoin(_ANSWERED, _ANSWERED.c.seq == _REVIEWS.c.seq)
    wanted = select(*cells).select_from(rows).where(known(_SUBMISSIONS))
    return wanted.order_by(_SUBMISSIONS.c.thing, _SUBMISSIONS.c.version, _FACTS.c.number)


_FACTS_OF_ALL = _joined(with_words=False)
_FACTS_OF = _FACTS_OF_ALL.where(_SUBMISSIONS.c.system == SYSTEM)
_ITEMS = _joined(with_words=True)
_ITEMS_OF = _ITEMS.where(_SUBMISSIONS.c.system == SYSTEM)
_OTHER = _SUBMISSIONS.alias()
_VERSIONS = _ITEMS.where(
    _SUBMISSIONS.c.thing == select(_OTHER.c.thing).where(_OTHER.c.evidence == bindparam("of")).scalar_subquery()
)


def submitted_facts(connection: Connection, system: str | None, moment: Moment) -> Iterator[Fact]:
    """Yield what each thing of a system, or of all, states, by the version of it that counts."""
    wanted = _FACTS_OF_ALL if system is None else _FACTS_OF
    for versions in _things(connection.execute(wanted, moment.parameters(system))):
        yield from _facts(versions[_counting(versions)], moment)


def read_items(connection: Connection, moment: Moment, *, system: str | None = None) -> tuple[Item, ...]:
    """Return submissions, newest first: all versions of all things, of a system or of all."""
    found = connection.execute(_ITEMS if system is None else _ITEMS_OF, moment.parameters(system))
    return tuple(sorted(_items(found, moment), key=lambda one: one.seq, reverse=True))


def read_item(connection: Connection, moment: Moment, evidence: str) -> Item | None:
    """Return a submission, if it is there."""
    versions = connection.execute(_VERSIONS, {**moment.parameters(), "of": evidence})
    return next((one for one in _items(versions, moment) if one.id == evidence), None)


def _items(found: CursorResult[Any], moment: Moment) -> Iterator[Item]:
    for versions in _things(found):
        for number, rows in enumerate(versions):
            yield _item(rows, moment, counts=number == _counting(versions))


def _things(found: CursorResult[Any]) -> Iterator[list[list[RowMapping]]]:
    """Yield the versions of each thing, oldest first; of each its rows, one a fact."""
    for _, of_thing in groupby(found.mappings(), key=lambda row: row["thing"]):
        yield [list(of_version) for _, of_version in groupby(of_thing, key=lambda row: row["version"])]


def _counting(versions: Sequence[Sequence[RowMapping]]) -> int:
    """Return the number of the version that counts: the newest that was not returned, else the newest."""
    kept = [number for number, rows in enumerate(versions) if rows[0]["verdict"] != ReviewVerdict.RETURNED]
    return kept[-1] if kept else len(versions) - 1


def _facts(rows: Sequence[RowMapping], moment: Moment) -> Iterator[Fact]:
    """Yield the facts of one version; what they have in common is made once."""
    first = rows[0]
    common: dict[str, Any] = {
        "evidence": first["evidence"],
        "seq": first["review_seq"] or first["seq"],
        "system": first["system"],
        "subject": first["thing"],
        "digest": first["digest"],
        "origin": EvidenceOrigin(first["origin"]),
        "submitter": first["submitter"],
        "issued_at": first["issued_at"],
        "expires_at": first["expires_at"],
        "standing": _STANDINGS[_verdict(first, moment)],
    }
    is_doubtful = moment.is_to_come(first["issued_at"]) or moment.is_past(first["expires_at"])
    for row in rows:
        yield Fact(
            **common,
            kind=row["kind"],
            of=row["of"],
            conclusion=Conclusion.INCONCLUSIVE if is_doubtful else _CONCLUSIONS[row["conclusion"]],
            value=_decimal(row["value"]),
            lower=_decimal(row["lower"]),
            upper=_decimal(row["upper"]),
            n=row["n"],
            failures=row["failures"],
            open_findings=row["open_findings"],
            by_severity=_counts(row["by_severity"]),
        )


_CONCLUSIONS: dict[str | None, Conclusion | None] = {None: None} | {one.value: one for one in Conclusion}
_STANDINGS: dict[str | None, FactStanding] = {
    None: FactStanding.SUBMITTED,
    ReviewVerdict.ACCEPTED: FactStanding.ACCEPTED,
    ReviewVerdict.RETURNED: FactStanding.RETURNED,
}


def _item(rows: Sequence[RowMapping], moment: Moment, *, counts: bool) -> Item:
    row = rows[0]
    said = texts_in(row["said"])
    return Item(
        id=row["evidence"],
        seq=row["seq"],
        system=row["system"],
        thing=row["thing"],
        version=row["version"],
        format=row["format"],
        digest=row["digest"],
        size=row["size"],
        media_type=row["media_type"],
        submitter=row["submitter"],
        owner=row["owner"],
        origin=EvidenceOrigin(row["origin"]),
        issued_at=row["issued_at"],
        expires_at=row["expires_at"],
        recorded_at=row["recorded_at"],
        state=_state(row, moment, counts=counts),
        review=_review(row),
        is_kept=bool(row["is_kept"]),
        name=said.get("name"),
        part=said.get("part"),
        note=said.get("note"),
        facts=tuple(_facts(rows, moment)),
    )


def _state(row: RowMapping, moment: Moment, *, counts: bool) -> ItemState:
    if row["verdict"] == ReviewVerdict.RETURNED:
        return ItemState.RETURNED
    if not counts:
        return ItemState.SUPERSEDED
    if moment.is_past(row["expires_at"]):
        return ItemState.EXPIRED
    return ItemState.ACCEPTED if _verdict(row, moment) == ReviewVerdict.ACCEPTED else ItemState.SUBMITTED


def _verdict(row: RowMapping, moment: Moment) -> str | None:
    """Return what was said of it; what a single user accepted alone waits again once there is a team."""
    alone = row["verdict"] == ReviewVerdict.ACCEPTED and not row["four_eyes"]
    return None if alone and moment.is_team else row["verdict"]


def _review(row: RowMapping) -> Review | None:
    if row["verdict"] is None:
        return None
    return Review(
        seq=row["review_seq"],
        verdict=ReviewVerdict(row["verdict"]),
        reviewer=row["reviewer"],
        role=row["role"],
        four_eyes=bool(row["four_eyes"]),
        recorded_at=row["review_recorded_at"],
        comment=texts_in(row["answered"]).get("comment"),
    )


def _counts(text: str | None) -> dict[str, int]:
    found = {} if text is None else parse_strict(text.encode("ascii"))
    return {name: count for name, count in found.items() if isinstance(count, int)} if isinstance(found, dict) else {}


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
