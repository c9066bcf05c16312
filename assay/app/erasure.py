"""Erasing what a subject's texts left in a workspace, with every proof intact.

Rules of this place: what a hold covers stays and is said; before anything goes, the list of what goes is on the disk as
ids, so that an erasure that was killed is finished by the next one; the record says what, where and on which ground,
never what it said; afterwards everything is looked through once more, and what is still there is an error.
"""

import json
import os
import stat
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assay.app._traces import Traces, traces_of_evidence, traces_of_row, traces_of_run, traces_of_text
from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.erasure_ground import refuse_early
from assay.app.workspace import Workspace
from assay.kernel import (
    CannotDecideError,
    InputError,
    JsonValue,
    SystemClock,
    canonical_bytes,
    content_id,
    format_time,
    parse_strict,
    replace_durably,
)
from evaluation.documents import Corpus
from evaluation.questions import QuestionSet
from evaluation.runs import RunLog, erase_source_names, erase_texts

if TYPE_CHECKING:
    from governance.record import Record
    from governance.retention import Erasure, ErasureGround, ErasureSubject

__all__ = ["ErasureReport", "erase", "erase_with", "parse_subject"]

_JOURNAL = "erasure.json"


@dataclass(frozen=True, kw_only=True)
class ErasureReport:
    """What became of a request to erase."""

    erasure: "Erasure | None"  # None: nothing was found, or this was a rehearsal
    found: Mapping[str, int]
    withheld: Mapping[str, int]
    sources: tuple[str, ...]  # files outside, from which erased documents came: reading them again brings them back
    unread: tuple[str, ...]  # digests of files of evidence that nobody could look into
    finished: str | None  # id of an erasure that had been killed and was finished first


@dataclass(frozen=True, kw_only=True)
class _Job:
    """An erasure that is under way."""

    subject_type: "ErasureSubject"
    subject: str
    ground: "ErasureGround"
    system: str | None
    traces: Traces
    withheld: Mapping[str, int]


def parse_subject(text: str) -> "tuple[ErasureSubject, str]":
    """Read `person:ID`, `run:ID`, `row:RUN/ID`, `evidence:ID` or `text`; raise `InputError` for anything else."""
    # Lazy: the record costs start-up time, and help does not need it.
    from governance.retention import ErasureSubject  # noqa: PLC0415

    kind, _, rest = text.partition(":")
    known = {one.value: one for one in ErasureSubject}
    if kind in known and bool(rest) != (kind == ErasureSubject.TEXT):
        return known[kind], rest
    raise InputError(
        f"not a subject: {text!r}",
        hint="person:ID, run:ID, row:RUN/ID, evidence:ID, or `text` with --text-file FILE (- for stdin)",
    )


def erase(workspace: Workspace, subject: str, ground: str, *, text: str = "", rehearse: bool = False) -> ErasureReport:
    """Erase a subject's texts everywhere in the workspace and its record.

    Raise `InputError` for a subject or ground that is none, `MissingError` for one that is not there,
    `CannotDecideError` where something is still found afterwards.
    """
    # Lazy: as above
    from governance.retention import ErasureGround  # noqa: PLC0415

    kind, name = parse_subject(subject)
    try:
        reason = ErasureGround(ground)
    except ValueError as error:
        raise InputError(f"not a ground: {ground!r}", hint=", ".join(ErasureGround)) from error
    with closing(open_record(workspace)) as record:
        return erase_with(workspace, record, kind, name, reason, text=text, rehearse=rehearse)


def erase_with(
    workspace: Workspace,
    record: "Record",
    kind: "ErasureSubject",
    name: str,
    ground: "ErasureGround",
    *,
    text: str = "",
    rehearse: bool = False,
) -> ErasureReport:
    """Erase with a record that is open."""
    name = _meant(workspace, kind, name)
    system = _system_of(workspace, kind, name)
    record.retention.check_right_to_erase(current_actor(record), system=system)
    refuse_early(workspace, record, kind, name, ground)
    finished = None if rehearse else _finish_earlier(workspace, record)
    look = _looker(workspace, record, kind, name, text)
    found = look()
    allowed, withheld = _without_held(record, found, workspace, kind, name)
    sources = tuple(sorted(set(allowed.documents.values())))
    report = ErasureReport(
        erasure=None,
        found=found.counts,
        withheld=withheld,
        sources=sources,
        unread=found.unread,
        finished=finished,
    )
    if rehearse:
        return report
    if not found.counts:
        _refuse_elsewhere(found)
        return report
    subject = name or content_id("text", format_time(SystemClock().now()))  # what was looked for is not kept
    job = _Job(subject_type=kind, subject=subject, ground=ground, system=system, traces=allowed, withheld=withheld)
    replace_durably(_journal(workspace), _written(job))
    done = _perform(workspace, record, job)
    _refuse_rest(look(), found, allowed)
    _refuse_elsewhere(found)
    return replace(report, erasure=done)


def _looker(
    workspace: Workspace, record: "Record", kind: "ErasureSubject", name: str, text: str
) -> Callable[[], Traces]:
    if kind == "text":
        return lambda: traces_of_text(workspace, record, text)
    if kind == "person":
        return lambda: Traces(payloads=record.retention.payloads_of_person(name))
    if kind == "evidence":
        return lambda: traces_of_evidence(record, name)
    run, _, row = name.partition("/") if kind == "row" else (name, "", "")
    if kind == "row" and not row:
        raise InputError(f"not a row: {name!r}", hint="row:RUN/ID, as in `assay runs export RUN`")
    return lambda: traces_of_row(workspace, record, run, row) if row else traces_of_run(workspace, record, run)


def _meant(workspace: Workspace, kind: "ErasureSubject", name: str) -> str:
    """Return the subject by the run's own id: holds, the record and the list of what goes know no `latest`."""
    run, slash, row = name.partition("/")
    return f"{workspace.run_dir(run).name}{slash}{row}" if kind in {"run", "row"} else name


def _system_of(workspace: Workspace, kind: "ErasureSubject", name: str) -> str | None:
    """Return the system whose rights count; a person or a text may be anywhere, which needs them on all."""
    if kind in {"run", "row"}:
        return RunLog.open(workspace.run_dir(name.partition("/")[0])).plan.system
    return None


def _without_held(
    record: "Record", found: Traces, workspace: Workspace, kind: "ErasureSubject", name: str
) -> tuple[Traces, dict[str, int]]:
    """Return what may go, and how many of what stays where."""
    holds = record.retention.holds()
    in_force = {(hold.scope_type.value, hold.scope) for hold in holds if hold.lifted_at is None}
    if ("all", "") in in_force or (kind == "person" and ("person", name) in in_force):
        return Traces(), found.counts
    held_runs = {run for run in (*found.rows, *found.sources) if _is_held(workspace, run, in_force)}
    held_names = record.retention.held_names()
    held_payloads, held_files = record.retention.held_payloads(), record.retention.held_originals()
    if kind == "evidence" and held_files.intersection(found.originals):
        return Traces(), found.counts  # what people said of a file stays with it
    kept = Traces(
        rows={run: keys for run, keys in found.rows.items() if run in held_runs},
        payloads=tuple(seq for seq in found.payloads if seq in held_payloads),
        originals=tuple(digest for digest in found.originals if digest in held_files),
        names=tuple(name for name in found.names if name in held_names),
        sources={run: names for run, names in found.sources.items() if run in held_runs},
    )
    free = {run: keys for run, keys in found.rows.items() if run not in held_runs}
    payloads = tuple(seq for seq in found.payloads if seq not in held_payloads)
    originals = tuple(digest for digest in found.originals if digest not in held_files)
    names = tuple(name for name in found.names if name not in held_names)
    sources = {run: named for run, named in found.sources.items() if run not in held_runs}
    allowed = replace(found, rows=free, payloads=payloads, originals=originals, names=names, sources=sources)
    return allowed, kept.counts


def _is_held(workspace: Workspace, run: str, in_force: set[tuple[str, str]]) -> bool:
    return ("run", run) in in_force or ("system", RunLog.open(workspace.run_dir(run)).plan.system) in in_force


def _perform(workspace: Workspace, record: "Record", job: _Job) -> "Erasure":
    # Lazy: as in `erase`
    from evaluation.llm import erase_replies  # noqa: PLC0415
    from governance.retention import ErasureDraft  # noqa: PLC0415

    at = format_time(SystemClock().now())
    for run, keys in job.traces.rows.items():
        erase_texts(workspace.run_dir(run), keys, at)
    for run, names in job.traces.sources.items():
        erase_source_names(workspace.run_dir(run), names)
    erase_replies(workspace.cache_file, job.traces.replies)
    if job.traces.documents:
        Corpus(workspace.corpus_dir).remove(tuple(job.traces.documents))
    for name, ids in job.traces.questions.items():
        QuestionSet.drop(workspace.questions_dir, name, ids)
    for page in job.traces.pages:
        _inside(workspace.reports_dir, page).unlink(missing_ok=True)
    for name in job.traces.leftovers:
        _inside(workspace.state, name).unlink(missing_ok=True)
    draft = ErasureDraft(
        subject_type=job.subject_type,
        subject=job.subject,
        ground=job.ground,
        places=job.traces.counts,
        withheld=job.withheld,
        payloads=job.traces.payloads,
        originals=job.traces.originals,
        names=job.traces.names,
    )
    done = record.retention.erase(current_actor(record), draft, system=job.system)
    _journal(workspace).unlink(missing_ok=True)
    return done


def _inside(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{name!r} is not in {folder}")
    return path


def _refuse_rest(rest: Traces, found: Traces, allowed: Traces) -> None:
    kept = {place: count for place, count in found.counts.items() if count > allowed.counts.get(place, 0)}
    left = {place: count for place, count in rest.counts.items() if count > kept.get(place, 0)}
    if left:
        raise CannotDecideError(
            f"something is still there after the erasure: {left}", hint="stop what writes to the workspace, erase again"
        )


def _refuse_elsewhere(found: Traces) -> None:
    if found.elsewhere:
        raise CannotDecideError(
            f"these files of .assay hold it too, and are not Assay's to erase: {', '.join(found.elsewhere)[:400]}",
            hint="remove them, or what they say of it, then erase again",
        )


def _finish_earlier(workspace: Workspace, record: "Record") -> str | None:
    """Finish an erasure that was killed; it goes by the list that it wrote down.

    The list is a file, so it is believed as far as it must be: rights, holds and what belongs to the subject are asked
    anew.
    """
    path = _journal(workspace)
    if not path.is_symlink() and not path.exists():
        return None
    job = _read(path)
    system = _system_of(workspace, job.subject_type, job.subject)
    record.retention.check_right_to_erase(current_actor(record), system=system)
    own = _of_subject(record, job)
    allowed, withheld = _without_held(record, own, workspace, job.subject_type, job.subject)
    return _perform(
        workspace, record, replace(job, system=system, traces=allowed, withheld={**job.withheld, **withheld})
    ).id


def _of_subject(record: "Record", job: _Job) -> Traces:
    """Return what may belong to the subject; a text's traces, which take the right on the whole store, all may."""
    if job.subject_type == "text":
        return job.traces
    if job.subject_type == "person":
        own = record.retention.payloads_of_person(job.subject)
        return Traces(payloads=tuple(seq for seq in job.traces.payloads if seq in own))
    if job.subject_type == "evidence":
        own_files = traces_of_evidence(record, job.subject)
        return Traces(
            payloads=tuple(seq for seq in job.traces.payloads if seq in own_files.payloads),
            originals=tuple(digest for digest in job.traces.originals if digest in own_files.originals),
        )
    run, _, row = job.subject.partition("/")
    keys = tuple(key for key in job.traces.rows.get(run, ()) if key[0] == row or not row)
    return replace(
        job.traces,
        rows={run: keys} if keys else {},
        documents={},
        questions={},
        payloads=(),
        originals=(),
        names=(),
        sources={},
    )


def _journal(workspace: Workspace) -> Path:
    return workspace.state / _JOURNAL


def _written(job: _Job) -> bytes:
    document: dict[str, JsonValue] = {
        "subject_type": job.subject_type.value,
        "subject": job.subject,
        "ground": job.ground.value,
        "system": job.system,
        "traces": job.traces.as_json(),
        "withheld": dict(job.withheld),
    }
    return canonical_bytes(document)


def _read(path: Path) -> _Job:
    # Lazy: as in `erase`
    from governance.retention import ErasureGround, ErasureSubject  # noqa: PLC0415

    document = parse_strict(_own_bytes(path))
    try:
        fields = json.loads(json.dumps(document))
        return _Job(
            subject_type=ErasureSubject(fields["subject_type"]),
            subject=str(fields["subject"]),
            ground=ErasureGround(fields["ground"]),
            system=fields["system"],
            traces=Traces.from_json(fields["traces"]),
            withheld={str(key): int(count) for key, count in fields["withheld"].items()},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} is no list of an erasure: {error!r}", hint="delete it, then erase again") from error


def _own_bytes(path: Path) -> bytes:
    """Read a list that this account wrote; raise `InputError` for one that somebody else could have written."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise InputError(
            f"cannot read {path}: {error.strerror}", hint="look at it, delete it, then erase again"
        ) from error
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        is_ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022
        if not is_ours:
            raise InputError(
                f"{path} was not written by this account alone, and it says what is to be erased",
                hint="look at it, delete it, then erase again",
            )
        return stream.read()
