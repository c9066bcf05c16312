"""What is written when a file is handed in.

Rules of this place: it was checked before the change was opened; the same file, saying the same of the same thing,
changes nothing; the file's name and what people wrote are the entry's payload.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, select

from assay.kernel import InputError, JsonValue, canonical_bytes, content_id, digest_bytes, digest_json
from governance._change import Change, StateRow
from governance._estimate_rows import Cell
from governance._recording import register_system
from governance.access import Role
from governance.evidence._drafts import check_person, checked_times, clean_name, media_type_of, shown_name
from governance.evidence._items import DOCUMENT, Stated, SubmissionDraft, Submitted
from governance.evidence._originals import keep_original
from governance.evidence._types import EvidenceOrigin
from governance.ledger import Action, Subject
from governance.store import EvidenceFactRow, EvidenceSubmissionRow, table_of

__all__ = ["record_submission", "refuse_same_thing"]

_SUBMISSIONS = table_of(EvidenceSubmissionRow)


def record_submission(change: Change, draft: SubmissionDraft) -> Submitted:
    """Write a file that was checked; raise `InputError` for times that cannot be, `MissingError` for an owner."""
    cells = _cells(change, draft)
    newest = _newest(change.connection, str(cells["thing"]))
    is_new = newest is None or newest.content != cells["content"]
    keep_original(change.connection, str(cells["digest"]), draft.data)
    if newest is None or is_new:
        register_system(change, draft.system)
        newest = _record(change, draft, cells, version=1 if newest is None else newest.version + 1)
    return Submitted(
        evidence=newest.id, seq=newest.seq, version=newest.version, digest=str(cells["digest"]), is_new=is_new
    )


def refuse_same_thing(drafts: Sequence[SubmissionDraft]) -> None:
    """Raise `InputError` where one of them would stand in the place of another: that may be the bad one."""
    seen = dict[str, SubmissionDraft]()
    for draft in drafts:
        earlier = seen.setdefault(_thing(draft), draft)
        if earlier is not draft:
            raise InputError(
                f"{shown_name(earlier.name)!r} and {shown_name(draft.name)!r} are about the same: the second would"
                " replace the first",
                hint="hand them in one by one, each with its --part",
            )


@dataclass(frozen=True, kw_only=True)
class _Version:
    """A version of a thing."""

    id: str
    seq: int
    version: int
    content: str


def _newest(connection: Connection, thing: str) -> _Version | None:
    columns = (_SUBMISSIONS.c[name] for name in ("evidence", "seq", "version", "content"))
    wanted = select(*columns).where(_SUBMISSIONS.c.thing == thing).order_by(_SUBMISSIONS.c.version.desc()).limit(1)
    row = connection.execute(wanted).first()
    return None if row is None else _Version(id=row[0], seq=row[1], version=row[2], content=row[3])


def _cells(change: Change, draft: SubmissionDraft) -> dict[str, Cell]:
    owner = draft.owner or change.actor.id
    check_person(change.connection, owner, change.actor.id, at=change.at, what="the owner")
    issued_at, expires_at = checked_times(draft, change.at)
    cells: dict[str, Cell] = {
        "thing": _thing(draft),
        "system": draft.system,
        "format": draft.format,
        "digest": digest_bytes(draft.data),
        "size": len(draft.data),
        "media_type": media_type_of(draft.name),
        "submitter": change.actor.id,
        "owner": owner,
        "origin": (EvidenceOrigin.CI if change.actor.role == Role.SERVICE else EvidenceOrigin.PERSON).value,
        "issued_at": issued_at,
        "expires_at": expires_at,
        "recorded_at": change.at,
    }
    said: dict[str, JsonValue] = {name: cells[name] for name in ("digest", "owner", "expires_at")}
    said["issued_at"] = None if draft.issued_at is None else issued_at  # else it would differ each time
    said["facts"] = [dict(_fact_cells(number, one)) for number, one in enumerate(draft.stated)]
    return {**cells, "content": digest_json(said)}


def _record(change: Change, draft: SubmissionDraft, cells: dict[str, Cell], *, version: int) -> _Version:
    identity = content_id("evidence", str(cells["thing"]), str(version))
    facts = [{**_fact_cells(number, one), "evidence": identity} for number, one in enumerate(draft.stated)]
    rows = [
        StateRow(EvidenceSubmissionRow, {**cells, "evidence": identity, "version": version}),
        *(StateRow(EvidenceFactRow, one) for one in facts),
    ]
    details: dict[str, JsonValue] = {
        "system": draft.system,
        "format": draft.format,
        "kinds": sorted({one.kind for one in draft.stated}),
        "size": len(draft.data),
        "expires_at": cells["expires_at"],
    }
    words = {"name": shown_name(draft.name), "part": draft.part, "note": draft.note}
    payload: dict[str, JsonValue] = {name: text for name, text in words.items() if text}
    subject = Subject(type="evidence", id=identity, version=version, digest=str(cells["digest"]))
    seq = change.record(Action.EVIDENCE_SUBMITTED, subject, rows, details, payload=payload)
    return _Version(id=identity, seq=seq, version=version, content=str(cells["content"]))


def _thing(draft: SubmissionDraft) -> str:
    """Return what versions of the same thing share: what a document states, or which tool's report of which part."""
    if draft.format == DOCUMENT:
        about = [part for one in draft.stated for part in (one.kind, " ".join(one.of.casefold().split()))]
    else:
        about = [draft.tool]
    return content_id("thing", draft.system, draft.format, draft.part, *about)


def _fact_cells(number: int, one: Stated) -> dict[str, Cell]:
    severities = {name: count for name, count in (one.by_severity or {}).items() if count}
    return {
        "number": number,
        "kind": one.kind,
        "of": clean_name(one.of, "what it is about"),
        "conclusion": None if one.conclusion is None else one.conclusion.value,
        "value": _text(one.value),
        "lower": _text(one.lower),
        "upper": _text(one.upper),
        "n": one.n,
        "failures": one.failures,
        "open_findings": one.open_findings,
        "by_severity": canonical_bytes(dict(severities)).decode("ascii") if severities else None,
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"
