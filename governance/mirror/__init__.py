"""The mirror: what the record holds, shown where teams look at experiments. It never is the record."""

from governance.mirror._mlflow import MlflowMirror
from governance.mirror._types import Mirror, MirroredRun, MirrorOptions, MirrorResult
from governance.mirror._worker import sync

__all__ = ["Mirror", "MirrorOptions", "MirrorResult", "MirroredRun", "MlflowMirror", "sync"]
