"""From what a person typed as a model of a release to the version that the record knows, with its digest.

Rules of this place: an alias is no version, it may move; a digest that was typed has to be the recorded one; a version
that nobody saw, or that is gone, is refused.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from assay.kernel import InputError, MissingError
from governance.registry._names import address_of, is_address, name_address, parse_address
from governance.registry._rows import read_versions
from governance.registry._types import GONE
from governance.systems import Part

__all__ = ["resolve_models"]


def resolve_models(connection: Connection, parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the parts, those that name registered models with their digests; raise `MissingError`, `InputError`."""
    return tuple(_resolved(connection, one) if is_address(one.name) else one for one in parts)


def _resolved(connection: Connection, part: Part) -> Part:
    name, version = parse_address(part.name)
    named = version or part.version
    if not named or (version and part.version not in ("", version)):
        raise InputError(f"{part.name!r} names no version", hint="models:/NAME/VERSION")
    address = address_of(name, named)
    found = read_versions(connection, address=address)
    if not found or found[0].status == GONE:
        raise MissingError(
            f"the record knows no version {address!r} of a model", hint=f"assay mlflow sync --model {address}"
        )
    if part.digest not in (None, found[0].digest):
        raise InputError(f"{address} is {found[0].digest}, not {part.digest}", hint="leave the digest out")
    return Part(name=name_address(name), version=named, digest=found[0].digest)
