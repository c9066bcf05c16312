"""`assay evidence`: hand in, import, look, accept or return, ask, comment."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assay.app.evidence import (
    DocumentOrder,
    ask_for,
    check_facts,
    comment_on,
    import_reports,
    list_evidence,
    read_facts,
    review_item,
    save_original,
    show_item,
    submit_document,
)
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table
from assay.kernel import parse_time

if TYPE_CHECKING:
    from governance.evidence import EvidenceRequest, Fact, Item

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Hand in, import, accept, return and request evidence.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
System = Annotated[str | None, typer.Option(help="Id of the system [default: the workspace's first].")]
OneSystem = Annotated[str | None, typer.Option(help="Of one system alone.")]
Identity = Annotated[str, typer.Argument(metavar="ID", help="As `assay evidence list` shows it.")]
Part = Annotated[str | None, typer.Option(help="Which of several: an image, a service, a supplier.")]
_ALONE = "single user: not four eyes"
_WAITS = "it counts once somebody else has accepted it: assay evidence accept {}"


@app.command("submit")
def submit(
    file: Annotated[Path, typer.Argument(help="Kept as it is, by its digest; never opened.")],
    *,
    of: Annotated[str, typer.Option(help="What it states, in the words of the rule or policy that asks for it.")],
    kind: Annotated[str, typer.Option(help="document, attestation or sbom.")] = "document",
    expires: Annotated[str | None, typer.Option(metavar="DATE", help="Last day (UTC) on which it counts.")] = None,
    issued: Annotated[str | None, typer.Option(metavar="DATE", help="Day on which it was signed [today].")] = None,
    owner: Annotated[str | None, typer.Option(metavar="PERSON", help="Who answers for it [you].")] = None,
    part: Part = None,
    note: Annotated[str, typer.Option(help="For people; kept where it can be erased.")] = "",
    system: System = None,
    as_json: AsJson = False,
) -> None:
    """Hand in a document; a newer one of the same kind and name stands in its place.

    Example: assay evidence submit plan.pdf --kind document --of "incident response plan" --expires 2027-01-01
    """
    order = DocumentOrder(
        file=file, kind=kind, of=of, expires=expires, issued=issued, owner=owner, part=part or "", note=note
    )
    made = submit_document(Workspace.find(), order, system=system)
    if as_json:
        emit_json(asdict(made))
        return
    show(f"{made.evidence}: version {made.version}, {made.digest}")
    say(_WAITS.format(made.evidence) if made.is_new else "this very file was handed in before: nothing was changed")


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(help="Reports of other tools.")],
    format: Annotated[  # noqa: A002  the user's word
        str,
        typer.Option(help="auto, junit, sarif, cyclonedx, pip-audit, garak, promptfoo, ragas or deepeval."),
    ] = "auto",
    expires: Annotated[str | None, typer.Option(metavar="DATE", help="Last day (UTC) on which they count.")] = None,
    part: Annotated[
        str | None, typer.Option(help="Which of several: an image, a service [default: the file's name].")
    ] = None,
    system: System = None,
    as_json: AsJson = False,
) -> None:
    """Read reports of other tools as evidence, all or none. Example: assay evidence import trivy.sarif junit.xml."""
    found = import_reports(Workspace.find(), files, format=format, system=system, expires=expires, part=part)
    if as_json:
        emit_json({"evidence": [{**asdict(one.submitted), "format": one.report.format} for one in found]})
        return
    for one in found:
        show(f"{one.submitted.evidence}: {one.file.name}, {one.report.format}: {one.report.summary}")
        for note in one.report.notes:
            say(f"note: {one.file.name}: {note}")
        if one.submitted.is_new:
            say(_WAITS.format(one.submitted.evidence))
    if not any(one.submitted.is_new for one in found):
        say("nothing was changed: all of it was there")


@app.command("list")
def list_all(system: OneSystem = None, as_json: AsJson = False) -> None:
    """List what was handed in, newest first, and what is asked for. Example: assay evidence list."""
    found = list_evidence(Workspace.find(), system=system)
    if as_json:
        emit_json(
            {"evidence": [asdict(one) for one in found.items], "requests": [asdict(one) for one in found.requests]}
        )
        return
    show_table(["evidence", "state", "system", "what it states", "expires", "owner", ""], map(_item_row, found.items))
    overdue = sum(one.state == "overdue" for one in found.requests)
    if found.requests:
        show("")
        show_table(["request", "state", "system", "asks for", "due", "person", ""], map(_request_row, found.requests))
    if overdue:
        say(f"{overdue} request{'s are' if overdue > 1 else ' is'} overdue")


@app.command("show")
def show_one(evidence: Identity, as_json: AsJson = False) -> None:
    """Show one submission, what it states and what was said of it. Example: assay evidence show evidence-1a2b."""
    found = show_item(Workspace.find(), evidence)
    item = found.item
    if as_json:
        emit_json({**asdict(item), "comments": [asdict(one) for one in found.comments]})
        return
    for name, value in _particulars(item):
        show(f"{name:<10} {value}")
    show_table(["kind", "of", "conclusion", "value", "95 % interval", "n>", "open>"], map(_fact_row, item.facts))
    for comment in found.comments:
        show(f"{comment.recorded_at[:16]} {comment.author}: {_erasable(comment.text)}")


@app.command("facts")
def list_facts(system: System = None, as_json: AsJson = False) -> None:
    """List what gates and statuses read of a system: runs, scans, reports and documents.

    Example: assay evidence facts
    """
    _show_facts(read_facts(Workspace.find(), system=system), as_json=as_json)


@app.command("check")
def check(system: System = None, as_json: AsJson = False) -> None:
    """Check run logs, sets of questions and the ledger now, and list what that shows; nothing is recorded.

    Example: assay evidence check
    """
    _show_facts(check_facts(Workspace.find(), system=system), as_json=as_json)


def _show_facts(found: "Sequence[Fact]", *, as_json: bool) -> None:
    if as_json:
        emit_json({"facts": [asdict(one) for one in found]})
        return
    rows = ((*_fact_row(one), one.standing, one.issued_at[:10], one.evidence) for one in found)
    columns = [
        "kind",
        "of",
        "conclusion",
        "value",
        "95 % interval",
        "n>",
        "open>",
        "standing",
        "of the day",
        "evidence",
    ]
    show_table(columns, rows)


@app.command("original")
def original(
    evidence: Identity, out: Annotated[Path, typer.Option(help="Where to write it.")], as_json: AsJson = False
) -> None:
    """Write the file of a submission as it was handed in; this is an export, and recorded as one.

    Example: assay evidence original evidence-1a2b --out plan.pdf
    """
    size = save_original(Workspace.find(), evidence, out)
    if as_json:
        emit_json({"evidence": evidence, "out": str(out), "size": size})
    else:
        show(f"{size} bytes in {out}")


@app.command("accept")
def accept(
    evidence: Identity,
    comment: Annotated[str, typer.Option(help="Kept where it can be erased.")] = "",
    as_json: AsJson = False,
) -> None:
    """Let evidence count that somebody else handed in. Example: assay evidence accept evidence-1a2b."""
    _tell(review_item(Workspace.find(), evidence, accept=True, comment=comment), as_json=as_json)


@app.command("return")
def return_one(
    evidence: Identity,
    comment: Annotated[str, typer.Option(help="What is missing; kept where it can be erased.")],
    as_json: AsJson = False,
) -> None:
    """Give evidence back to its submitter; it counts no more.

    Example: assay evidence return evidence-1a2b --comment "the second page is missing"
    """
    _tell(review_item(Workspace.find(), evidence, accept=False, comment=comment), as_json=as_json)


@app.command("request")
def request(
    person: Annotated[str, typer.Argument(help="Id, as `assay users list` shows it, or: me.")],
    of: Annotated[str, typer.Option(help="What it has to state.")],
    due: Annotated[str, typer.Option(metavar="DATE", help="Last day (UTC).")],
    kind: Annotated[str, typer.Option(help="document, attestation, sbom, vulnerability_scan, …")] = "document",
    comment: Annotated[str, typer.Option(help="What for; kept where it can be erased.")] = "",
    system: System = None,
    as_json: AsJson = False,
) -> None:
    """Ask a person for evidence by a day.

    Example: assay evidence request person-1a2b --kind document --of "incident response plan" --due 2026-12-31
    """
    made = ask_for(Workspace.find(), person, kind=kind, of=of, due=due, comment=comment, system=system)
    if as_json:
        emit_json(asdict(made))
    else:
        show(f"{made.id}: {made.person} is asked for {made.kind} {made.of!r} by {_last_day(made.due_at)}")


@app.command("comment")
def comment(
    subject: Annotated[str, typer.Argument(help="Id of evidence, or TYPE:ID: run:ID, scan:ID, decision:ID, …")],
    text: Annotated[str, typer.Option(help="Kept where it can be erased.")],
    as_json: AsJson = False,
) -> None:
    """Say something of what the record holds. Example: assay evidence comment run:RUN --text "the judge was down"."""
    made = comment_on(Workspace.find(), subject, text)
    if as_json:
        emit_json(asdict(made))
    else:
        show(f"{made.id}, entry {made.seq} of the ledger")


def _tell(item: "Item", *, as_json: bool) -> None:
    if as_json:
        emit_json(asdict(item))
        return
    show(f"{item.id} is {item.state}")
    if item.review is not None and not item.review.four_eyes:
        say(f"note: {_ALONE}")


def _item_row(item: "Item") -> tuple[object, ...]:
    states = "; ".join(f"{fact.kind} {fact.of}" for fact in item.facts[:3])
    more = f" and {len(item.facts) - 3} more" if len(item.facts) > 3 else ""  # noqa: PLR2004  what a cell holds
    is_alone = item.review is not None and not item.review.four_eyes
    return (
        *(item.id, item.state, item.system, states + more, _last_day(item.expires_at), item.owner),
        _ALONE if is_alone else "",
    )


def _request_row(one: "EvidenceRequest") -> tuple[object, ...]:
    return (
        one.id,
        one.state,
        one.system,
        f"{one.kind} {one.of}",
        _last_day(one.due_at),
        one.person,
        one.answered_by or "",
    )


def _fact_row(fact: "Fact") -> tuple[object, ...]:
    interval = "" if fact.lower is None or fact.upper is None else f"{fact.lower:.3f} to {fact.upper:.3f}"
    value = "" if fact.value is None else f"{fact.value:.3f}"
    findings = "" if fact.open_findings is None else fact.open_findings
    return (fact.kind, fact.of, fact.conclusion or "", value, interval, fact.n, findings)


def _particulars(item: "Item") -> Iterable[tuple[str, object]]:
    yield "evidence", f"{item.id}, version {item.version}, entry {item.seq} of the ledger"
    yield "state", item.state
    yield "file", f"{_erasable(item.name)}, {item.media_type}, {item.size} bytes" + ("" if item.is_kept else ", erased")
    yield "digest", item.digest
    if item.part:
        yield "part", item.part
    yield "system", item.system
    yield "owner", item.owner
    yield "submitted", f"{item.recorded_at} by {item.submitter}, {item.origin}"
    yield "issued", item.issued_at
    yield "expires", f"after {_last_day(item.expires_at)}" if item.expires_at else "never"
    if item.review is not None:
        eyes = "" if item.review.four_eyes else f", {_ALONE}"
        yield "review", f"{item.review.verdict} {item.review.recorded_at} by {item.review.reviewer}{eyes}"
        yield "comment", _erasable(item.review.comment)
    yield "note", _erasable(item.note)


def _last_day(end: str | None) -> str:
    """Return the last day that lies before an end."""
    return "" if end is None else (parse_time(end) - timedelta(microseconds=1)).date().isoformat()


def _erasable(text: str | None) -> str:
    return "(none, or erased)" if text is None else text
