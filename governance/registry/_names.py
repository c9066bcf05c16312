"""How versions of models and aliases are called in the record: `models:/NAME/VERSION` and `models:/NAME@ALIAS`.

Rules of this place: names come from a registry in which anybody may write any; what would part an address, what a
person cannot see, and spaces are escaped as in a URL (RFC 3986 §2.1), so that one name has one address and back.
"""

import unicodedata
from typing import Final
from urllib.parse import quote, unquote

from assay.kernel import InputError

__all__ = ["PREFIX", "address_of", "alias_address", "is_address", "name_address", "parse_address", "unescaped"]

PREFIX: Final = "models:/"
_PARTING: Final = frozenset("%/@:")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})


def name_address(name: str) -> str:
    """Return the address of a model."""
    return PREFIX + _escaped(name)


def address_of(name: str, version: str) -> str:
    """Return the address of a version."""
    return f"{name_address(name)}/{_escaped(version)}"


def alias_address(name: str, alias: str) -> str:
    """Return the address of an alias."""
    return f"{name_address(name)}@{_escaped(alias)}"


def is_address(text: str) -> bool:
    """Whether a text is meant as the address of a registered model."""
    return text.startswith(PREFIX)


def parse_address(text: str) -> tuple[str, str | None]:
    """Return name and version (None: the model) of `models:/NAME/VERSION` or `NAME/VERSION`; raise `InputError`."""
    name, slash, version = text.removeprefix(PREFIX).partition("/")
    if not name or "/" in version or (slash and not version) or "@" in name + version:
        raise InputError(f"{text[:80]!r} is no version of a model", hint="models:/NAME/VERSION; an alias may move")
    return unescaped(name), unescaped(version) or None


def unescaped(text: str) -> str:
    """Return the name that an address holds."""
    return unquote(text, errors="surrogatepass")


def _escaped(text: str) -> str:
    return "".join(quote(one, safe="", errors="surrogatepass") if _is_escaped(one) else one for one in text)


def _is_escaped(mark: str) -> bool:
    return mark in _PARTING or unicodedata.category(mark) in _HIDDEN
