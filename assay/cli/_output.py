"""What commands print: results to stdout, messages to stderr, one JSON document as the last line with `--json`.

Rules of this place: text from models, users and files is stripped of control characters before a terminal sees it.
"""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence

from assay.kernel import plain

__all__ = ["discard", "emit_json", "plain", "say", "show", "show_table"]


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
    """Print rows as a table that is cut to the terminal; `columns` that end in `>` are right-aligned."""
    # Lazy: rich costs start-up time and only tables need it.
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column.removesuffix(">"), justify="right" if column.endswith(">") else "left")
    for row in rows:
        table.add_row(*(Text(plain(str(cell))) for cell in row))
    wide = None if sys.stdout.isatty() else 160
    Console(file=sys.stdout, width=wide, highlight=False).print(table)
