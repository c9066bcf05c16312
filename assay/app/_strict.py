"""What every part of `assay.yaml` is: frozen once it is read, and refusing keys that it does not know."""

from pydantic import BaseModel, ConfigDict

__all__ = ["Strict"]


class Strict(BaseModel):
    """A frozen part of the settings; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
