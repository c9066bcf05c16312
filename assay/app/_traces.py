"""Where a subject's texts are in a workspace: run logs, kept replies, documents, questions, pages, ledger payloads.

Rules of this place: what is found is ids alone, so that it may be written down while the texts go; a text is matched
as people would, whatever its case, spaces or Unicode form, inside JSON and HTML too; looking changes nothing.
"""

import html
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from assay.app.workspace import Workspace
from assay.kernel import InputError, JsonValue, digest_text
from evaluation.documents import Corpus
from evaluation.questions import QuestionSet
from evaluation.runs import Payload, RunLog, read_sources, source_names, texts_of

if TYPE_CHECKING:
    from governance.record import Record

__all__ = ["Traces", "traces_of_evidence", "traces_of_row", "traces_of_run", "traces_of_text"]

_TAG = re.compile(r"<[^>]*>")
_LEAST_TEXT = 3  # code points: less would be found everywhere
_PHRASE_WORDS = 6
_HALF_FILE = re.compile(r"\..+\.tmp")  # as the kernel names them
_FOLDERS = frozenset({"runs", "corpus", "questions"})
_DATABASES = ("store.sqlite", "cache.sqlite")  # with their logs
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")  # where no spaces part words, each character
Matches = Callable[[str], bool]


@dataclass(frozen=True, kw_only=True)
class Traces:
    """What was found, as ids."""

    rows: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)  # run → (row, repeat)
    replies: tuple[str, ...] = ()  # keys of the response cache
    documents: Mapping[str, str] = field(default_factory=dict)  # id → source
    questions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # set → ids
    pages: tuple[str, ...] = ()  # files of the reports folder, relative
    payloads: tuple[int, ...] = ()  # entries of the ledger
    originals: tuple[str, ...] = ()  # digests of files of evidence
    names: tuple[str, ...] = ()  # pseudonyms of names of documents in the record
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # run → digests of names in its sources
    leftovers: tuple[str, ...] = ()  # half files of processes that were killed, relative to the state folder
    unread: tuple[str, ...] = ()  # digests of files of evidence that are no text, so that nobody looked into them
    elsewhere: tuple[str, ...] = ()  # other files there, which only people can judge; they stay

    @property
    def counts(self) -> dict[str, int]:
        """How many in each place that can be erased, empty places left out."""
        found = {
            "rows": sum(map(len, self.rows.values())),
            "replies": len(self.replies),
            "documents": len(self.documents),
            "questions": sum(map(len, self.questions.values())),
            "pages": len(self.pages),
            "payloads": len(self.payloads),
            "originals": len(self.originals),
            "names": len(self.names),
            "sources": sum(map(len, self.sources.values())),
            "leftovers": len(self.leftovers),
        }
        return {place: count for place, count in found.items() if count}

    def as_json(self) -> dict[str, JsonValue]:
        """Return a document that `from_json` reads back."""
        document: dict[str, JsonValue] = json.loads(json.dumps(asdict(self)))
        return document

    @classmethod
    def from_json(cls, document: JsonValue) -> "Traces":
        """Read back; raise `InputError` for anything else."""
        try:
            return TypeAdapter(cls).validate_python(document)
        except ValidationError as error:
            raise InputError(f"not a list of traces: {error.error_count()} fields are wrong") from error


def traces_of_text(workspace: Workspace, record: "Record", text: str) -> Traces:
    """Find every place that holds a text; raise `InputError` for one of less than three characters."""
    wanted = _folded(text)
    if len(wanted) < _LEAST_TEXT:
        raise InputError(f"a text of {len(wanted)} characters would be found everywhere", hint="give a whole name")
    matches: Matches = lambda other: wanted in _folded(other)  # noqa: E731  one line, used as a value
    others = tuple(_others(workspace, matches))
    unread: list[str] = []
    return Traces(
        names=record.lineage.names_with(matches),
        sources=dict(_sources(workspace, matches)),
        originals=record.retention.originals_with(lambda digest, data: _is_in_file(digest, data, matches, unread)),
        unread=tuple(unread),
        leftovers=tuple(name for name in others if _HALF_FILE.fullmatch(Path(name).name)),
        elsewhere=tuple(name for name in others if not _HALF_FILE.fullmatch(Path(name).name)),
        rows=dict(_rows(workspace, matches)),
        replies=_replies(workspace, matches),
        documents=_documents(workspace, matches),
        questions=dict(_questions(workspace, matches)),
        pages=tuple(_pages(workspace, matches)),
        payloads=record.retention.payloads_with(lambda payload: any(map(matches, _strings(payload)))),
    )


def traces_of_evidence(record: "Record", evidence: str) -> Traces:
    """Find a submission's file and what people wrote about it; raise `MissingError` where there is none."""
    originals, payloads = record.retention.evidence_traces(evidence)
    return Traces(originals=originals, payloads=payloads)


def traces_of_run(workspace: Workspace, record: "Record", run: str) -> Traces:
    """Find the texts of a run, the replies that hold them and its pages."""
    payloads = [one for one in RunLog.open(workspace.run_dir(run)).payloads() if one.erased is None]
    digests = {report.report.digest for report in record.reports(subject=run)}
    return Traces(
        rows={run: tuple((one.id, one.repeat) for one in payloads)} if payloads else {},
        replies=_replies(workspace, _shares_with(payloads)),
        pages=tuple(_pages_of(workspace, digests)),
        leftovers=tuple(_half_files(workspace, run)),
    )


def traces_of_row(workspace: Workspace, record: "Record", run: str, row: str) -> Traces:
    """Find the texts of one row in all its repeats; raise `InputError` where the run has no such row."""
    payloads = [one for one in RunLog.open(workspace.run_dir(run)).payloads() if one.id == row]
    if not payloads:
        raise InputError(f"the run {run!r} has no texts of a row {row!r}", hint=f"assay runs export {run}")
    there = [one for one in payloads if one.erased is None]
    digests = {report.report.digest for report in record.reports(subject=run)}
    return Traces(
        rows={run: tuple((one.id, one.repeat) for one in there)} if there else {},
        replies=_replies(workspace, _shares_with(there)),
        pages=tuple(_pages_of(workspace, digests)) if there else (),
        leftovers=tuple(_half_files(workspace, run)),
    )


def _is_in_file(digest: str, data: bytes, matches: Matches, unread: list[str]) -> bool:
    """Whether a file of evidence holds a text; one that is no text, or packed, is noted: it is never opened."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        unread.append(digest)
        return False
    shown = (html.unescape(text), html.unescape(_TAG.sub("", text)))
    return any(map(matches, (*shown, *_strings_of(data))))


def _rows(workspace: Workspace, matches: Matches) -> Iterator[tuple[str, tuple[tuple[str, int], ...]]]:
    for plan in sorted(workspace.runs.glob("*/run.json")):
        payloads = RunLog.open(plan.parent).payloads()
        keys = tuple((one.id, one.repeat) for one in payloads if any(map(matches, texts_of(one))))
        if keys:
            yield plan.parent.name, keys


def _sources(workspace: Workspace, matches: Matches) -> Iterator[tuple[str, tuple[str, ...]]]:
    for plan in sorted(workspace.runs.glob("*/run.json")):
        sources = read_sources(plan.parent, RunLog.open(plan.parent).plan)
        named = () if sources is None else sorted(digest_text(name) for name in source_names(sources) if matches(name))
        if named:
            yield plan.parent.name, tuple(named)


def _replies(workspace: Workspace, matches: Matches) -> tuple[str, ...]:
    # Lazy: the cache is looked at by this command and the courier alone.
    from evaluation.llm import find_keys  # noqa: PLC0415

    return find_keys(workspace.cache_file, lambda reply: any(map(matches, _strings_of(reply.body))))


def _documents(workspace: Workspace, matches: Matches) -> dict[str, str]:
    corpus = Corpus(workspace.corpus_dir)
    return {one.id: one.source for one in corpus.documents() if matches(one.text) or matches(one.source)}


def _questions(workspace: Workspace, matches: Matches) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in QuestionSet.names(workspace.questions_dir):
        found = QuestionSet.load(workspace.questions_dir, name).questions
        ids = tuple(
            one.id for one in found if any(map(matches, _strings(json.loads(json.dumps(asdict(one), default=str)))))
        )
        if ids:
            yield name, ids


def _pages(workspace: Workspace, matches: Matches) -> Iterator[str]:
    for path in _files_in(workspace.reports_dir):
        if matches(path.name) or matches(_text_of(path)):
            yield path.relative_to(workspace.reports_dir).as_posix()


def _pages_of(workspace: Workspace, digests: set[str]) -> Iterator[str]:
    # Lazy: hashing is needed here alone.
    from assay.kernel import digest_bytes  # noqa: PLC0415

    for path in _files_in(workspace.reports_dir):
        if digest_bytes(path.read_bytes()) in digests:
            yield path.relative_to(workspace.reports_dir).as_posix()


def _half_files(workspace: Workspace, run: str) -> Iterator[str]:
    for path in _files_in(workspace.run_dir(run)):
        if _HALF_FILE.fullmatch(path.name):
            yield path.relative_to(workspace.state).as_posix()


def _others(workspace: Workspace, matches: Matches) -> Iterator[str]:
    """Yield the files of the state folder that no other place here looks into and that hold a text."""
    known = (*_DATABASES, "workspace-id")
    for path in _files_in(workspace.state):
        name = path.relative_to(workspace.state)
        is_half = _HALF_FILE.fullmatch(path.name)
        if not is_half and (name.parts[0] in _FOLDERS or name.parts[0].startswith(known)):
            continue
        with path.open("rb") as stream:  # line by line: such a file may be large
            if any(any(map(matches, _strings_of(line))) for line in stream):
                yield name.as_posix()


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _text_of(path: Path) -> str:
    """Return what a page shows, with its tags and without them: a name may be cut by a tag, or stand in one."""
    text = path.read_bytes().decode("utf-8", "replace")
    return f"{html.unescape(text)}\n{html.unescape(_TAG.sub('', text))}"


def _shares_with(payloads: Iterable[Payload]) -> Matches:
    """Whether a text shares a phrase with the rows' own, or is one of them.

    Contexts do not count: they are documents, which other rows quote too.
    """
    phrases = set[int]()
    for one in payloads:
        for text in (one.question, one.answer, one.answer_reason, *(one.reasons or {}).values()):
            phrases.update(_phrases(text))
    return lambda other: not phrases.isdisjoint(_phrases(other))


def _phrases(text: str) -> Iterator[int]:
    """Yield a number for each run of six words; for a shorter text one for all of it."""
    words = _WORD.findall(_folded(text))
    if words:
        for start in range(max(1, len(words) - _PHRASE_WORDS + 1)):
            yield hash(tuple(words[start : start + _PHRASE_WORDS]))


def _strings_of(body: bytes) -> Iterator[str]:
    text = body.decode("utf-8", "replace")
    yield text
    yield from _nested(text)


def _strings(value: object) -> Iterator[str]:
    """Yield every string in a JSON value, those inside JSON that is itself a string too."""
    if isinstance(value, str):
        yield value
        yield from _nested(value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)


def _nested(text: str) -> Iterator[str]:
    if text.lstrip()[:1] in {"{", "["}:
        try:
            inner = json.loads(text)
        except (ValueError, RecursionError):
            return
        yield from _strings(inner)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
