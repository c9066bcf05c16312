"""The shape of a store: tables where tables are due, no view in their place, and triggers that refuse changes.

Rules of this place: the names of tables are the product's, in small letters; the ledger and all that an entry seals
only grows, and two triggers on each table say so. What a store of a later version has more is left alone.
"""

import re
import sqlite3
from collections.abc import Iterator

from governance.verifier._types import Findings

__all__ = ["check_schema", "columns_of", "stamped_tables"]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NEEDED = ("ledger_log", "ledger_entry", "ledger_payload", "ledger_tile", "ledger_checkpoint")
_GROWING = ("ledger_log", "ledger_entry", "ledger_checkpoint", "ledger_key", "ledger_witness")
_REFUSAL = r"CREATE TRIGGER {0}_no_{1} BEFORE {2} ON {0} BEGIN SELECT RAISE\(ABORT, '[^']*'\); END"
_ANY_REFUSAL = re.compile(r"CREATE TRIGGER \w+ BEFORE INSERT ON \w+ WHEN .* BEGIN SELECT RAISE\(ABORT, '[^']*'\); END")


def check_schema(database: sqlite3.Connection, findings: Findings) -> None:
    """Find what is not as the product made it."""
    found = database.execute("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master").fetchall()
    tables = [name for kind, name, _, _ in found if kind == "table"]
    for kind, name, _, sql in found:
        if kind == "view":
            findings.add(f"view {name}", "a view stands where tables are due")
        elif kind == "table" and not name.startswith("sqlite_"):
            if not _NAME.fullmatch(name) or not sql.upper().startswith("CREATE TABLE"):
                findings.add(f"table {name!r}", "it is no table that the product makes")
            elif any(hidden for *_, hidden in database.execute(f"PRAGMA table_xinfo({name})")):
                findings.add(f"table {name}", "it has computed or hidden columns")
    for name in sorted({*_NEEDED} - {*tables}):
        findings.add(f"table {name}", "it is missing")
    triggers = {name: (table, " ".join(sql.split())) for kind, name, table, sql in found if kind == "trigger"}
    _check_triggers({*_GROWING, *stamped_tables(database)} & {*tables}, triggers, findings)


def _check_triggers(growing: set[str], triggers: dict[str, tuple[str, str]], findings: Findings) -> None:
    for table in sorted(growing):
        for change in ("update", "delete"):
            _, sql = triggers.pop(f"{table}_no_{change}", ("", ""))
            if not re.fullmatch(_REFUSAL.format(table, change, change.upper()), sql):
                findings.add(f"table {table}", f"the trigger that refuses {change.upper()} is missing or another")
    for name, (table, sql) in triggers.items():
        if not _ANY_REFUSAL.fullmatch(sql):
            findings.add(f"table {table}", f"it has a trigger that the product does not make: {name!r}")


def stamped_tables(database: sqlite3.Connection) -> Iterator[str]:
    """Yield the tables whose rows point at an entry."""
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    for (name,) in tables:
        if _NAME.fullmatch(name) and not name.startswith("ledger_") and "seq" in columns_of(database, name):
            yield name


def columns_of(database: sqlite3.Connection, table: str) -> list[str]:
    """Return the names of a table's columns."""
    return [str(row[1]) for row in database.execute(f"PRAGMA table_info({table})")]
