"""Which files a folder holds: all regular ones in a fixed order, hidden names left out, links followed once.

Rules of this place: a loop of links ends; a folder that cannot be opened and a link that leads nowhere are named.
"""

from collections.abc import Iterator
from pathlib import Path

from evaluation.documents._errors import UnreadableDocument, UnreadableKind

__all__ = ["files_under"]


def files_under(folder: Path) -> Iterator[Path | tuple[Path, UnreadableDocument]]:
    """Yield each file below the folder by name, or the path with the reason why it cannot be reached."""
    seen: set[tuple[int, int]] = set()
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            if not path.is_dir():
                yield path if path.exists() else (path, _unreachable("is a link that leads nowhere"))
                continue
            status = path.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            inside = sorted((child for child in path.iterdir() if not child.name.startswith(".")), reverse=True)
        except OSError as error:
            yield path, _unreachable(f"cannot be opened: {error.strerror}")
            continue
        waiting.extend(inside)


def _unreachable(reason: str) -> UnreadableDocument:
    return UnreadableDocument(UnreadableKind.UNREADABLE, reason)
