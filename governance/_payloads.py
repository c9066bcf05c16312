"""What people wrote, read back from the payloads of their entries; it may have been erased."""

from sqlalchemy import Connection, bindparam, select

from assay.kernel import JsonValue, parse_strict
from governance.store import LedgerPayload, table_of

__all__ = ["payload", "payload_in", "payload_text", "payload_texts", "texts_in"]

_PAYLOADS = table_of(LedgerPayload)
_DATA = select(_PAYLOADS.c.data).where(_PAYLOADS.c.seq == bindparam("of"))


def payload(connection: Connection, seq: int) -> dict[str, JsonValue]:
    """Return an entry's payload; empty where there is none, or it was erased."""
    return payload_in(connection.execute(_DATA, {"of": seq}).scalar())


def payload_in(data: bytes | None) -> dict[str, JsonValue]:
    """Return a payload from its bytes; empty where there are none."""
    found = None if data is None else parse_strict(bytes(data))
    return found if isinstance(found, dict) else {}


def texts_in(data: bytes | None) -> dict[str, str]:
    """Return the texts of a payload from its bytes."""
    return {name: text for name, text in payload_in(data).items() if isinstance(text, str)}


def payload_text(connection: Connection, seq: int, field: str) -> str | None:
    """Return a text of an entry's payload; `None` where there is none, or it was erased."""
    text = payload(connection, seq).get(field)
    return text if isinstance(text, str) else None


def payload_texts(connection: Connection, seq: int, field: str) -> tuple[str, ...]:
    """Return a list of texts of an entry's payload; empty where there is none, or it was erased."""
    texts = payload(connection, seq).get(field)
    return tuple(map(str, texts)) if isinstance(texts, list) else ()
