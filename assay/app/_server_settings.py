"""`server:` of `assay.yaml`: what `assay serve` holds, and how much it takes."""

from typing import Annotated

from pydantic import Field

from assay.app._strict import Strict

__all__ = ["ServerSettings"]


class ServerSettings(Strict):
    """Limits are per process; requests in flight finish whatever they are."""

    # Files that hold gate policies, relative to the workspace, besides `gate:`.
    policies: list[Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$")]] = Field(default_factory=list)
    requests_per_minute: int = Field(default=600, ge=1)  # by one token
    requests_per_minute_from_address: int = Field(default=1200, ge=1)
    upload_mib: int = Field(default=256, ge=1)  # of a run log as it is sent
    expanded_mib: int = Field(default=2048, ge=1)  # of a run log as it is kept
    verifications: int = Field(default=1, ge=1)  # at once
    free_mib: int = Field(default=512, ge=1)  # below this the server is not ready
    patience_s: float = Field(default=30, gt=0)  # for the next bytes of a request
