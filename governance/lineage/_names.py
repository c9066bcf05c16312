"""Names that people gave to files, behind pseudonyms.

Rules of this place: the pseudonym is an HMAC of the name under a salt that stands beside the name alone, so that
without the row nobody can tell, nor guess, whose name it was; the same name has the same pseudonym while the row is
there, and a new one after it was erased.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final, TypeVar

from sqlalchemy import Connection, insert, select

from assay.kernel import digest_text
from governance.store import LineageNameRow, table_of

__all__ = ["names_of", "names_with", "portions", "pseudonyms_of"]

_NAMES = table_of(LineageNameRow)
_SALT_BYTES: Final = 32
_PREFIX: Final = b"lineage-name/v1\x00"
_AT_ONCE: Final = 500  # parameters of one statement
_T = TypeVar("_T")


def pseudonyms_of(connection: Connection, names: Collection[str], *, make: bool = False) -> Mapping[str, str]:
    """Return name → pseudonym; with `make`, those that are missing are written."""
    wanted = {digest_text(name): name for name in names}
    found: dict[str, str] = {}
    for part in portions(list(wanted)):
        rows = connection.execute(select(_NAMES.c.name, _NAMES.c.pseudonym).where(_NAMES.c.name_digest.in_(part)))
        found |= {str(name): str(pseudonym) for name, pseudonym in rows}
    missing = [name for name in wanted.values() if name not in found]
    if make and missing:
        made = [_made(name) for name in missing]
        connection.execute(insert(_NAMES), made)
        found |= {str(one["name"]): str(one["pseudonym"]) for one in made}
    return found


def names_of(connection: Connection, pseudonyms: Collection[str]) -> Mapping[str, str]:
    """Return pseudonym → name, those that were erased left out."""
    found: dict[str, str] = {}
    for part in portions(list(pseudonyms)):
        rows = connection.execute(select(_NAMES.c.pseudonym, _NAMES.c.name).where(_NAMES.c.pseudonym.in_(part)))
        found |= {str(pseudonym): str(name) for pseudonym, name in rows}
    return found


def names_with(connection: Connection, matches: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the pseudonyms of the names that match."""
    rows = connection.execute(select(_NAMES.c.pseudonym, _NAMES.c.name).order_by(_NAMES.c.pseudonym))
    return tuple(str(pseudonym) for pseudonym, name in rows if matches(str(name)))


def portions(values: list[_T]) -> Iterator[list[_T]]:
    """Cut a list into pieces that one statement takes."""
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def _made(name: str) -> dict[str, object]:
    salt = secrets.token_bytes(_SALT_BYTES)
    mac = hmac.new(salt, _PREFIX + name.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    return {"pseudonym": f"named-{mac[:32]}", "salt": salt, "name": name, "name_digest": digest_text(name)}
