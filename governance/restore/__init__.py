"""Putting a backup back: declared, with the lost range, and never without keeping what was there."""

from governance.restore._restoring import restore_store
from governance.restore._types import Restored, RestorePlan

__all__ = ["RestorePlan", "Restored", "restore_store"]
