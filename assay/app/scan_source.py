"""What `assay scan IN` reads: a file, or a table or query of a database.

Rules of this place: an address with a password is a reference (`env:NAME`, `file:PATH`), never an argument, which every
user of the machine can read in the list of processes.
"""

import re
from pathlib import Path

from assay.app._secrecy import address_holds_secret
from assay.app.settings import resolve_secret
from assay.kernel import InputError
from evaluation.scans import FileSource, Source, SqlSource

__all__ = ["open_source"]

_REFERENCE = re.compile(r"(env|file):.+")


def open_source(
    origin: str, *, table: str | None, query: str | None, text_field: str | None, id_field: str | None
) -> Source:
    """Open and check the source; raise `InputError`, `MissingError` or `UnavailableError` before anything is read."""
    if table is None and query is None:
        if "://" in origin:
            raise InputError("a database needs --table or --query", hint="--table NAME")
        return FileSource(Path(origin), text_field=text_field, id_field=id_field)
    if _REFERENCE.fullmatch(origin):
        address = resolve_secret(origin)
    elif address_holds_secret(origin):
        raise InputError(
            "the address holds a password, which the list of processes shows to everyone here",
            hint="export it, for example as WAREHOUSE, and write env:WAREHOUSE in its place",
        )
    elif "://" not in origin and Path(origin).is_file():
        raise InputError(
            f"{origin} is a file; --table and --query read a database, by its address",
            hint=f"sqlite:///{origin} for a SQLite file; a file of rows is read without --table and --query",
        )
    else:
        address = origin
    return SqlSource(address, table=table, query=query, text_field=text_field, id_field=id_field)
