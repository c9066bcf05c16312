"""The mirror: what the record holds, shown where teams look at experiments and models. It never is the record."""

from governance.mirror._mlflow import MlflowMirror
from governance.mirror._mlflow_registry import MlflowRegistry
from governance.mirror._registry_sync import RegistryOptions, sync_registry
from governance.mirror._types import Mirror, MirroredRun, MirrorOptions, MirrorResult
from governance.mirror._wanted import wanted_aliases
from governance.mirror._worker import sync

__all__ = [
    "Mirror",
    "MirrorOptions",
    "MirrorResult",
    "MirroredRun",
    "MlflowMirror",
    "MlflowRegistry",
    "RegistryOptions",
    "sync",
    "sync_registry",
    "wanted_aliases",
]
