"""Workbooks as people keep them, written by program."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from governance.imports import Preview, Problem, RiskRow, SystemRow, read_risks, read_systems
from risks import framework

__all__ = ["HEADING", "TODAY", "book", "changed", "register", "risks_of", "row", "said_at", "systems_of"]

TODAY = date(2026, 11, 22)
HEADING = ("Risk ID", "Likelihood", "Impact", "Residual risk", "Treatment", "Risk owner", "Next review", "Comment")


def row(risk: object = "9.1", **changes: object) -> tuple[object, ...]:
    """Return a row that can be taken, with what is changed in it."""
    said: dict[str, object] = {
        "risk": risk,
        "likelihood": 4,
        "impact": 5,
        "residual": "2x3",
        "treatment": "Mitigate",
        "owner": "person-1",
        "review": date(2027, 3, 31),
        "comment": "",
    }
    return tuple({**said, **changes}.values())


def book(*rows: Sequence[object], title: str = "Register", change: Callable[[Any], None] = lambda _: None) -> bytes:
    """Write a workbook of one sheet; `change` gets the sheet before it is saved."""
    made = Workbook()
    sheet = made.active
    sheet.title = title
    for one in rows:
        sheet.append(list(one))
    change(sheet)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def register(*rows: Sequence[object], change: Callable[[Any], None] = lambda _: None) -> bytes:
    """Write a register under the usual heading."""
    return book(HEADING, *rows, change=change)


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook with one part rewritten."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return stream.getvalue()


def risks_of(data: bytes, **options: Any) -> Preview[RiskRow]:  # noqa: ANN401  # passed on as it is
    """Read a register against the catalogue."""
    return read_risks(data, file="register.xlsx", catalogue=framework().catalogue, today=TODAY, **options)


def systems_of(data: bytes, **options: Any) -> Preview[SystemRow]:  # noqa: ANN401  # passed on as it is
    """Read an inventory."""
    return read_systems(data, file="systems.xlsx", **options)


def said_at(found: Preview[Any], row: int, column: str) -> Problem:
    """Return the one problem of a cell."""
    return next(one for one in found.problems if (one.row, one.column) == (row, column))
