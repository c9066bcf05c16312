"""Mistakes with the line of the file that each stands on: people look for lines, programs for pointers."""

from collections.abc import Mapping

import yaml

from risks._fields import Problems

__all__ = ["PlacedProblems"]


class PlacedProblems(Problems):
    """Everything that is wrong with one file, each with its line; of what is missing, the line where it should be."""

    def __init__(self, file: str, text: str) -> None:
        """Start without a mistake in a text that was read already."""
        super().__init__(file)
        self._text = text
        self._lines: Mapping[str, int] | None = None

    def add(self, pointer: str, message: str) -> None:
        """Note a mistake at a JSON pointer."""
        super().add(pointer, message)
        if self._lines is None:
            self._lines = _lines(self._text)
        while pointer and pointer not in self._lines:
            pointer = pointer.rpartition("/")[0]
        if pointer:
            self.found[-1] = f"line {self._lines[pointer]}: {self.found[-1]}"


def _lines(text: str) -> dict[str, int]:
    """Return pointer → line of its key, from 1; nothing where a text is JSON that YAML cannot read."""
    found: dict[str, int] = {}
    try:
        left = [("", yaml.compose(text, Loader=yaml.SafeLoader))]
    except (yaml.YAMLError, RecursionError):
        return found
    while left:
        pointer, node = left.pop()
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                inner = f"{pointer}/{key.value}"
                found[inner] = key.start_mark.line + 1
                left.append((inner, value))
    return found
