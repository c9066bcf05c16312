"""What people wrote, read back from the payloads of their entries; it may have been erased."""

from sqlalchemy import Connection, bindparam, select

from assay.kernel import JsonValue, parse_strict
from governance.store import LedgerPayload, table_of

__all__ = ["payload", "payload_text", "payload_texts"]

_PAYLOADS = table_of(LedgerPayload)
_DATA = select(_PAYLOADS.c.data).where(_PAYLOADS.c.seq == bindparam("of"))


def payload(connection: Connection, seq: int) -> dict[str, JsonValue]:
    """Return an entry's payload; empty where there is none, or it was erased."""
    data = connection.execute(_DATA, {"of": seq}).scalar()
    found = None if data is None else parse_strict(bytes(data))
    return found if isinstance(found, dict) else {}


def payload_text(connection: Connection, seq: int, field: str) -> str | None:
    """Return a text of an entry's payload; `None` where there is none, or it was erased."""
    text = payload(connection, seq).get(field)
    return text if isinstance(text, str) else None


def payload_texts(connection: Connection, seq: int, field: str) -> tuple[str, ...]:
    """Return a list of texts of an entry's payload; empty where there is none, or it was erased."""
    texts = payload(connection, seq).get(field)
    return tuple(map(str, texts)) if isinstance(texts, list) else ()
