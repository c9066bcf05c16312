"""Where weights lie: `$ASSAY_CACHE`, else the user's cache folder; one copy for all workspaces."""

import os
from pathlib import Path

import platformdirs

__all__ = ["cache_folder", "stored_path"]


def cache_folder() -> Path:
    """Return the cache folder; it may not exist yet."""
    named = os.environ.get("ASSAY_CACHE")
    return Path(named).expanduser() if named else Path(platformdirs.user_cache_dir("assay"))


def stored_path(stored_name: str, cache: Path | None = None) -> Path:
    """Return where the file of that name lies or would lie."""
    return (cache_folder() if cache is None else cache) / "weights" / stored_name
