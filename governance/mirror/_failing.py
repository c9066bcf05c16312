"""What went wrong on the other side, in words that may be kept and shown.

Rules of this place: the address of a server may hold a password, and libraries quote addresses: it is left out.
"""

import re
from typing import Final

from assay.kernel import AssayError, plain

__all__ = ["failure_text"]

_MOST: Final = 2000
_USERINFO: Final = re.compile(r"(?<=://)[^/?#\s@]*@")


def failure_text(error: Exception) -> str:
    """Return the kind of an error and what it says."""
    said = error.message if isinstance(error, AssayError) else str(error)
    return _USERINFO.sub("", plain(f"{type(error).__name__}: {said}"))[:_MOST]
