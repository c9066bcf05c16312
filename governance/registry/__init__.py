"""The model registry: which versions of models there are, what releases want of them, and what we told the registry.

Everything here is the record's side: types, rules and rows. Whoever talks to a registry stands in `governance.mirror`.
"""

from governance.registry._names import address_of, alias_address, is_address, name_address, parse_address
from governance.registry._resolving import resolve_models
from governance.registry._rules import AliasPlan, AliasStep, plan_alias
from governance.registry._service import Registry
from governance.registry._types import (
    GONE,
    ModelAlias,
    ModelRegistry,
    ModelVersion,
    ReadVersion,
    RegistryResult,
    SeenModel,
    SeenVersion,
    TrainingData,
    Wanted,
)

__all__ = [
    "GONE",
    "AliasPlan",
    "AliasStep",
    "ModelAlias",
    "ModelRegistry",
    "ModelVersion",
    "ReadVersion",
    "Registry",
    "RegistryResult",
    "SeenModel",
    "SeenVersion",
    "TrainingData",
    "Wanted",
    "address_of",
    "alias_address",
    "is_address",
    "name_address",
    "parse_address",
    "plan_alias",
    "resolve_models",
]
