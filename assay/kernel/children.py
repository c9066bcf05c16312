"""Starting a Python of ours beside the user's files.

Rules of this place: the folder it starts in is the user's, and nothing there is taken for ours, whatever its name:
`-P` keeps that folder off `sys.path`, and our own packages come first on it.
"""

import os
import sys
from pathlib import Path

__all__ = ["own_python"]


def own_python(module: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """Return the command that runs `module` with our packages, and the environment it needs."""
    paths = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    return [sys.executable, "-P", "-m", module, *arguments], environment
