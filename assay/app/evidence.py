"""Evidence for the command line: files in, reviews, requests, comments, and what all of it states.

Rules of this place: every file is read and understood before the first is handed in, and all go in together or none;
what a file holds is read by its importer alone: an archive is not opened, and a plain document is bytes.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.people import end_of
from assay.app.workspace import Workspace
from assay.kernel import FOR_OTHERS, InputError, MissingError, SystemClock, parse_time, replace_durably

if TYPE_CHECKING:
    from governance.comments import Comment
    from governance.evidence import EvidenceRequest, Fact, Item, SubmissionDraft, Submitted
    from governance.evidence.imports import ImportedReport
    from governance.record import Record

__all__ = [
    "ME",
    "DocumentOrder",
    "EvidenceList",
    "Imported",
    "ShownItem",
    "ask_for",
    "check_facts",
    "comment_on",
    "import_reports",
    "list_evidence",
    "read_facts",
    "review_item",
    "save_original",
    "show_item",
    "submit_document",
]

ME: Final = "me"


@dataclass(frozen=True, kw_only=True)
class DocumentOrder:
    """What a person says of a plain file."""

    file: Path
    kind: str
    of: str
    expires: str | None
    issued: str | None = None
    owner: str | None = None
    part: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A report that was handed in."""

    file: Path
    report: "ImportedReport"
    submitted: "Submitted"


@dataclass(frozen=True, kw_only=True)
class EvidenceList:
    """What is there, and what is asked for."""

    items: "tuple[Item, ...]"
    requests: "tuple[EvidenceRequest, ...]"


@dataclass(frozen=True, kw_only=True)
class ShownItem:
    """A submission and what was said of it."""

    item: "Item"
    comments: "tuple[Comment, ...]"


def submit_document(workspace: Workspace, order: DocumentOrder, *, system: str | None = None) -> "Submitted":
    """Hand in a file that is kept and not read; raise `InputError` for a file or a day that is none."""
    # Lazy: the record costs start-up time, and help does not need it.
    from governance.evidence import Conclusion, Stated, SubmissionDraft  # noqa: PLC0415

    now = SystemClock().now()
    data = read_file(order.file)
    with closing(open_record(workspace)) as record:
        actor = current_actor(record)
        draft = SubmissionDraft(
            system=_system(workspace, record, system),
            data=data,
            name=order.file.name,
            stated=(Stated(kind=order.kind, of=order.of, conclusion=Conclusion.SATISFIED),),
            part=order.part,
            owner=actor.id if order.owner == ME else order.owner,
            issued_at=None if order.issued is None else _day(order.issued),
            expires_at=None if order.expires is None else end_of(order.expires, now),
            note=order.note,
        )
        return record.evidence.submit(actor, draft)


def import_reports(
    workspace: Workspace,
    files: Sequence[Path],
    *,
    format: str | None = None,  # noqa: A002  # the user's word
    system: str | None = None,
    expires: str | None = None,
    part: str | None = None,
) -> tuple[Imported, ...]:
    """Read reports of other tools and hand them in, all or none; raise `InputError` for one that is not understood."""
    # Lazy: as above
    from governance.evidence.imports import read_report  # noqa: PLC0415

    expires_at = None if expires is None else end_of(expires, SystemClock().now())
    found = [(file, data, read_report(data, name=file.name, format=format)) for file, data in _all_files(files)]
    with closing(open_record(workspace)) as record:
        named = _system(workspace, record, system)
        drafts = [
            _draft(named, file, data, report, expires_at=expires_at, part=file.name if part is None else part)
            for file, data, report in found
        ]
        submitted = record.evidence.submit_all(current_actor(record), drafts)
    return tuple(
        Imported(file=file, report=report, submitted=one)
        for (file, _, report), one in zip(found, submitted, strict=True)
    )


def list_evidence(workspace: Workspace, *, system: str | None = None) -> EvidenceList:
    """Return what was handed in and what is asked for, of one system or of all."""
    with closing(open_record(workspace)) as record:
        return EvidenceList(items=record.evidence.items(system), requests=record.evidence.requests(system=system))


def read_facts(workspace: Workspace, *, system: str | None = None) -> "tuple[Fact, ...]":
    """Return what gates and statuses read of a system."""
    with closing(open_record(workspace)) as record:
        return record.evidence.facts(_system(workspace, record, system))


def check_facts(workspace: Workspace, *, system: str | None = None) -> "tuple[Fact, ...]":
    """Return what the product finds out of a system by itself now: about run logs, questions and its own ledger."""
    with closing(open_record(workspace)) as record:
        return record.evidence.check(_system(workspace, record, system), workspace.runs)


def show_item(workspace: Workspace, evidence: str) -> ShownItem:
    """Return a submission with its comments."""
    with closing(open_record(workspace)) as record:
        return ShownItem(item=record.evidence.item(evidence), comments=record.comments.about("evidence", evidence))


def save_original(workspace: Workspace, evidence: str, out: Path) -> int:
    """Write a submission's bytes to a file, which is an export; return how many. Raise where they were erased."""
    from governance.exports import ExportDraft  # noqa: PLC0415  lazy, as above

    with closing(open_record(workspace)) as record:
        item, data = record.evidence.item(evidence), record.evidence.original(evidence)
        draft = ExportDraft(
            kind="document",
            format=item.format,
            system=item.system,
            subject=item.id,
            digest=item.digest,
            size=len(data),
        )
        record.exports.record(draft, current_actor(record))
    replace_durably(out, data, mode=FOR_OTHERS)
    return len(data)


def review_item(workspace: Workspace, evidence: str, *, accept: bool, comment: str) -> "Item":
    """Accept a submission, or give it back."""
    with closing(open_record(workspace)) as record:
        review = record.evidence.accept if accept else record.evidence.return_
        return review(current_actor(record), evidence, comment=comment)


def ask_for(
    workspace: Workspace, person: str, *, kind: str, of: str, due: str, comment: str, system: str | None
) -> "EvidenceRequest":
    """Ask a person for evidence by the end of a day."""
    from governance.evidence import RequestDraft  # noqa: PLC0415  lazy, as above

    with closing(open_record(workspace)) as record:
        actor = current_actor(record)
        draft = RequestDraft(
            system=_system(workspace, record, system),
            kind=kind,
            of=of,
            person=actor.id if person == ME else person,
            due_at=end_of(due, SystemClock().now()),
            comment=comment,
        )
        return record.evidence.request(actor, draft)


def comment_on(workspace: Workspace, subject: str, text: str) -> "Comment":
    """Say something of `TYPE:ID`; an id alone is that of evidence."""
    kind, colon, identity = subject.partition(":")
    with closing(open_record(workspace)) as record:
        actor = current_actor(record)
        return record.comments.write(actor, *((kind, identity) if colon else ("evidence", subject)), text)


def read_file(path: Path) -> bytes:
    """Return a file's bytes; raise `InputError` for one that is none, cannot be read, or is too large to keep."""
    from governance.evidence import LARGEST_FILE  # noqa: PLC0415  lazy, as above

    if not path.is_file():
        raise InputError(f"{str(path)!r} is no file", hint="name a file")
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(f"cannot read {str(path)!r}: {error.strerror}", hint="check its permissions") from error
    if len(data) > LARGEST_FILE:
        raise InputError(
            f"{path.name!r} has more than {LARGEST_FILE} bytes, which is the most that is kept",
            hint="keep it where it is, and hand in a document that names it with its digest",
        )
    return data


def _all_files(files: Sequence[Path]) -> list[tuple[Path, bytes]]:
    return [(file, read_file(file)) for file in files]


def _draft(
    system: str, file: Path, data: bytes, report: "ImportedReport", *, expires_at: datetime | None, part: str
) -> "SubmissionDraft":
    from governance.evidence import Stated, SubmissionDraft  # noqa: PLC0415  lazy, as above

    stated = tuple(
        Stated(
            kind=one.kind.value,
            of=one.of,
            conclusion=one.conclusion,
            value=one.value,
            lower=one.lower,
            upper=one.upper,
            n=one.n,
            failures=one.failures,
            open_findings=one.open_findings,
            by_severity={severity.value: count for severity, count in one.by_severity.items()},
        )
        for one in report.statements
    )
    return SubmissionDraft(
        system=system,
        data=data,
        name=file.name,
        stated=stated,
        format=report.format.value,
        tool=report.tool or "",
        part=part,
        issued_at=report.issued_at,
        expires_at=expires_at,
        note="\n".join((report.summary, *report.notes)),
    )


def _system(workspace: Workspace, record: "Record", named: str | None) -> str:
    system = named or workspace.settings.default_system
    known = {one.id for one in workspace.settings.systems} | {one.id for one in record.systems()}
    if system not in known:
        raise MissingError(
            f"there is no system {system[:80]!r}; there are: {', '.join(sorted(known))}", hint="--system"
        )
    return system


def _day(text: str) -> datetime:
    """Return the beginning of a day (UTC), or a moment."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return parse_time(text)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
