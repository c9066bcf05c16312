"""Lineage commands: what a thing rests on, what rests on it, what is stale; and what the workspace's files tell of it.

Rules of this place: the corpus and question sets are recorded at once where there is a store and whoever is here may;
where not, they are recorded with the next run, which carries them in its log.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.run_sources import corpus_source
from assay.app.workspace import LATEST, Workspace
from assay.kernel import AssayError, MissingError

if TYPE_CHECKING:
    from governance import Record
    from governance.lineage import Artefact, ArtefactKey, Impact, StaleReason, TaintFinding, Tie

__all__ = ["ShownLineage", "find_taints", "impact_of", "lineage_of", "list_stale", "record_corpus"]


@dataclass(frozen=True, kw_only=True)
class ShownLineage:
    """One thing with its neighbourhood."""

    artefact: "Artefact"
    versions: "tuple[Artefact, ...]"  # the others under its name
    stale: str  # why it is, "" where it is not
    upstream: "tuple[Tie, ...] | None"  # None: not asked for
    downstream: "tuple[Tie, ...] | None"


def lineage_of(
    workspace: Workspace,
    label: str,
    *,
    up: bool = True,
    down: bool = True,
    depth: int | None = None,
    system: str | None = None,
    as_of: int | None = None,
) -> ShownLineage:
    """Return what a thing rests on and what rests on it; raise `MissingError` for what is not recorded."""
    with closing(_existing(workspace)) as record:
        first, *others = _found(workspace, record, label, system, as_of)
        lineage = record.lineage
        reasons = lineage.stale(first.system if first.system != "*" else None, as_of=as_of)
        return ShownLineage(
            artefact=first,
            versions=tuple(others),
            stale=str(reasons.get(first.key, "")),
            upstream=lineage.upstream(first, depth=depth, as_of=as_of) if up else None,
            downstream=lineage.downstream(first, depth=depth, as_of=as_of) if down else None,
        )


def impact_of(
    workspace: Workspace,
    label: str,
    *,
    system: str | None = None,
    most: int | None = None,
    as_of: int | None = None,
) -> "Impact":
    """Return what rests on any version of a thing, or on the one whose digest is named; `most` are named."""
    with closing(_existing(workspace)) as record:
        return record.lineage.impact(_found(workspace, record, label, system, as_of), most=most, as_of=as_of)


def list_stale(
    workspace: Workspace, *, system: str | None = None, as_of: int | None = None
) -> "Mapping[ArtefactKey, StaleReason]":
    """Return what is stale in a system, by default the workspace's."""
    with closing(_existing(workspace)) as record:
        return record.lineage.stale(system or workspace.settings.default_system, as_of=as_of)


def find_taints(
    workspace: Workspace, *, system: str | None = None, as_of: int | None = None
) -> "tuple[TaintFinding, ...]":
    """Return where personal data reached a corpus or a training, in the workspace's system by default."""
    with closing(_existing(workspace)) as record:
        return record.lineage.findings(system or workspace.settings.default_system, as_of=as_of)


def record_corpus(workspace: Workspace) -> str:
    """Record which documents the corpus holds now; return why it was not recorded, "" where it was or need not be."""
    source = corpus_source(workspace)
    if source is None or not workspace.has_store:
        return ""
    try:
        with closing(open_record(workspace)) as record:
            record.lineage.see_corpus(source, current_actor(record), system=workspace.settings.default_system)
    except AssayError as error:  # the files are there: the next run carries them
        return error.message
    return ""


def _existing(workspace: Workspace) -> "Record":
    if not workspace.has_store:
        raise MissingError("there is no store yet, so nothing has lineage", hint="assay run, or assay demo")
    return open_record(workspace)


def _found(
    workspace: Workspace, record: "Record", label: str, system: str | None, as_of: int | None
) -> "list[Artefact]":
    """Return the versions of a thing; without a system named, those of the workspace's before those of others."""
    wanted = _newest_run(record, as_of) if label == LATEST else label
    found = record.lineage.find(wanted, as_of=as_of)
    if system is None:
        own = {workspace.settings.default_system, "*"}
        return [one for one in found if one.system in own] or list(found)
    named = [one for one in found if one.system in {system, "*"}]
    if not named:
        raise MissingError(f"nothing of the system {system!r} is called {wanted!r}", hint="leave --system away")
    return named


def _newest_run(record: "Record", as_of: int | None) -> str:
    runs = record.runs(as_of=as_of)
    if not runs:
        raise MissingError("no run is in the record yet", hint="assay run, or assay runs ingest DIR")
    return f"run:{runs[0].plan.run}"
