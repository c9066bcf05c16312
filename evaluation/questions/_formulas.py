"""CSV cells that a spreadsheet would run: guarded by a leading apostrophe on export, which import takes off again.

A cell that would itself look guarded gets one more apostrophe, so that what comes back is exactly what went out.
Source: OWASP, CSV Injection.
"""

import re
from dataclasses import replace

from evaluation.questions._rows import RawRow

__all__ = ["guarded", "unguarded", "without_guard"]

_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return what was exported."""
    return cell[1:] if _GUARDED.match(cell) else cell


def without_guard(row: RawRow) -> RawRow:
    """Return the row with all its cells as they were before export."""
    cells = {name: unguarded(value) if isinstance(value, str) else value for name, value in row.fields.items()}
    return replace(row, fields=cells)
