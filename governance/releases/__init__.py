"""Releases: a candidate by its manifest, and the way from a draft to what is in use, and back."""

from governance.releases._manifest import target_of
from governance.releases._service import Releases
from governance.releases._state import FINAL_STATES, TURNS, ReleaseEvent, ReleaseState, step
from governance.releases._types import Manifest, Measured, Release, ReleaseDraft, ReleaseStep, ReleaseTarget

__all__ = [
    "FINAL_STATES",
    "TURNS",
    "Manifest",
    "Measured",
    "Release",
    "ReleaseDraft",
    "ReleaseEvent",
    "ReleaseState",
    "ReleaseStep",
    "ReleaseTarget",
    "Releases",
    "step",
    "target_of",
]
