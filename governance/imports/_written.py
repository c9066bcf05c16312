"""The workbooks that this product writes: their formats and columns, for whoever writes them and whoever reads them.

Rules of this place: a column is read again or only shown, and both sides know which from here; a workbook says what it
is by one line of its sheet "About", so that nobody is told about columns that are there to be looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from governance.imports._workbook import Sheet

__all__ = ["ABOUT", "FORMAT", "INVENTORY", "LEDGER", "LEDGER_SIZE", "REGISTER", "Column", "Head", "Written", "head_of"]

ABOUT: Final = "About"
FORMAT: Final = "Format"
LEDGER: Final = "Ledger"
LEDGER_SIZE: Final = "Ledger size"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a sheet that this product writes."""

    heading: str
    says: str  # for the sheet "About"
    field: str = ""  # as which it is read again; "": it is only shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A kind of workbook."""

    format: str
    sheet: str  # that is read again
    columns: tuple[Column, ...]

    @property
    def shown(self) -> frozenset[str]:
        """Headings of what is only shown."""
        return frozenset(column.heading for column in self.columns if not column.field)


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The record that a workbook was written from."""

    log: str  # name of the ledger
    size: int | None  # entries of it; None: it does not say so any more


def _read(heading: str, field: str, says: str) -> Column:
    return Column(heading=heading, says=says, field=field)


def _shown(heading: str, says: str) -> Column:
    return Column(heading=heading, says=says)


REGISTER: Final = Written(
    format="assay-register/1",
    sheet="Register",
    columns=(
        _read("System", "system", "Id of the system."),
        _read("Risk ID", "risk", "Id of the catalogue, as text: 9.10 and 9.1 are two risks."),
        _shown("Risk name", "Name of the risk in the catalogue."),
        _shown("Component", "Part of an AI system that the risk belongs to."),
        _shown("Status", "treated, accepted, undecided or open, from the evidence of the record."),
        _shown("Why this status", "How many of the mapped controls settle it, and which do not."),
        _shown("How known", "Controls of the risk by how their evidence is known; the kinds are never mixed."),
        _read("Owner", "owner", "Id of the person who owns the risk, as `assay users list` shows it, or me."),
        _read("Inherent likelihood", "inherent_likelihood", "Before treatment, 1 to 5."),
        _read("Inherent impact", "inherent_impact", "Before treatment, 1 to 5."),
        _shown("Inherent level", "Level of likelihood × impact before treatment."),
        _read("Residual likelihood", "residual_likelihood", "After treatment, 1 to 5, not above the inherent one."),
        _read("Residual impact", "residual_impact", "After treatment, 1 to 5, not above the inherent one."),
        _shown("Residual level", "Level of likelihood × impact after treatment."),
        _read("Treatment", "treatment", "mitigate, avoid, transfer or accept."),
        _read("Review by", "review_by", "Day by which somebody looks again; what is past blocks the next release."),
        _read("Due", "due", "Day by which the treatment is done; empty where none was said."),
        _read("Rationale", "reason", "Why it is rated so; empty where nothing was said, or it was erased."),
        _shown("Rated on", "Day of the newest rating; empty where nobody rated the risk."),
        _shown("Open actions", "Corrective actions about the risk that are open; the sheet Actions has all."),
        _shown("Overdue", "What should have been looked at or mended before the day of this workbook."),
        _shown("What it would take", "Evidence that is missing for the risk to be settled, measured first."),
    ),
)
INVENTORY: Final = Written(
    format="assay-inventory/1",
    sheet="Inventory",
    columns=(
        _read("System", "system", "Id of the system."),
        _read("Name", "name", "In people's words; empty where nothing was said, or it was erased."),
        _read("Purpose", "purpose", "What it is for; empty where nothing was said, or it was erased."),
        _read("Owner", "owner", "Id of the person who answers for it, as `assay users list` shows it, or me."),
        _read("Roles", "roles", "Yours under the AI Act, parted by commas: provider, deployer, …"),
        _read("Markets", "markets", "Where it is placed or used: DE, EU, EEA, WORLD, …"),
        _shown("Described on", "Day of the newest description; empty where nobody described the system."),
        _shown("AI Act class", "Of the newest classification under the AI Act."),
        _shown("Classification", "Its state; only a confirmed one counts."),
        _shown("In use", "Versions that are released."),
        _shown("Treated", "Risks that are treated, without what the product checks by itself."),
        _shown("Accepted", "Risks that are accepted."),
        _shown("Undecided", "Risks that are undecided."),
        _shown("Open", "Risks that are open."),
        _shown("Overdue", "Reviews of risks and corrective actions that should have been before that day."),
    ),
)


def head_of(sheets: Sequence[Sheet], kind: Written) -> Head | None:
    """Return what a workbook of a kind was written from; `None` where it does not say that it is of that kind."""
    rows = [row for sheet in sheets if sheet.name == ABOUT for row in sheet.rows[:20]]
    told = {str(row[0].value): str(row[1].value) for row in rows if len(row) > 1}
    if told.get(FORMAT) != kind.format:
        return None
    size = told.get(LEDGER_SIZE, "").partition(" ")[0]
    return Head(log=told.get(LEDGER, ""), size=int(size) if size.isascii() and size.isdigit() else None)
