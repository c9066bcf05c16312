"""A register of risks: which risk, how large before and after treatment, whose, and when somebody looks again.

Rules of this place: the same bounds hold as for `assay risks assess`, so that a row that passes here is recorded as it
stands. Excel turns 9.10 into the number 9.1 and 1.2 into a day; both are told, for a guess would rate another risk.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from governance.imports._columns import Columns, find_columns
from governance.imports._reading import RowReader, did_you_mean
from governance.imports._types import Field, Preview, Problem, Row
from governance.imports._workbook import open_sheets, short
from governance.ratings import Treatment
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
class _Known:
    """What rows are held against."""

    catalogue: Catalogue
    risks: frozenset[str]
    people: Collection[str] | None
    systems: Collection[str] | None
    today: date


def read_risks(  # what a register is held against comes from outside
    data: bytes,
    *,
    file: str,
    catalogue: Catalogue,
    today: date,
    people: Collection[str] | None = None,
    systems: Collection[str] | None = None,
    sheet: str | None = None,
    mapped: Mapping[str, str] | None = None,
) -> Preview[RiskRow]:
    """Return what a register would become, with every problem; `people` and `systems` are ids, None: not held against.

    Raises `InputError` for what is no workbook, and where columns cannot be told apart.
    """
    columns = find_columns(open_sheets(data, file), RISK_FIELDS, file=file, sheet=sheet, mapped=mapped or {})
    ids = frozenset(risk.id for risk in catalogue.risks)
    known = _Known(catalogue=catalogue, risks=ids, people=people, systems=systems, today=today)
    rows, problems, read = _rows(columns, known)
    return Preview(
        sheet=columns.sheet.name,
        columns=columns.described,
        read=read,
        rows=tuple(rows),
        problems=tuple(sorted([*columns.problems, *problems], key=lambda one: (one.row, len(one.column), one.column))),
    )


def _rows(columns: Columns, known: _Known) -> tuple[list[Row[RiskRow]], list[Problem], int]:
    rows: list[Row[RiskRow]] = []
    problems: list[Problem] = []
    first: dict[tuple[str | None, str], int] = {}
    read = 0
    for cells in columns.body():
        read += 1
        reader = RowReader(columns, cells)
        said = _row(reader, known, first)
        problems += reader.problems
        if said is not None and not reader.is_blocked:
            rows.append(Row(row=reader.number, said=said))
    return rows, problems, read


def _row(reader: RowReader, known: _Known, first: dict[tuple[str | None, str], int]) -> RiskRow | None:
    risk, system = _risk(reader, known), _system(reader, known)
    owner = _owner(reader, known)
    inherent, residual = _rating(reader, "inherent"), _rating(reader, "residual")
    treatment = reader.choice("treatment", _TREATMENTS, needed=True)
    review_by, due = _day(reader, "review_by", known.today, needed=True), _day(reader, "due", known.today)
    reason = reader.text("reason", most=_MOST_REASON)
    if inherent and residual and (residual[0] > inherent[0] or residual[1] > inherent[1]):
        reader.note("residual", "the residual risk is larger than the inherent one", "rate the new risk by itself")
    if risk is not None:
        earlier = first.setdefault((system, risk), reader.number)
        if earlier != reader.number:
            reader.note("risk", f"{risk} stands in row {earlier} already", "keep one of both")
    if not (risk and owner and inherent and residual and treatment and review_by):
        return None
    return RiskRow(
        risk=risk,
        system=system,
        owner=owner,
        inherent=inherent,
        residual=residual,
        treatment=Treatment(treatment),
        review_by=review_by,
        due=due,
        reason=reason,
    )


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


def _owner(reader: RowReader, known: _Known) -> str:
    said = reader.text("owner", needed=True, most=200)
    if said and (len(said.split()) != 1 or (known.people is not None and said not in known.people)):
        reader.note("owner", "the owner is not named by a person's id", "assay users list shows the ids")
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


def _day(reader: RowReader, field: str, today: date, *, needed: bool = False) -> date | None:
    found = reader.day(field, needed=needed)
    if found is not None and not today <= found <= today + timedelta(days=_MOST_DAYS):
        reader.note(field, f"{field} is {found}", f"a day from {today} on, within two years")
        return None
    return found
