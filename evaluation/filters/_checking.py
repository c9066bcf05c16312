"""Options of a filter against the dataclass that describes them: one way to be refused.

Rules of this place: the first thing wrong is named with its place under `filters:` in `assay.yaml`, and the options
that there are stand in the hint.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter, ValidationError

from assay.kernel import ConfigurationError, JsonValue

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["checked_options"]

_Options = TypeVar("_Options", bound="DataclassInstance")


def checked_options(kind: type[_Options], name: str, options: Mapping[str, JsonValue]) -> _Options:
    """Return the options of the filter `name`; raise `ConfigurationError` for one that is unknown or wrong."""
    try:
        return TypeAdapter(kind).validate_python(dict(options))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(
            f"filters.{name}.{where}: {first['msg']}, got {first['input']!r}",
            hint=f"options are: {', '.join(one.name for one in fields(kind))}",
        ) from error
