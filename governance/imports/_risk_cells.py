"""The cells of a register's row: ids, levels, words and days, as far as they can be understood.

Rules of this place: what is no value is noted by its cell; whether a value can be recorded today is asked elsewhere.
Excel turns 9.10 into the number 9.1 and 1.2 into a day; both are told, for a guess would rate another risk.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from governance.imports._reading import RowReader, did_you_mean
from governance.imports._texts import LONGEST_CELL
from governance.imports._types import Field
from governance.imports._workbook import short
from governance.ratings import Treatment
from risks import Catalogue

__all__ = ["RISK_FIELDS", "RiskRow", "Said", "read_row"]

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
_MOST_OWNER: Final = 200


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
class Said:
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


def read_row(reader: RowReader, catalogue: Catalogue, systems: Collection[str] | None) -> Said:
    """Return what a row says; `systems` are ids, None: not held against."""
    risk, system = _risk(reader, catalogue), _system(reader, systems)
    owner = reader.text("owner", needed=True, most=_MOST_OWNER)
    inherent, residual = _rating(reader, "inherent"), _rating(reader, "residual")
    treatment = reader.choice("treatment", _TREATMENTS, needed=True)
    return Said(
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


def _risk(reader: RowReader, catalogue: Catalogue) -> str | None:
    known = {risk.id for risk in catalogue.risks}
    cell = reader.cell("risk")
    if cell is not None and isinstance(cell.value, date):
        reader.note("risk", "Excel has turned the id into a day", "format the column as text, and type the id again")
        return None
    said = reader.text("risk", needed=True)
    if not said:
        return None
    if cell is not None and isinstance(cell.value, float) and f"{said}0" in known:
        hint = "format the column as text, and type the id again"
        reader.note("risk", f"the number {short(said)} can mean {short(said)} or {short(said)}0", hint)
        return None
    if said not in known:
        reader.note("risk", f"there is no risk {short(said)!r}", _meant(said, catalogue))
        return None
    return said


def _meant(said: str, catalogue: Catalogue) -> str:
    """Return the risk that was meant: by its id, written in another way, or by its name."""
    known = {risk.id for risk in catalogue.risks}
    written = re.sub(r"[^0-9]+", ".", said).strip(".")
    if written in known:
        return f"did you mean {written}?"
    names = {risk.name.casefold(): risk.id for risk in catalogue.risks}
    if said.casefold() in names:
        return f"did you mean {names[said.casefold()]}?"
    return did_you_mean(said, sorted(known)) or "assay risks list shows them all"


def _system(reader: RowReader, systems: Collection[str] | None) -> str | None:
    said = reader.text("system") or None
    if said is not None and systems is not None and said not in systems:
        reader.note(
            "system", f"there is no system {short(said)!r}", did_you_mean(said, systems) or "assay systems list"
        )
    return said


def _rating(reader: RowReader, name: str) -> tuple[int, int] | None:
    """Return likelihood and impact, from one column (4x5) or two."""
    is_one = reader.has(name) and not reader.has(f"{name}_likelihood")
    both = reader.text(name, needed=is_one)
    if both:
        pair = _PAIR.fullmatch(both)
        if pair is None:
            reader.note(name, f"{name} is {short(both)!r}", "write LIKELIHOODxIMPACT, each 1 to 5: 4x5")
            return None
        return int(pair[1]), int(pair[2])
    if is_one:
        return None
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
