"""The register of risks and the inventory of systems, written as workbooks.

Rules of this place: what leaves is recorded by its digest before the file is there, and the file is there whole or not
at all; one that is there, and may hold somebody's work, is replaced only where that is asked for; many systems are
written a few at a time.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Literal

from assay import __version__
from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.register import load_portfolio
from assay.app.systems import list_systems
from assay.app.workspace import Workspace
from assay.kernel import (
    FOR_OTHERS,
    InputError,
    MissingError,
    SystemClock,
    UnavailableError,
    format_time,
    replace_stream_durably,
)
from risks import Framework

if TYPE_CHECKING:
    from governance.actions import CorrectiveAction
    from governance.ratings import Rating
    from governance.record import Record
    from reports.workbooks import Origin, SystemEntry, SystemRegister, WrittenBook

__all__ = ["ALL_SYSTEMS", "ExportedBook", "export_inventory", "export_register"]

ALL_SYSTEMS: Final = "*"
_CHUNK: Final = 1 << 20
_TOGETHER: Final = 25  # systems whose statuses are in memory at a time
_STATUSES: Final = ("treated", "accepted", "undecided", "open")
_UNCHECKED: Final = "What the product checks by itself (run logs, its own ledger): assay risks list --system SYSTEM"

_Write = Callable[[IO[bytes]], "WrittenBook"]


@dataclass(frozen=True, kw_only=True)
class ExportedBook:
    """A workbook that was handed over."""

    path: Path
    systems: tuple[str, ...]
    rows: int
    cut: tuple[str, ...]  # cells whose text goes on in the record
    digest: str  # of the file
    seq: int  # of the entry that says so


def export_register(framework: Framework, out: Path, *, system: str | None, force: bool) -> ExportedBook:
    """Write the register of a system (None: the workspace's own), or of all (`*`).

    Raise `ForbiddenError`, `MissingError` for a system that is not known, `InputError` for a file that is there.
    """
    from reports.workbooks import write_register  # noqa: PLC0415  lazy: it brings openpyxl and SQLAlchemy

    workspace = _ready(out, force=force)
    with closing(open_record(workspace)) as record:
        named = system or workspace.settings.default_system
        names = (named,) if system is None else _names(record, named)  # the workspace's own needs no entry yet
        is_whole = named == ALL_SYSTEMS
        record.exports.check_right(current_actor(record), None if is_whole else named)  # before the work
        origin = _origin(record, framework, "all systems of the record" if is_whole else named, checked=not is_whole)
        found = _registers(record, framework, names, None if is_whole else workspace.runs)
        return _hand_over(
            record, "register", names, out, lambda stage: write_register(stage, framework, found, origin),
            system=None if is_whole else named,
        )  # fmt: skip


def export_inventory(framework: Framework, out: Path, *, force: bool) -> ExportedBook:
    """Write the inventory of all systems that the record or `assay.yaml` names; raise as `export_register` does."""
    from reports.workbooks import write_inventory  # noqa: PLC0415  lazy, as above

    workspace = _ready(out, force=force)
    with closing(open_record(workspace)) as record:
        record.exports.check_right(current_actor(record), None)  # before the work
        origin = _origin(record, framework, "all systems of the record and of assay.yaml", checked=False)
        entries = tuple(_entries(workspace, framework))
        names = tuple(one.system for one in entries)
        return _hand_over(record, "inventory", names, out, lambda stage: write_inventory(stage, entries, origin))


def _ready(out: Path, *, force: bool) -> Workspace:
    if out.suffix.lower() != ".xlsx":
        raise InputError(f"the file is {str(out)!r}, expected a name that ends in .xlsx", hint="register.xlsx")
    if out.is_dir() or not out.absolute().parent.is_dir():
        raise InputError(f"{str(out)!r} is no place for a file", hint="name a file in a folder that is there")
    if out.exists() and not force:
        raise InputError(f"{out} exists and may hold work", hint="name another file, or add --force to replace it")
    workspace = Workspace.find()
    if not workspace.has_store:
        raise MissingError("this workspace has no store yet, so there is nothing to export", hint="assay systems add")
    return workspace


def _names(record: "Record", named: str) -> tuple[str, ...]:
    known = tuple(one.id for one in record.systems())
    if named == ALL_SYSTEMS:
        return known
    if named not in known:
        raise MissingError(f"there is no system {named[:80]!r} in the record", hint="assay systems list")
    return (named,)


def _origin(record: "Record", framework: Framework, systems: str, *, checked: bool) -> "Origin":
    from reports.workbooks import Origin  # noqa: PLC0415  lazy, as above

    head, catalogue = record.checkpoint(), framework.catalogue
    return Origin(
        systems=systems,
        day=format_time(SystemClock().now())[:10],
        log=head.origin,
        size=head.size,
        root=head.root_text,
        version=__version__,
        catalogue={
            "Catalogue": f"{catalogue.title}, version {catalogue.version}",
            "Catalogue digest": catalogue.digest,
            "Framework digest": framework.digest,  # with rules and relations
        },
        limits=() if checked else (_UNCHECKED,),
    )


def _registers(
    record: "Record", framework: Framework, names: tuple[str, ...], runs: Path | None
) -> "Iterator[SystemRegister]":
    from reports.workbooks import SystemRegister  # noqa: PLC0415  lazy, as above

    only = names[0] if len(names) == 1 else None
    ratings: dict[str, dict[str, Rating]] = {}
    for rating in record.ratings.ratings(only):
        ratings.setdefault(rating.system, {})[rating.risk] = rating
    actions: dict[str, list[CorrectiveAction]] = {}
    for action in record.actions.actions(system=only):
        actions.setdefault(action.system, []).append(action)
    for first in range(0, len(names), _TOGETHER):
        some = names[first : first + _TOGETHER]
        if runs is None:
            statuses = record.register.statuses(some, framework)
        else:
            statuses = tuple(record.register.status(one, framework, runs) for one in some)
        for status in statuses:
            yield SystemRegister(
                status=status,
                ratings=ratings.get(status.system, {}),
                actions=actions.get(status.system, ()),
                waivers=record.waivers.waivers(status.system),
            )


def _entries(workspace: Workspace, framework: Framework) -> "Iterator[SystemEntry]":
    from reports.workbooks import SystemEntry  # noqa: PLC0415  lazy, as above

    lines = {line.status.system: line for line in load_portfolio(framework)}
    for one in list_systems(workspace):
        line = lines.get(one.system)
        shown = [] if line is None else [risk.shown.value for risk in line.status.risks]
        classified = None if line is None else line.classification
        yield SystemEntry(
            system=one.system,
            described=one.described,
            classes=() if classified is None else tuple(classified.classes),
            classification="" if classified is None else classified.state.value,
            in_use=() if line is None else line.in_use,
            risks={} if line is None else {name: shown.count(name) for name in _STATUSES},
            overdue=0 if line is None else line.overdue,
        )


def _hand_over(
    record: "Record",
    kind: Literal["register", "inventory"],
    names: tuple[str, ...],
    out: Path,
    write: _Write,
    *,
    system: str | None = None,
) -> ExportedBook:
    """Write the workbook aside, record it, and put it where it is wanted."""
    from governance.exports import ExportDraft  # noqa: PLC0415  lazy, as above

    with tempfile.TemporaryFile() as stage:
        try:
            book = write(stage)
        except OSError as error:
            what = f"cannot write to {tempfile.gettempdir()}: {error.strerror}"
            raise UnavailableError(what, hint="free space, or set TMPDIR") from error
        stage.seek(0)
        digest = hashlib.file_digest(stage, "sha256").hexdigest()
        draft = ExportDraft(
            kind=kind,
            format="xlsx",
            system=system,
            subject=system or ALL_SYSTEMS,
            digest=f"sha256:{digest}",
            size=stage.tell(),
        )
        seq = record.exports.record(draft, current_actor(record))
        stage.seek(0)
        replace_stream_durably(out, iter(lambda: stage.read(_CHUNK), b""), mode=FOR_OTHERS)
    return ExportedBook(path=out, systems=names, rows=book.rows, cut=book.cut, digest=draft.digest, seq=seq)
