"""`assay ledger erase`: the texts that a subject left behind go, the proofs stay."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show
from assay.kernel import InputError

if TYPE_CHECKING:
    from assay.app.erasure import ErasureReport

__all__ = ["erase"]

_EXIT_WITHHELD = 3


def erase(
    subject: Annotated[str, typer.Argument(help="person:ID, run:ID, row:RUN/ID, evidence:ID, or the word: text.")],
    ground: Annotated[str, typer.Option(help="request, withdrawn_consent, court_order, mistake or retention_end.")],
    text_file: Annotated[
        Path | None, typer.Option(help="With `text`: a file that holds it, - for standard input.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Erase a subject's texts from runs, kept replies, documents, questions, pages and the ledger's payloads.

    Ends with 3 where a hold keeps something. Example: assay ledger erase text --text-file name.txt --ground request
    """
    # Lazy: documents and the record cost start-up time that the other commands of this group do not owe.
    from assay.app.erasure import erase as erase_subject  # noqa: PLC0415

    text = _text_in(text_file, wanted=subject == "text")
    report = erase_subject(Workspace.find(), subject, ground, text=text, rehearse=dry_run)
    if as_json:
        emit_json(_document(report, dry_run=dry_run))
    else:
        _explain(report, dry_run=dry_run)
    raise typer.Exit(_EXIT_WITHHELD if report.withheld else 0)


def _text_in(path: Path | None, *, wanted: bool) -> str:
    if wanted != (path is not None):
        raise InputError(
            "`text` and --text-file go together: a name on the command line would stay in the shell's history",
            hint="assay ledger erase text --text-file FILE --ground request",
        )
    if path is None:
        return ""
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return data.decode("utf-8").strip()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text") from error


def _document(report: "ErasureReport", *, dry_run: bool) -> dict[str, object]:
    done = report.erasure
    return {
        "erasure": None if done is None else done.id,
        "seq": None if done is None else done.seq,
        "dry_run": dry_run,
        "found": dict(report.found),
        "erased": {} if done is None else dict(done.places),
        "withheld": dict(report.withheld),
        "sources": list(report.sources),
        "unread": list(report.unread),
        "backups_until": None if done is None else done.backups_until,
        "finished": report.finished,
    }


def _explain(report: "ErasureReport", *, dry_run: bool) -> None:
    if report.finished is not None:
        say(f"an erasure that had been interrupted was finished first: {report.finished}")
    done = report.erasure
    if done is None:
        show(f"{_counted(report.found)} would go" if dry_run and report.found else "nothing was found")
    else:
        show(f"{_counted(done.places) if done.places else 'nothing'} erased, entry {done.seq} of the ledger: {done.id}")
        until = "nobody recorded until when" if done.backups_until is None else f"until {done.backups_until}"
        say(f"note: backups may still hold it ({until}); so may exports, and the files that the texts came from")
    for source in report.sources:
        say(f"note: {source} gave an erased document: mend the file before `assay corpus add` reads it again")
    for digest in report.unread:
        say(f"note: the evidence {digest} is no plain text, and nobody looked into it: `assay evidence list`")
    if report.withheld:
        say(f"withheld by a hold: {_counted(report.withheld)}; `assay retention holds` shows them")


def _counted(places: "Mapping[str, int]") -> str:
    words = {
        "rows": ("row of runs", "rows of runs"),
        "replies": ("kept reply", "kept replies"),
        "documents": ("document", "documents"),
        "questions": ("question", "questions"),
        "pages": ("page", "pages"),
        "payloads": ("payload of the ledger", "payloads of the ledger"),
        "originals": ("file of evidence", "files of evidence"),
    }
    return ", ".join(f"{count} {words.get(place, (place, place))[count != 1]}" for place, count in places.items())
