"""The inventory of systems as a workbook: what is said of each, its class under the AI Act, and what its risks come to.

Rules of this place: what `assay systems import` reads again stands as the record holds it; a name or a purpose that was
erased is an empty cell, which changes nothing when it is read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import IO, Final

from governance.imports import INVENTORY
from governance.systems import DescribedSystem
from reports.workbooks._about import Origin, write_about
from reports.workbooks._sheets import Book, CellValue, Layout, WrittenBook

__all__ = ["SystemEntry", "write_inventory"]

_COUNT: Final = Layout(width=11, whole=(0, 9999))
_LAYOUTS: Final = {
    "System": Layout(width=20),
    "Name": Layout(width=26),
    "Purpose": Layout(width=60),
    "Owner": Layout(width=25),
    "Roles": Layout(width=22),
    "Markets": Layout(width=14),
    "Described on": Layout(width=12, day=True),
    "AI Act class": Layout(width=24),
    "Classification": Layout(width=16),
    "In use": Layout(width=18),
    "Treated": _COUNT,
    "Accepted": _COUNT,
    "Undecided": _COUNT,
    "Open": _COUNT,
    "Overdue": _COUNT,
}


@dataclass(frozen=True, kw_only=True)
class SystemEntry:
    """A system of the inventory."""

    system: str
    described: DescribedSystem | None  # None: nobody said a word about it
    classes: tuple[str, ...]  # of the newest classification; none and a state: it is inconclusive
    classification: str  # its state; "": nobody classified it
    in_use: tuple[str, ...]
    risks: Mapping[str, int]  # by status; empty: the record does not hold the system
    overdue: int


def write_inventory(stream: IO[bytes], systems: Iterable[SystemEntry], origin: Origin) -> WrittenBook:
    """Write the workbook."""
    book = Book("Inventory of AI systems")
    sheet = book.sheet(INVENTORY.sheet, INVENTORY.columns, _LAYOUTS, frozen=2)
    for one in systems:
        sheet.append(_cells(one))
    sheet.close()
    told = {INVENTORY.sheet: INVENTORY.columns}
    write_about(book, INVENTORY.format, origin, "assay systems import FILE.xlsx", told)
    book.book.save(stream)
    return WrittenBook(rows=sheet.rows, cut=tuple(book.cut))


def _cells(one: SystemEntry) -> list[CellValue]:
    said = None if one.described is None else one.described.profile
    classes = ", ".join(name.replace("_", " ") for name in one.classes)
    return [
        one.system,
        *(("", "", "", "", "") if said is None else (
            said.name or "", said.purpose or "", said.owner, ", ".join(said.roles), ", ".join(said.markets)
        )),
        None if one.described is None else date.fromisoformat(one.described.recorded_at[:10]),
        (classes or "inconclusive") if one.classification else "not classified",
        one.classification,
        ", ".join(one.in_use),
        *(one.risks.get(name) for name in ("treated", "accepted", "undecided", "open")),
        one.overdue if one.risks else None,
    ]  # fmt: skip
