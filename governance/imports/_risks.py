"""A register of risks: which risk, how large before and after treatment, whose, and when somebody looks again.

Rules of this place: the same bounds hold as for `assay risks assess`, so that a row that passes here is recorded as it
stands, but a row that says what is recorded is left alone: a review that is overdue is still the rating that counts.
Excel turns 9.10 into the number 9.1 and 1.2 into a day; both are told, for a guess would rate another risk.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from assay.kernel import InputError
from governance.imports._columns import Columns, find_columns
from governance.imports._reading import ME, RowReader, did_you_mean
from governance.imports._texts import LONGEST_CELL, as_read
from governance.imports._types import Field, Preview, Row
from governance.imports._workbook import open_sheets, short
from governance.imports._written import REGISTER
from governance.ratings import Rating, Treatment
from risks import Catalogue

__all__ = ["RISK_FIELDS", "RiskRow", "read_risks"]

RISK_FIELDS: Final = (
    Field(name="risk", known_as=("id", "risk id", "risk no", "risk number", "risk ref", "dasf id", "nr", "risiko id"),
          is_needed=True),
    Field(name="owner", known_as=("risk owner", "responsible", "accountable", "assigned to", "verantwortlich",
                                  "verantwortlicher", "eigner", "risikoeigner"), is_needed=True),
    Field(name="inherent", known_as=("inherent risk", "inherent rating", "gross risk", "brutto", "bruttorisiko")),
    Field(name="inherent_likelihood", known_as=("likelihood", "probability", "inherent probability",
                                                "eintrittswahrscheinlichkeit", "wahrscheinlichkeit")),
    Field(name="inherent_impact", known_as=("impact", "severity", "consequence", "auswirkung", "schadenshöhe")),
    Field(name="residual", known_as=("residual risk", "residual rating", "net risk", "netto", "nettorisiko",
                                     "restrisiko")),
    Field(name="residual_likelihood", known_as=("residual probability", "likelihood after", "net likelihood")),
    Field(name="residual_impact", known_as=("residual severity", "impact after", "net impact")),
    Field(name="treatment", known_as=("response", "risk response", "risk treatment", "strategy", "behandlung",
                                      "maßnahmenart"), is_needed=True),
    Field(name="review_by", known_as=("review", "review date", "next review", "reviewed by date", "prüfung bis",
                                      "nächste prüfung", "wiedervorlage"), is_needed=True),
    Field(name="due", known_as=("due date", "deadline", "target date", "fällig", "frist", "termin")),
    Field(name="reason", known_as=("comment", "comments", "rationale", "notes", "justification", "begründung",
                                   "bemerkung", "kommentar")),
    Field(name="system", known_as=("system id", "ai system", "application", "system name")),
)  # fmt: skip
_TREATMENTS: Final[Mapping[str, str]] = {
    **{treatment.value: treatment.value for treatment in Treatment},
    **dict.fromkeys(("mitigated", "mitigation", "reduce", "reduction", "treat", "mindern", "reduzieren"), "mitigate"),
    **dict.fromkeys(("avoidance", "terminate", "vermeiden"), "avoid"),
    **dict.fromkeys(("share", "transferred", "insure", "übertragen", "verlagern"), "transfer"),
    **dict.fromkeys(("accepted", "acceptance", "tolerate", "akzeptieren", "tragen"), "accept"),
}
_PAIR: Final = re.compile(r"([1-5])\s*[x×*/]\s*([1-5])", re.IGNORECASE)
_HIGHEST: Final = 5
_MOST_DAYS: Final = 731  # as for `assay risks assess`
_MOST_REASON: Final = 4000
_RATED: Final = tuple(field.name for field in RISK_FIELDS if field.name not in ("risk", "system"))


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskRow:
    """What a row says of a risk; the fields of `governance.ratings.RatingDraft`."""

    risk: str
    system: str | None  # None: the sheet names none
    owner: str
    inherent: tuple[int, int]  # likelihood and impact, 1 to 5
    residual: tuple[int, int]
    treatment: Treatment
    review_by: date
    due: date | None
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Said:
    """What a row says as far as it can be understood; the fields of `RiskRow`."""

    risk: str | None
    system: str | None
    owner: str
    inherent: tuple[int, int] | None
    residual: tuple[int, int] | None
    treatment: Treatment | None
    review_by: date | None
    due: date | None
    reason: str

    def whole(self) -> RiskRow | None:
        """Return the row, None where something is missing that is needed."""
        if not (self.risk and self.owner and self.inherent and self.residual and self.treatment and self.review_by):
            return None
        return RiskRow(
            risk=self.risk,
            system=self.system,
            owner=self.owner,
            inherent=self.inherent,
            residual=self.residual,
            treatment=self.treatment,
            review_by=self.review_by,
            due=self.due,
            reason=self.reason,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """What rows are held against."""

    catalogue: Catalogue
    risks: frozenset[str]
    people: Collection[str] | None
    systems: Collection[str] | None
    ratings: Mapping[tuple[str, str], Rating]  # by system and risk
    system: str  # of rows that name none
    me: str
    today: date

    def rating(self, system: str | None, risk: str | None) -> Rating | None:
        """Return what is recorded of a risk."""
        return self.ratings.get((system or self.system, risk or ""))


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
    sheet: str | None = None,
    mapped: Mapping[str, str] | None = None,
) -> Preview[RiskRow]:
    """Return what a register would become, with every problem; `people` and `systems` are ids, None: not held against.

    `ratings` are what is recorded, by system and risk, `system` is that of rows without one, and `me` who is meant by
    `me`: a row that says what is recorded is no problem, whatever day it names, and nothing to write.

    Raises `InputError` for what is no workbook, and where columns cannot be told apart.
    """
    sheets = open_sheets(data, file)
    columns = find_columns(sheets, RISK_FIELDS, file=file, sheet=sheet, mapped=mapped or {}, kind=REGISTER)
    _refuse_unrated(columns, file)
    known = _Known(
        catalogue=catalogue,
        risks=frozenset(risk.id for risk in catalogue.risks),
        people=people,
        systems=systems,
        ratings=ratings or {},
        system=system,
        me=me,
        today=today,
    )
    return _preview(columns, known)


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


def _preview(columns: Columns, known: _Known) -> Preview[RiskRow]:
    rows: list[Row[RiskRow]] = []
    problems = list(columns.problems)
    first: dict[tuple[str | None, str], int] = {}
    read = unchanged = blank = 0
    for cells in columns.body():
        read += 1
        reader = RowReader(columns, cells)
        if columns.is_ours and not reader.says(_RATED):
            blank += 1
            _keep_rating(reader, known)
        else:
            said = _row(reader, known, first)
            if said is not None and not reader.is_blocked:
                rows.append(Row(row=reader.number, said=said))
            unchanged += said is None and not reader.is_blocked
        problems += reader.problems
    return Preview(
        sheet=columns.sheet.name,
        columns=columns.described,
        read=read,
        rows=tuple(rows),
        problems=tuple(sorted(problems, key=lambda one: (one.row, len(one.column), one.column))),
        unchanged=unchanged,
        blank=blank,
    )


def _row(reader: RowReader, known: _Known, first: dict[tuple[str | None, str], int]) -> RiskRow | None:
    """Return what a row says that is new; `None`, too, where a problem was noted."""
    said = _said(reader, known)
    if said.risk is not None:
        earlier = first.setdefault((said.system, said.risk), reader.number)
        if earlier != reader.number:
            reader.note("risk", f"{said.risk} stands in row {earlier} already", "keep one of both")
    recorded = known.rating(said.system, said.risk)
    if recorded is not None and as_read(recorded.reason) == said.reason:
        said = replace(said, reason=recorded.reason or "")  # as it was written, not as a cell can show it
    if recorded is not None and not reader.is_blocked and said == _as_said(recorded, said, known.me):
        return None
    _hold(reader, said, known)
    return said.whole()


def _said(reader: RowReader, known: _Known) -> _Said:
    risk, system = _risk(reader, known), _system(reader, known)
    owner = reader.text("owner", needed=True, most=200)
    inherent, residual = _rating(reader, "inherent"), _rating(reader, "residual")
    treatment = reader.choice("treatment", _TREATMENTS, needed=True)
    return _Said(
        risk=risk,
        system=system,
        owner=owner,
        inherent=inherent,
        residual=residual,
        treatment=Treatment(treatment) if treatment else None,
        review_by=reader.day("review_by", needed=True),
        due=reader.day("due"),
        reason=reader.text("reason", most=LONGEST_CELL),
    )


def _as_said(recorded: Rating, said: _Said, me: str) -> _Said:
    """Return what a row would say that changes nothing."""
    return _Said(
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


def _hold(reader: RowReader, said: _Said, known: _Known) -> None:
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


def _risk(reader: RowReader, known: _Known) -> str | None:
    cell = reader.cell("risk")
    if cell is not None and isinstance(cell.value, date):
        reader.note("risk", "Excel has turned the id into a day", "format the column as text, and type the id again")
        return None
    said = reader.text("risk", needed=True)
    if not said:
        return None
    if cell is not None and isinstance(cell.value, float) and f"{said}0" in known.risks:
        hint = "format the column as text, and type the id again"
        reader.note("risk", f"the number {short(said)} can mean {short(said)} or {short(said)}0", hint)
        return None
    if said not in known.risks:
        reader.note("risk", f"there is no risk {short(said)!r}", _meant(said, known))
        return None
    return said


def _meant(said: str, known: _Known) -> str:
    """Return the risk that was meant: by its id, written in another way, or by its name."""
    written = re.sub(r"[^0-9]+", ".", said).strip(".")
    if written in known.risks:
        return f"did you mean {written}?"
    names = {risk.name.casefold(): risk.id for risk in known.catalogue.risks}
    if said.casefold() in names:
        return f"did you mean {names[said.casefold()]}?"
    return did_you_mean(said, sorted(known.risks)) or "assay risks list shows them all"


def _system(reader: RowReader, known: _Known) -> str | None:
    said = reader.text("system") or None
    if said is not None and known.systems is not None and said not in known.systems:
        reader.note(
            "system", f"there is no system {short(said)!r}", did_you_mean(said, known.systems) or "assay systems list"
        )
    return said


def _rating(reader: RowReader, name: str) -> tuple[int, int] | None:
    """Return likelihood and impact, from one column (4x5) or two."""
    both = reader.text(name)
    if both:
        pair = _PAIR.fullmatch(both)
        if pair is None:
            reader.note(name, f"{name} is {short(both)!r}", "write LIKELIHOODxIMPACT, each 1 to 5: 4x5")
            return None
        return int(pair[1]), int(pair[2])
    likelihood, impact = _score(reader, f"{name}_likelihood"), _score(reader, f"{name}_impact")
    return None if likelihood is None or impact is None else (likelihood, impact)


def _score(reader: RowReader, field: str) -> int | None:
    said = reader.text(field, needed=True)
    if not said:
        return None
    if said.isascii() and said.isdigit() and 1 <= int(said[:3]) <= _HIGHEST:
        return int(said)
    reader.note(field, f"{field} is {short(said)!r}", f"a whole number from 1 to {_HIGHEST}")
    return None
