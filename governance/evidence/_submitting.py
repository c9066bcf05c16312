"""What is written when a file is handed in.

Rules of this place: everything is checked before the change is opened; the same file, saying the same of the same
thing, changes nothing; bytes are kept once under their digest; the file's name and what people wrote are the entry's
payload, and what stands in rows was cleaned of what nobody can see.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import PurePath
from typing import Final

from sqlalchemy import Connection, insert, select

from assay.kernel import (
    InputError,
    IntegrityError,
    JsonValue,
    MissingError,
    canonical_bytes,
    content_id,
    digest_bytes,
    digest_json,
    format_time,
    parse_time,
    plain,
)
from governance._change import Change, StateRow
from governance._estimate_rows import Cell
from governance._recording import register_system
from governance.access import Role, has_team, standing_of
from governance.evidence._items import DOCUMENT, LARGEST_FILE, Stated, SubmissionDraft, Submitted
from governance.evidence._types import EvidenceOrigin
from governance.ledger import Action, Subject
from governance.store import EvidenceFactRow, EvidenceOriginalRow, EvidenceSubmissionRow, table_of
from risks import EvidenceKind

__all__ = ["LONGEST_NAME", "check_draft", "check_person", "clean_name", "read_original", "record_submission"]

LONGEST_NAME: Final = 300  # characters of what a piece of evidence is about
_LONGEST_NOTE: Final = 10_000
_LONGEST_LIFE: Final = timedelta(days=3653)
_SUBMISSIONS, _ORIGINALS = table_of(EvidenceSubmissionRow), table_of(EvidenceOriginalRow)
_BY_HAND: Final = frozenset({EvidenceKind.DOCUMENT, EvidenceKind.ATTESTATION, EvidenceKind.SBOM})
_OTHER_MEDIA: Final = "application/octet-stream"
_MEDIA_TYPES: Final = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".html": "text/html",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".sarif": "application/sarif+json",
    ".xml": "application/xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".zip": "application/zip",
}


def check_draft(draft: SubmissionDraft) -> None:
    """Raise `InputError` for a file or a statement that cannot be evidence, whatever the record holds."""
    if not draft.data:
        raise InputError("the file is empty: it states nothing", hint="name another file")
    if len(draft.data) > LARGEST_FILE:
        raise InputError(
            f"the file has {len(draft.data)} bytes, at most {LARGEST_FILE} are kept",
            hint="keep it where it is, and hand in a document that names it with its digest",
        )
    if not draft.stated:
        raise InputError("nothing is said of what the file states", hint='--kind document --of "what it states"')
    for one in draft.stated:
        _check_stated(one, by_hand=draft.format == DOCUMENT)
    if draft.part:
        clean_name(draft.part, "the part")
    if len(draft.note) > _LONGEST_NOTE:
        raise InputError(f"a note of {len(draft.note)} characters, expected at most {_LONGEST_NOTE}")
    if draft.expires_at is None and draft.format == DOCUMENT:
        raise InputError("a document needs a day on which it expires", hint="--expires 2027-06-30")


def clean_name(text: str, what: str) -> str:
    """Return a name without outer spaces; raise `InputError` for one that is empty, too long, or holds hidden signs."""
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or name != plain(name) or not name.isprintable():
        raise InputError(
            f"{what} is {text[:80]!r}, expected one line of 1 to {LONGEST_NAME} characters that can be seen",
            hint="name it in plain words",
        )
    return name


def _check_stated(one: Stated, *, by_hand: bool) -> None:
    if one.kind not in (_BY_HAND if by_hand else set(EvidenceKind)):
        what = "no kind that a document can be: others are measured, or read from a tool's report"
        raise InputError(
            f"{one.kind[:80]!r} is {what if by_hand else 'no kind of evidence'}",
            hint=", ".join(sorted(_BY_HAND)) if by_hand else ", ".join(EvidenceKind),
        )
    clean_name(one.of, "what it is about")


def check_person(connection: Connection, person: str, actor: str, *, at: str, what: str) -> None:
    """Raise `MissingError` for somebody who is not of the team, or for anybody else where there is none."""
    if person == actor:
        return
    if not has_team(connection):
        raise MissingError(
            f"{what} is {person[:80]!r}, and this store has one user", hint="`me`, or add people: assay users add"
        )
    standing = standing_of(connection, person, at=at)
    if standing is None or not standing.is_active:
        raise MissingError(f"{what} is {person[:80]!r}, who is nobody of the team", hint="assay users list")


def record_submission(change: Change, draft: SubmissionDraft) -> Submitted:
    """Write a file that was checked; raise `InputError` for times that cannot be, `MissingError` for an owner."""
    owner = draft.owner or change.actor.id
    check_person(change.connection, owner, change.actor.id, at=change.at, what="the owner")
    issued_at, expires_at = _times(draft, change.at)
    digest, thing = digest_bytes(draft.data), _thing(draft)
    content = digest_json(
        {
            "digest": digest,
            "owner": owner,
            "issued_at": None if draft.issued_at is None else issued_at,
            "expires_at": expires_at,
            "facts": [dict(_fact_cells(number, one)) for number, one in enumerate(draft.stated)],
        }
    )
    newest = _newest(change.connection, thing)
    if newest is not None and newest.content == content:
        _keep(change.connection, digest, draft.data)  # erased before, and brought again
        return Submitted(evidence=newest.id, seq=newest.seq, version=newest.version, digest=digest, is_new=False)
    version = 1 if newest is None else newest.version + 1
    identity = content_id("evidence", thing, str(version))
    cells: dict[str, Cell] = {
        "evidence": identity,
        "thing": thing,
        "version": version,
        "system": draft.system,
        "format": draft.format,
        "digest": digest,
        "size": len(draft.data),
        "media_type": _MEDIA_TYPES.get(PurePath(draft.name).suffix.lower(), _OTHER_MEDIA),
        "content": content,
        "submitter": change.actor.id,
        "owner": owner,
        "origin": (EvidenceOrigin.CI if change.actor.role == Role.SERVICE else EvidenceOrigin.PERSON).value,
        "issued_at": issued_at,
        "expires_at": expires_at,
        "recorded_at": change.at,
    }
    register_system(change, draft.system)
    _keep(change.connection, digest, draft.data)
    seq = _record(change, draft, cells)
    return Submitted(evidence=identity, seq=seq, version=version, digest=digest, is_new=True)


def _record(change: Change, draft: SubmissionDraft, cells: dict[str, Cell]) -> int:
    identity, version = str(cells["evidence"]), int(str(cells["version"]))
    facts = [{**_fact_cells(number, one), "evidence": identity} for number, one in enumerate(draft.stated)]
    rows = [StateRow(EvidenceSubmissionRow, cells), *(StateRow(EvidenceFactRow, one) for one in facts)]
    details: dict[str, JsonValue] = {
        "system": draft.system,
        "format": draft.format,
        "kinds": sorted({one.kind for one in draft.stated}),
        "size": len(draft.data),
        "expires_at": cells["expires_at"],
    }
    words = {"name": " ".join(plain(draft.name).split())[:LONGEST_NAME], "part": draft.part, "note": draft.note}
    payload: dict[str, JsonValue] = {name: text for name, text in words.items() if text}
    subject = Subject(type="evidence", id=identity, version=version, digest=str(cells["digest"]))
    return change.record(Action.EVIDENCE_SUBMITTED, subject, rows, details, payload=payload)


@dataclass(frozen=True, kw_only=True)
class _Version:
    id: str
    seq: int
    version: int
    content: str


def _newest(connection: Connection, thing: str) -> _Version | None:
    columns = (_SUBMISSIONS.c[name] for name in ("evidence", "seq", "version", "content"))
    wanted = select(*columns).where(_SUBMISSIONS.c.thing == thing).order_by(_SUBMISSIONS.c.version.desc()).limit(1)
    row = connection.execute(wanted).first()
    return None if row is None else _Version(id=row[0], seq=row[1], version=row[2], content=row[3])


def _thing(draft: SubmissionDraft) -> str:
    """Return what versions of the same thing share: what a document states, or which tool's report of which part."""
    if draft.format == DOCUMENT:
        about = [part for one in draft.stated for part in (one.kind, " ".join(one.of.casefold().split()))]
    else:
        about = [draft.tool]
    return content_id("thing", draft.system, draft.format, draft.part, *about)


def _times(draft: SubmissionDraft, at: str) -> tuple[str, str | None]:
    issued_at = at if draft.issued_at is None else _formatted(draft.issued_at)
    expires_at = None if draft.expires_at is None else _formatted(draft.expires_at)
    if expires_at is not None and not at < expires_at <= format_time(parse_time(at) + _LONGEST_LIFE):
        raise InputError(
            f"it expires at {expires_at}, expected a time between now and ten years from now",
            hint="--expires 2027-06-30",
        )
    return issued_at, expires_at


def _formatted(time: datetime) -> str:
    try:
        return format_time(time)
    except OverflowError as error:
        raise InputError(f"{time!r} is no time that can be kept") from error


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


# originals


def _keep(connection: Connection, digest: str, data: bytes) -> None:
    is_there = select(_ORIGINALS.c.digest).where(_ORIGINALS.c.digest == digest)
    if connection.execute(is_there).first() is None:
        connection.execute(insert(_ORIGINALS), {"digest": digest, "size": len(data), "data": data})


def read_original(connection: Connection, digest: str) -> bytes | None:
    """Return a file's bytes, `None` where they were erased; raise `IntegrityError` where they are others."""
    data = connection.execute(select(_ORIGINALS.c.data).where(_ORIGINALS.c.digest == digest)).scalar()
    if data is not None and digest_bytes(bytes(data)) != digest:
        raise IntegrityError(f"the bytes kept as {digest} are others", hint="assay ledger verify")
    return None if data is None else bytes(data)
