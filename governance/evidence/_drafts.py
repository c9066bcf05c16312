"""What a file and its statements have to be before they are handed in.

Rules of this place: nothing here looks at the record but for who is of the team; what stands in rows for ever is one
line that people can see.
"""

from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Final

from sqlalchemy import Connection

from assay.kernel import InputError, MissingError, format_time, parse_time, plain
from governance.access import has_team, standing_of
from governance.evidence._items import DOCUMENT, LARGEST_FILE, Stated, SubmissionDraft
from risks import EvidenceKind

__all__ = ["check_draft", "check_person", "checked_times", "clean_name", "media_type_of", "shown_name"]

_LONGEST_NAME: Final = 300  # characters of what a piece of evidence is about
_LONGEST_NOTE: Final = 10_000
_LONGEST_LIFE: Final = timedelta(days=3653)
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
    if not name or len(name) > _LONGEST_NAME or name != plain(name) or not name.isprintable():
        raise InputError(
            f"{what} is {text[:80]!r}, expected one line of 1 to {_LONGEST_NAME} characters that can be seen",
            hint="name it in plain words",
        )
    return name


def shown_name(name: str) -> str:
    """Return a file's name without what steers a terminal, as one line."""
    return " ".join(plain(name).split())[:_LONGEST_NAME]


def media_type_of(name: str) -> str:
    """Return what a file's ending says that it is: a hint for people, which nothing relies on."""
    return _MEDIA_TYPES.get(PurePath(name).suffix.lower(), _OTHER_MEDIA)


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


def checked_times(draft: SubmissionDraft, at: str) -> tuple[str, str | None]:
    """Return when it was issued, at a time, and until when it counts; raise `InputError` for an end that cannot be."""
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
