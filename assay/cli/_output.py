"""What commands print: results to stdout, messages to stderr, one JSON document as the last line with `--json`.

Rules of this place: text from models, users and files is stripped of control characters before a terminal sees it.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from assay.kernel import plain

__all__ = ["discard", "emit_json", "plain", "say", "show", "show_table"]

_PIPED: Final = 160  # columns where no terminal says how wide it is
_GAP: Final = 3  # between two columns
_LONGEST_WORD: Final = 80  # a digest is 71, an id less; what is longer may be cut by whoever made it so long
_TEXT: Final = (28, 14)  # what a column of text keeps where ids need the room, the wider first


def say(text: str) -> None:
    """Print a message for a person to stderr; where nobody takes it, the command goes on without."""
    try:
        sys.stderr.write(plain(text) + "\n")
        sys.stderr.flush()
    except OSError:
        discard(2)


def discard(number: int) -> None:
    """Let go what stdout (1) or stderr (2) would not take: Python would flush it at its end and exit 120."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def show(text: str) -> None:
    """Print a result to stdout."""
    sys.stdout.write(plain(text) + "\n")
    sys.stdout.flush()


def emit_json(document: Mapping[str, object]) -> None:
    """Print one JSON document as a line of its own, ASCII-escaped."""
    sys.stdout.write(json.dumps(document, ensure_ascii=True, sort_keys=False, default=str) + "\n")
    sys.stdout.flush()


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as a table that wraps at spaces and cuts no id; `columns` that end in `>` are right-aligned.

    What stands in a column that ends in `!` is to be copied, and stays on one line whatever its length.
    """
    # Lazy: rich costs start-up time and only tables need it.
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    cells = [[plain(str(cell)) for cell in row] for row in rows]
    wide = Console(file=sys.stdout).width if sys.stdout.isatty() else _PIPED
    widths = _widths(columns, cells, wide - _GAP * (len(columns) - 1))
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column, width in zip(columns, widths, strict=True):
        justify: Literal["left", "right"] = "right" if column.endswith(">") else "left"
        table.add_column(column.rstrip(">!"), justify=justify, width=width)
    for row in cells:
        table.add_row(*map(Text, row))
    wide = max(wide, sum(widths) + _GAP * len(columns))
    Console(file=sys.stdout, width=wide, highlight=False).print(table)


def _widths(columns: Sequence[str], cells: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return the width of each column: shrunk to the room as far as its longest word lets it."""
    # Lazy: as above
    from rich.cells import cell_len  # noqa: PLC0415

    stacks = [[name.rstrip(">!"), *(row[at] for row in cells)] for at, name in enumerate(columns)]
    widths = [max(cell_len(line) for cell in stack for line in (cell.splitlines() or [""])) for stack in stacks]
    words = [max((cell_len(word) for cell in stack for word in cell.split()), default=0) for stack in stacks]
    for text in (*_TEXT, _TEXT[0]):  # where nothing fits, text stays readable and the terminal breaks the lines
        least = [
            width if name.endswith("!") else max(min(word, width, _LONGEST_WORD), min(width, text))
            for name, word, width in zip(columns, words, widths, strict=True)
        ]
        if sum(least) <= room:
            break
    while sum(widths) > room and widths != least:
        at = max((at for at in range(len(widths)) if widths[at] > least[at]), key=lambda at: widths[at])
        widths[at] -= 1
    return widths
