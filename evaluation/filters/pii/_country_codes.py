"""Country codes among the options: a code that nothing stands behind is refused, with the one that was meant.

Rules of this place: codes are ISO 3166-1 alpha-2. What is often written in their stead (`uk`) is not accepted: one
country has one name, or two recorded scans of the same kind would not be told to be the same.
"""

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from assay.kernel import ConfigurationError

__all__ = ["expect_known"]

_MEANT: Final[Mapping[str, str]] = {"uk": "gb", "en": "gb", "el": "gr", "sw": "ch", "da": "dk", "sv": "se", "cs": "cz"}


def expect_known(field: str, codes: Sequence[str], known: Collection[str]) -> None:
    """Raise `ConfigurationError` for the first code that is not known; the case of both is the same."""
    for code in codes:
        if code not in known:
            near = _near(code, known)
            raise ConfigurationError(
                f"filters.pii.{field}: nothing is known of {code!r}; expected some of {', '.join(sorted(known))}",
                hint=f"write {near!r}" if near else "docs/pii.md lists the options",
            )


def _near(code: str, known: Collection[str]) -> str:
    meant = _MEANT.get(code.lower(), "")
    meant = meant.upper() if code.isupper() else meant
    if meant in known:
        return meant
    close = difflib.get_close_matches(code, sorted(known), n=1)
    return close[0] if close else ""
