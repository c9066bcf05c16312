"""Documents that programs write: a benchmark's output becomes a section of a page, replaced at each run."""

import contextlib
import io
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["kept"]

_TITLE = "# Quality, measured\n\nWritten by the programs under `benchmarks/`; do not edit by hand.\n"


class _Tee(io.StringIO):
    """Keeps what is printed, and prints it."""

    def write(self, text: str) -> int:
        """Write to both."""
        sys.__stdout__.write(text)  # type: ignore[union-attr]  # a program has a stdout
        return super().write(text)


@contextlib.contextmanager
def kept(page: Path | None, section: str, command: str) -> Iterator[None]:
    """Print as usual, and at a good end replace the section of the page with what was printed."""
    tee = _Tee()
    with contextlib.redirect_stdout(tee):
        yield
    if page is None:
        return
    text = page.read_text(encoding="utf-8") if page.exists() else _TITLE
    begin, end = f"<!-- {section} -->", f"<!-- end of {section} -->"
    made = f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {platform.machine()}"
    body = f"{begin}\n## {section}\n\n`{command}` ({made})\n\n```\n{tee.getvalue().strip()}\n```\n{end}"
    if begin in text:
        text = text[: text.index(begin)] + body + text[text.index(end) + len(end) :]
    else:
        text = f"{text.rstrip()}\n\n{body}\n"
    page.write_text(text, encoding="utf-8")
