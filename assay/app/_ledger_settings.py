"""`ledger:` of `assay.yaml`: who else holds checkpoints. Without it nothing goes out."""

from pydantic import Field, field_validator

from assay.app._secrecy import address_holds_secret
from assay.app._strict import Strict

__all__ = ["LedgerSettings"]


class LedgerSettings(Strict):
    """Witnesses that `assay ledger witness` serves."""

    # Copies of checkpoints, best on another machine's disk; relative to the workspace.
    witness_files: list[str] = Field(default_factory=list)
    timestamp_url: str = Field(default="", pattern=r"^(https?://.+)?$")  # an authority of RFC 3161
    timestamp_certificate: str = ""  # PEM: what its tokens must be signed under; unchecked without it

    @field_validator("timestamp_url")
    @classmethod
    def _no_secret_in_address(cls, value: str) -> str:
        if address_holds_secret(value):
            raise ValueError("the address holds a secret, and it would be stored with every time stamp")
        return value
