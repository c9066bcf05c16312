"""`scan:` and `filters:` of `assay.yaml`.

Rules of this place: a filter's options are its own to check, when it is built; that the filter exists, and that no
secret stands among its options, is checked here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import Field, field_validator

from assay.app._secrecy import address_holds_secret, looks_secret
from assay.app._strict import Strict
from assay.kernel import MissingError

__all__ = ["DEFAULT_FILTERS", "ScanSettings", "check_filter_options"]

DEFAULT_FILTERS = ["toxicity", "pii", "injection", "keywords"]
_REFERENCE = re.compile(r"(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)")
_HARMLESS = re.compile("keyword|tokeni[sz]er", re.IGNORECASE)  # names that only sound like a secret's


class ScanSettings(Strict):
    """What `assay scan` does without options."""

    filters: list[str] = Field(default=DEFAULT_FILTERS, min_length=1)
    row_timeout_s: float = Field(default=60, gt=0)  # one filter on one row; then it is `timed_out`
    workers: int | None = Field(default=None, ge=1, le=1024)  # processes; as many as there are cores without it

    @field_validator("filters")
    @classmethod
    def _filters_exist(cls, value: list[str]) -> list[str]:
        if len(set(value)) != len(value):
            raise ValueError(f"a filter comes twice in {value!r}")
        _check_names(value)
        return value


def check_filter_options(value: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise `ValueError` for a filter that nobody registered, and for a secret."""
    _check_names(list(value))
    for name, options in value.items():
        for path, key, text in _texts(options, name):
            if _REFERENCE.fullmatch(text):
                continue
            if looks_secret(_HARMLESS.sub("", key), text) or address_holds_secret(text):
                raise ValueError(f"{path} looks like a secret: write env:NAME or file:PATH instead of its value")


def _check_names(names: Sequence[str]) -> None:
    if set(names) <= {*DEFAULT_FILTERS, "output"}:
        return
    # Lazy: the registry is loaded for names that are not known here.
    from evaluation.filters import filters  # noqa: PLC0415

    for name in names:
        try:
            filters.check(name)
        except MissingError as error:
            raise ValueError(f"{error.message}; {error.hint}") from error


def _texts(value: object, path: str, key: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (path, nearest name, text) of every text among options."""
    if isinstance(value, str):
        yield path, key, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, f"{path}.{name}", str(name))
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _texts(inner, path, key)
