"""What people wrote, read back from the payloads of their entries; it may have been erased."""

from sqlalchemy import Connection, bindparam, select

from assay.kernel import JsonValue, parse_strict
from governance.store import LedgerPayload, table_of

__all__ = ["payload_text", "payload_texts"]

_PAYLOADS = table_of(LedgerPayload)
_DATA = select(_PAYLOADS.c.data).where(_PAYLOADS.c.seq == bindparam("of"))


def payload_text(connection: Connection, seq: int, field: str) -> str | None:
    """Return a text of an entry's payload; `None` where there is none, or it was erased."""
    text = _field(connection, seq, field)
    return text if isinstance(text, str) else None


def payload_texts(connection: Connection, seq: int, field: str) -> tuple[str, ...]:
    """Return a list of texts of an entry's payload; empty where there is none, or it was erased."""
    texts = _field(connection, seq, field)
    return tuple(map(str, texts)) if isinstance(texts, list) else ()


def _field(connection: Connection, seq: int, field: str) -> JsonValue:
    data = connection.execute(_DATA, {"of": seq}).scalar()
    payload = None if data is None else parse_strict(bytes(data))
    return payload.get(field) if isinstance(payload, dict) else None
