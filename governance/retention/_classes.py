"""The classes of data, from `classes.yaml`."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assay.kernel import ConfigurationError
from governance.retention._types import RetentionClass

__all__ = ["kept_classes", "retention_classes"]

_FILE = Path(__file__).with_name("classes.yaml")


@cache
def retention_classes() -> tuple[RetentionClass, ...]:
    """Return the classes in the file's order; raise `ConfigurationError` for one that is not as expected."""
    document = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    try:
        found = tuple(_class_of(one) for one in document["classes"])
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"{_FILE.name} is not as expected: {error!r}") from error
    if len({one.id for one in found}) != len(found):
        raise ConfigurationError(f"{_FILE.name} holds a class twice")
    return found


def kept_classes(configured: Mapping[str, int]) -> tuple[RetentionClass, ...]:
    """Return the classes with how long a workspace keeps each; raise `ConfigurationError` for one that is none."""
    known = {one.id for one in retention_classes()}
    if unknown := sorted(configured.keys() - known):
        raise ConfigurationError(
            f"assay.yaml, retention: there is no class {unknown[0][:80]!r}", hint=f"one of {', '.join(sorted(known))}"
        )
    return tuple(replace(one, configured_days=configured.get(one.id)) for one in retention_classes())


def _class_of(fields: dict[str, Any]) -> RetentionClass:
    return RetentionClass(**{**fields, "least_days": int(fields["least_days"]), "articles": tuple(fields["articles"])})
