"""What routes are given: who asks, what is served, and ids in their form."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Path, Query, Request, Security
from fastapi.security import HTTPBearer

from assay.app.server import ServedRecord
from governance import Actor

__all__ = ["BEARER", "Caller", "Identity", "Limit", "Name", "Number", "Served", "System"]

_ID = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$"
_LARGEST = (1 << 53) - 1

# The gatekeeper has asked already; this says so in the description of the API.
BEARER = Security(HTTPBearer(auto_error=False, description="A token: assay tokens issue PERSON --scope run:ingest"))


def _served(request: Request) -> ServedRecord:
    served = request.app.state.served
    assert isinstance(served, ServedRecord)  # noqa: S101  set where the application is made
    return served


def _caller(request: Request) -> Actor:
    actor = request.state.actor
    assert isinstance(actor, Actor)  # noqa: S101  set by the gatekeeper, or nobody came here
    return actor


Served: TypeAlias = Annotated[ServedRecord, Depends(_served)]
Caller: TypeAlias = Annotated[Actor, Depends(_caller)]
Identity: TypeAlias = Annotated[str, Path(pattern=_ID, description="Id.")]
Name: TypeAlias = Annotated[str, Query(pattern=_ID)]
System: TypeAlias = Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$", description="Of one alone.")]
Limit: TypeAlias = Annotated[int, Query(ge=1, le=1000, description="At most so many.")]
Number: TypeAlias = Annotated[int, Path(ge=0, le=_LARGEST, description="Number of an entry.")]
