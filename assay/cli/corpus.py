"""`assay corpus`: documents in, what is there, one of them."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assay.app.corpus import add_documents, list_documents, open_corpus, show_document, stale_questions
from assay.app.lineage import record_corpus
from assay.app.workspace import Workspace
from assay.cli._output import emit_json, say, show, show_table
from evaluation.documents import CorpusChange, SkippedFile

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Read documents into sections and passages.")

_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_MOST_NAMED = 20


@app.command("add")
def add(
    paths: Annotated[list[Path], typer.Argument(help="Folders and files: Markdown, text, HTML, PDF, DOCX.")],
    size: Annotated[
        int | None, typer.Option(help="Longest passage, in characters [default: 900, or as before].")
    ] = None,
    overlap: Annotated[int | None, typer.Option(help="Characters repeated from the passage before.")] = None,
    as_json: _Json = False,
) -> None:
    """Add folders and files, or bring them up to date; what became stale and what was skipped is named.

    Example: assay corpus add docs/ handbook.pdf
    """
    workspace = Workspace.find()
    change = add_documents(workspace, paths, size=size, overlap=overlap)
    questions = stale_questions(workspace, change)
    if unrecorded := record_corpus(workspace):
        say(f"note: the record did not take it, the next run tells it: {unrecorded}")
    if as_json:
        named = [{"set": name, "id": identity} for name, identity in questions]
        emit_json({**_change_document(change), "stale_questions": named})
        return
    _say_skipped(change.skipped)
    show(
        f"{change.documents} documents: {len(change.added)} added, {len(change.changed)} changed, "
        f"{len(change.unchanged)} unchanged, {len(change.removed)} removed, {len(change.skipped)} skipped"
    )
    if change.stale_passages:
        show(f"{len(change.stale_passages)} passages are stale, and {len(questions)} questions about them")
        for name, identity in questions[:_MOST_NAMED]:
            show(f"  stale in {name!r}: {identity}")
    say("next: assay questions generate")


@app.command("list")
def list_all(as_json: _Json = False) -> None:
    """List the documents, and the files that gave none.

    Example: assay corpus list
    """
    workspace = Workspace.find()
    corpus = open_corpus(workspace)
    listed = [
        {
            "id": document.id,
            "source": document.source,
            "title": document.title,
            "media_type": document.media_type,
            "sections": len(document.sections),
            "pages": len(document.page_starts) or None,
            "passages": passages,
            "characters": len(document.text),
            "digest": document.digest,
        }
        for document, passages in list_documents(workspace)
    ]
    if as_json:
        skipped = [asdict(file) for file in corpus.skipped()]
        emit_json({"documents": listed, "skipped": skipped, "digest": corpus.digest})
        return
    shown = ("id", "source", "title", "sections", "passages")
    show_table(("id", "source", "title", "sections>", "passages>"), [[item[name] for name in shown] for item in listed])
    _say_skipped(corpus.skipped())
    if not listed:
        say("the corpus is empty; next: assay corpus add PATH")


@app.command("show")
def show_one(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Document id, as `assay corpus list` shows it.")],
    as_json: _Json = False,
) -> None:
    """Show one document: metadata, sections and passages.

    Example: assay corpus show d-0123456789abcdef
    """
    shown = show_document(Workspace.find(), identity)
    document = shown.document
    if as_json:
        emit_json({**asdict(document), "passages": [asdict(passage) for passage in shown.passages]})
        return
    show(f"{document.title}\n{document.source}  {document.media_type}  {document.digest}")
    for name, value in document.metadata.items():
        show(f"{name}: {value}")
    rows = [
        (
            passage.id,
            " > ".join(passage.path),
            passage.page or "",
            len(passage.text),
            " ".join(passage.text.split())[:60],
        )
        for passage in shown.passages
    ]
    show_table(("passage", "section", "page>", "characters>", "text"), rows)


def _change_document(change: CorpusChange) -> dict[str, object]:
    return {
        "documents": change.documents,
        "added": change.added,
        "changed": [asdict(file) for file in change.changed],
        "unchanged": change.unchanged,
        "removed": change.removed,
        "skipped": [asdict(file) for file in change.skipped],
        "stale_passages": change.stale_passages,
    }


def _say_skipped(skipped: tuple[SkippedFile, ...]) -> None:
    for file in skipped[:_MOST_NAMED]:
        say(f"skipped {file.source}: {file.kind}, {file.reason}")
    if len(skipped) > _MOST_NAMED:
        say(f"and {len(skipped) - _MOST_NAMED} more skipped: `assay corpus list --json` names them all")
