"""Workbooks of people, read into typed rows and a list of what is wrong with them. Pure: nothing is written here."""

from governance.imports._risks import RISK_FIELDS, RiskRow, read_risks
from governance.imports._systems import SYSTEM_FIELDS, SystemRow, read_systems
from governance.imports._types import Field, Preview, Problem, Row

__all__ = [
    "RISK_FIELDS",
    "SYSTEM_FIELDS",
    "Field",
    "Preview",
    "Problem",
    "RiskRow",
    "Row",
    "SystemRow",
    "read_risks",
    "read_systems",
]
