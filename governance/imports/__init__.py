"""Workbooks of people, read into typed rows and a list of what is wrong with them. Pure: nothing is written here."""

from governance.imports._reading import ME
from governance.imports._risk_cells import RISK_FIELDS, RiskRow
from governance.imports._risks import read_risks
from governance.imports._systems import SYSTEM_FIELDS, SystemRow, read_systems
from governance.imports._texts import LONGEST_CELL, as_read, fit, to_cell
from governance.imports._types import Field, Preview, Problem, Row
from governance.imports._written import ABOUT, FORMAT, INVENTORY, LEDGER, LEDGER_SIZE, REGISTER, Column, Written

__all__ = [
    "ABOUT",
    "FORMAT",
    "INVENTORY",
    "LEDGER",
    "LEDGER_SIZE",
    "LONGEST_CELL",
    "ME",
    "REGISTER",
    "RISK_FIELDS",
    "SYSTEM_FIELDS",
    "Column",
    "Field",
    "Preview",
    "Problem",
    "RiskRow",
    "Row",
    "SystemRow",
    "Written",
    "as_read",
    "fit",
    "read_risks",
    "read_systems",
    "to_cell",
]
