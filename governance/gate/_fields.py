"""What the parts of a policy share: strictness, names, shares, and bounds that can be missed."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assay.kernel import decimal_text

__all__ = ["Days", "Finite", "Name", "Part", "Share", "ShareAbove0", "ShareBelow1", "number_text"]


class Part(BaseModel):
    """A part of a policy: unknown keys and other types than the named ones are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _above_0(value: float) -> float:
    if value == 0:
        raise ValueError("0 is always reached: a rule that cannot fail is none")
    return value


def _below_1(value: float) -> float:
    if value == 1:
        raise ValueError("1 is never exceeded: a rule that cannot fail is none")
    return value


Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Days = Annotated[int, Field(ge=1, le=36_600)]
Finite = Annotated[float, Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
ShareAbove0 = Annotated[Share, AfterValidator(_above_0), Field(json_schema_extra={"exclusiveMinimum": 0})]
ShareBelow1 = Annotated[Share, AfterValidator(_below_1), Field(json_schema_extra={"exclusiveMaximum": 1})]


def number_text(value: float | None) -> str | None:
    """Write a bound as a digest covers it."""
    return None if value is None else decimal_text(value, 12)
