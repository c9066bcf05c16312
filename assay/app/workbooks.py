"""Registers and inventories from workbooks: looked through first, and written only where that is asked for.

Rules of this place: a workbook with a problem that blocks is refused whole; whoever owns something is a person of the
record, in a store with one user that one, who may be written `me`; rows of one system are recorded together, and rows
that say what is recorded are left alone.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from assay.app.actor import current_actor
from assay.app.compose import open_record
from assay.app.workspace import Workspace
from assay.kernel import InputError, MissingError, SystemClock
from risks import Framework

if TYPE_CHECKING:
    from governance import Actor, Record
    from governance.imports import Preview, RiskRow, SystemRow
    from governance.ratings import Rating, RatingDraft
    from governance.systems import SystemProfile

__all__ = ["import_risks", "import_systems", "preview_risks", "preview_systems", "read_mapping"]

_LARGEST: Final = 16 * 1024 * 1024  # bytes


@dataclass(frozen=True, kw_only=True)
class _Known:
    """Who and what the record holds; None where there is no record to hold rows against."""

    people: Collection[str] | None = None
    systems: Collection[str] | None = None
    ratings: "Mapping[tuple[str, str], Rating]" = field(default_factory=dict)
    described: "Mapping[str, SystemProfile]" = field(default_factory=dict)
    default_system: str = ""
    me: str = ""
    log: str = ""


def read_mapping(options: Sequence[str]) -> dict[str, str]:
    """Return field → column from options NAME=COLUMN; raise `InputError` for what is none."""
    found: dict[str, str] = {}
    for option in options:
        name, equals, column = option.partition("=")
        if not equals or not name.strip() or not column.strip():
            raise InputError(f"--map is {option[:80]!r}, expected NAME=COLUMN", hint="--map owner=F")
        found[name.strip()] = column.strip()
    return found


def preview_risks(
    file: Path, framework: Framework, *, system: str | None, sheet: str | None, mapped: Mapping[str, str]
) -> "Preview[RiskRow]":
    """Return what a register would become; without a workspace, rows are held against the catalogue alone."""
    # Lazy: what reads workbooks costs start-up time, and help does not need it.
    from governance.imports import read_risks  # noqa: PLC0415

    known = _known()
    return read_risks(
        _bytes(file),
        file=file.name,
        catalogue=framework.catalogue,
        today=_today(),
        people=known.people,
        systems=known.systems,
        ratings=known.ratings,
        system=system or known.default_system,
        me=known.me,
        log=known.log,
        sheet=sheet,
        mapped=mapped,
    )


def preview_systems(file: Path, *, sheet: str | None, mapped: Mapping[str, str]) -> "Preview[SystemRow]":
    """Return what an inventory would become."""
    from governance.imports import read_systems  # noqa: PLC0415  lazy, as above

    known = _known()
    return read_systems(
        _bytes(file),
        file=file.name,
        people=known.people,
        systems=known.systems or (),
        described=known.described,
        me=known.me,
        sheet=sheet,
        mapped=mapped,
    )


def import_risks(found: "Preview[RiskRow]", framework: Framework, *, system: str | None) -> int:
    """Record the ratings of a register that is whole; return how many."""
    _refuse_part(found)
    workspace = Workspace.find()
    with closing(open_record(workspace)) as record:
        actor = current_actor(record)
        default = system or workspace.settings.default_system
        by_system: dict[str, list[RatingDraft]] = {}
        for row in found.rows:
            draft = _draft(row.said, actor, default)
            by_system.setdefault(draft.system, []).append(draft)
        return sum(len(record.ratings.rate_all(actor, drafts, framework)) for drafts in by_system.values())


def import_systems(found: "Preview[SystemRow]") -> int:
    """Describe the systems of an inventory that is whole, anew where they are known; return how many."""
    _refuse_part(found)
    with closing(open_record(Workspace.find())) as record:
        actor = current_actor(record)
        described = {one.system: one.profile for one in record.inventory.profiles()}
        for row in found.rows:
            before = described.get(row.said.system)
            if before is None:
                record.inventory.add(actor, row.said.system, _profile(row.said, actor))
            else:
                record.inventory.change(actor, row.said.system, _changed(before, row.said, actor))
    return len(found.rows)


def _draft(said: "RiskRow", actor: "Actor", default: str) -> "RatingDraft":
    from governance.ratings import RatingDraft  # noqa: PLC0415  lazy, as above

    return RatingDraft(
        system=said.system or default,
        risk=said.risk,
        inherent_likelihood=said.inherent[0],
        inherent_impact=said.inherent[1],
        residual_likelihood=said.residual[0],
        residual_impact=said.residual[1],
        treatment=said.treatment,
        owner=_owner(said.owner, actor),
        review_by=said.review_by.isoformat(),
        due=None if said.due is None else said.due.isoformat(),
        reason=said.reason,
    )


def _profile(said: "SystemRow", actor: "Actor") -> "SystemProfile":
    from governance.systems import SystemProfile  # noqa: PLC0415  lazy, as above

    return SystemProfile(
        name=said.name or said.system,
        purpose=said.purpose,
        owner=_owner(said.owner, actor),
        roles=said.roles,
        markets=said.markets,
    )


def _changed(before: "SystemProfile", said: "SystemRow", actor: "Actor") -> "SystemProfile":
    """Return a profile with what the row says; an empty cell leaves what was said."""
    return replace(
        before,
        name=said.name or before.name,
        purpose=said.purpose or before.purpose,
        owner=_owner(said.owner, actor),
        roles=said.roles or before.roles,
        markets=said.markets or before.markets,
    )


def _owner(said: str, actor: "Actor") -> str:
    from governance.imports import ME  # noqa: PLC0415  lazy, as above

    return actor.id if said == ME else said


def _refuse_part(found: "Preview[RiskRow] | Preview[SystemRow]") -> None:
    blocking = sum(problem.blocks for problem in found.problems)
    if not found.is_whole:
        what = f"{blocking} problems keep rows from being taken" if blocking else "there is no row to take"
        raise InputError(f"{what}, so nothing is written", hint="mend the workbook, or leave those rows out of it")


def _known() -> _Known:
    try:
        workspace = Workspace.find()
    except MissingError:
        return _Known()
    if not workspace.has_store:
        return _Known()
    with closing(open_record(workspace)) as record:
        named = {one.id for one in workspace.settings.systems}
        return _Known(
            people=_people(record),
            systems=named | {one.id for one in record.systems()},
            ratings={(one.system, one.risk): one for one in record.ratings.ratings()},
            described={one.system: one.profile for one in record.inventory.profiles()},
            default_system=workspace.settings.default_system,
            me=current_actor(record).id,
            log=record.checkpoint().origin,
        )


def _people(record: "Record") -> frozenset[str]:
    from governance.imports import ME  # noqa: PLC0415  lazy, as above

    return frozenset({ME, current_actor(record).id, *(one.id for one in record.people.persons())})


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(f"cannot read {str(file)!r}: {error.strerror}", hint="name a workbook, FILE.xlsx") from error


def _today() -> date:
    return SystemClock().now().astimezone(UTC).date()
