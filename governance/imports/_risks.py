"""A register of risks: which risk, how large before and after treatment, whose, and when somebody looks again.

Rules of this place: the same bounds hold as for `assay risks assess`, so that a row that passes here is recorded as it
stands, but a row that says what is recorded is left alone: a review that is overdue is still the rating that counts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from assay.kernel import InputError
from governance.imports._columns import Columns, find_columns
from governance.imports._preview import preview
from governance.imports._reading import ME, RowReader
from governance.imports._risk_cells import RISK_FIELDS, RiskRow, Said, read_row
from governance.imports._texts import as_read
from governance.imports._types import Preview
from governance.imports._workbook import open_sheets, short
from governance.imports._written import REGISTER
from governance.ratings import Rating
from risks import Catalogue

__all__ = ["read_risks"]

_MOST_DAYS: Final = 731  # as for `assay risks assess`
_MOST_REASON: Final = 4000
_RATED: Final = tuple(field.name for field in RISK_FIELDS if field.name not in ("risk", "system"))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """What rows are held against."""

    catalogue: Catalogue
    people: Collection[str] | None
    systems: Collection[str] | None
    ratings: Mapping[tuple[str, str], Rating]  # by system and risk
    system: str  # of rows that name none
    me: str
    since: int | None  # entries of the ledger when the workbook was written; None: nobody knows
    today: date

    def rating(self, system: str | None, risk: str | None) -> Rating | None:
        """Return what is recorded of a risk."""
        return self.ratings.get((system or self.system, risk or ""))

    def is_newer(self, rating: Rating) -> bool:
        """Whether somebody else recorded a rating after the workbook was written."""
        return self.since is not None and rating.seq >= self.since and rating.rater != self.me


def read_risks(  # what a register is held against comes from outside
    data: bytes,
    *,
    file: str,
    catalogue: Catalogue,
    today: date,
    people: Collection[str] | None = None,
    systems: Collection[str] | None = None,
    ratings: Mapping[tuple[str, str], Rating] | None = None,
    system: str = "",
    me: str = "",
    log: str = "",
    sheet: str | None = None,
    mapped: Mapping[str, str] | None = None,
) -> Preview[RiskRow]:
    """Return what a register would become, with every problem; `people` and `systems` are ids, None: not held against.

    `ratings` are what is recorded, by system and risk, `system` is that of rows without one, and `me` who is meant by
    `me`: a row that says what is recorded is no problem, whatever day it names, and nothing to write. `log` names the
    ledger of the record: what others rated after a workbook was written from it is not taken back by that workbook.

    Raises `InputError` for what is no workbook, and where columns cannot be told apart.
    """
    sheets = open_sheets(data, file)
    columns = find_columns(sheets, RISK_FIELDS, file=file, sheet=sheet, mapped=mapped or {}, kind=REGISTER)
    _refuse_unrated(columns, file)
    known = _Known(
        catalogue=catalogue,
        people=people,
        systems=systems,
        ratings=ratings or {},
        system=system,
        me=me,
        since=columns.head.size if columns.head is not None and columns.head.log == log else None,
        today=today,
    )
    return _look_through(columns, known)


def _look_through(columns: Columns, known: _Known) -> Preview[RiskRow]:
    first: dict[tuple[str, str], int] = {}  # row in which a risk of a system stands
    return preview(
        columns,
        lambda reader: _row(reader, known, first),
        words=_RATED,
        pass_over=lambda reader: _keep_rating(reader, known),
    )


def _refuse_unrated(columns: Columns, file: str) -> None:
    """Refuse a sheet that cannot say how large its risks are, once instead of in every row."""
    for name in ("inherent", "residual"):
        halves = (f"{name}_likelihood", f"{name}_impact")
        missing = [half for half in halves if half not in columns.places]
        if name not in columns.places and missing:
            what = name if len(missing) > 1 else missing[0]
            raise InputError(
                f"{file}, sheet {columns.sheet.name!r}: no column says {what}",
                hint=f"--map {name}=COLUMN for one that says 4x5, or --map {halves[0]}=COLUMN --map {halves[1]}=COLUMN",
            )


def _row(reader: RowReader, known: _Known, first: dict[tuple[str, str], int]) -> RiskRow | None:
    """Return what a row says that is new; `None`, too, where a problem was noted."""
    said = read_row(reader, known.catalogue, known.systems)
    if said.risk is not None:
        earlier = first.setdefault((said.system or known.system, said.risk), reader.number)
        if earlier != reader.number:
            reader.note("risk", f"{said.risk} stands in row {earlier} already", "keep one of both")
    recorded = known.rating(said.system, said.risk)
    if recorded is not None and as_read(recorded.reason) == said.reason:
        said = replace(said, reason=recorded.reason or "")  # as it was written, not as a cell can show it
    if recorded is not None and not reader.is_blocked and said == _as_said(recorded, said, known.me):
        return None
    if recorded is not None and known.is_newer(recorded):
        what = f"was rated by somebody else on {recorded.recorded_at[:10]}, after this workbook was written"
        reader.note("risk", f"{recorded.risk} {what}", "export anew, or leave the row out")
    _hold(reader, said, known)
    return said.whole()


def _as_said(recorded: Rating, said: Said, me: str) -> Said:
    """Return what a row would say that changes nothing."""
    return Said(
        risk=recorded.risk,
        system=said.system,
        owner=said.owner if said.owner == ME and recorded.owner == me else recorded.owner,
        inherent=(recorded.inherent_likelihood, recorded.inherent_impact),
        residual=(recorded.residual_likelihood, recorded.residual_impact),
        treatment=recorded.treatment,
        review_by=date.fromisoformat(recorded.review_by),
        due=None if recorded.due is None else date.fromisoformat(recorded.due),
        reason=recorded.reason or "",
    )


def _keep_rating(reader: RowReader, known: _Known) -> None:
    """Say it where somebody emptied the cells of a risk that is rated."""
    risk, system = reader.text("risk"), reader.text("system")
    if known.rating(system, risk) is not None:
        reader.note("risk", f"{short(risk)} is rated and says nothing here: its rating stays", blocks=False)


def _hold(reader: RowReader, said: Said, known: _Known) -> None:
    """Note what nobody could record today."""
    if said.owner and (len(said.owner.split()) != 1 or (known.people is not None and said.owner not in known.people)):
        reader.note("owner", "the owner is not named by a person's id", "assay users list shows the ids")
    for field, day in (("review_by", said.review_by), ("due", said.due)):
        if day is not None and not known.today <= day <= known.today + timedelta(days=_MOST_DAYS):
            reader.note(field, f"{field} is {day}", f"a day from {known.today} on, within two years")
    if len(said.reason) > _MOST_REASON:
        reader.note("reason", f"reason has {len(said.reason):,} characters; expected at most {_MOST_REASON:,}")
    before, after = said.inherent, said.residual
    if before and after and (after[0] > before[0] or after[1] > before[1]):
        parts = ("residual", "residual_likelihood" if after[0] > before[0] else "residual_impact")
        field = next((one for one in parts if reader.has(one)), "residual")
        reader.note(field, "the residual risk is larger than the inherent one", "rate the new risk by itself")
