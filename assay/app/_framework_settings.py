"""`risks:` of assay.yaml: which catalogues, rules and relations are in force."""

from typing import Literal, Self

from pydantic import Field, model_validator

from assay.app._strict import Strict

__all__ = ["FrameworkSettings"]


class FrameworkSettings(Strict):
    """What is in force beside the 55 risks that come with the product."""

    extensions: list[Literal["v2"]] = Field(default_factory=list)  # of ours, off by default
    files: list[str] = Field(default_factory=list)  # of one's own, from the folder of assay.yaml
    built_in: bool = True  # False: the files alone

    @model_validator(mode="after")
    def _something_is_there(self) -> Self:
        if not self.built_in and not self.files:
            raise ValueError("risks.built_in is false and risks.files names none: nothing would be in force")
        if twice := sorted({name for name in self.files if self.files.count(name) > 1}):
            raise ValueError(f"risks.files names {twice!r} twice")
        return self
