"""One way in for everything that can be plugged in: built-ins register by name, packages by entry point.

Rules of this place: a name is taken once; an installed package cannot replace a built-in; a plug-in is imported when
it is asked for, not before.
"""

import difflib
from collections.abc import Callable, Iterator
from importlib import metadata
from typing import Generic, TypeVar

from assay.kernel.errors import ConfigurationError, MissingError

__all__ = ["Registry"]

T = TypeVar("T")


class Registry(Generic[T]):
    """Names of one kind of thing (`assay.targets`, `assay.metrics`, …) and how to get each."""

    def __init__(self, kind: str, group: str) -> None:
        """Name the kind for messages, and the entry-point group in which packages announce theirs."""
        self.kind = kind
        self._group = group
        self._built_in: dict[str, T] = {}

    def register(self, name: str) -> Callable[[T], T]:
        """Decorate a built-in; raise `ConfigurationError` when the name is taken."""

        def keep(thing: T) -> T:
            if name in self._built_in:
                raise ConfigurationError(f"the {self.kind} {name!r} is registered twice")
            self._built_in[name] = thing
            return thing

        return keep

    def get(self, name: str) -> T:
        """Return the thing; built-ins come first; raise `MissingError` with the nearest name and those that exist."""
        if name in self._built_in:
            return self._built_in[name]
        for point in metadata.entry_points(group=self._group, name=name):
            loaded: T = point.load()
            return loaded
        raise self._missing(name)

    def check(self, name: str) -> None:
        """Raise what `get` raises, and load nothing."""
        if name not in set(self):
            raise self._missing(name)

    def __iter__(self) -> Iterator[str]:
        """Iterate over all names in order."""
        plugged = {point.name for point in metadata.entry_points(group=self._group)}
        return iter(sorted(plugged | set(self._built_in)))

    def _missing(self, name: str) -> MissingError:
        known = list(self)
        near = difflib.get_close_matches(name, known, n=1)
        question = f"did you mean {near[0]!r}? " if near else ""
        return MissingError(f"there is no {self.kind} {name!r}", hint=f"{question}choose one of: {', '.join(known)}")
