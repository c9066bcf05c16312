"""Names that leave a report: of rules, packages, metrics, suites and tools.

Rules of this place: a name is one short line that a terminal may show; nothing in it is unseen or steers anything.
"""

import re
from collections.abc import Iterable
from typing import Final

from assay.kernel import plain

__all__ = ["clean_name", "listed", "slug"]

LONGEST: Final = 120  # code points
FEW: Final = 5
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def clean_name(text: str) -> str:
    """Return the name on one line, without what cannot be seen, and cut where it is too long to be a name."""
    line = " ".join(plain(text[: 4 * LONGEST]).split())
    return (line if len(line) <= LONGEST else line[: LONGEST - 1] + "…") or "unnamed"


def listed(names: Iterable[str]) -> str | None:
    """Return different names in one line, the first few of them where there are many; None for none."""
    found = list(dict.fromkeys(names))
    more = f" and {len(found) - FEW} more" if len(found) > FEW else ""
    return ", ".join(found[:FEW]) + more if found else None


def slug(text: str) -> str:
    """Return the name of a tool as the first half of `<tool>:<name>`."""
    return _NOT_SLUG.sub("-", clean_name(text).lower()).strip("-") or "unnamed"
