"""The rubric that people followed when they labelled: a text file."""

from pathlib import Path

from assay.kernel import InputError

__all__ = ["read_rubric"]


def read_rubric(path: Path | None) -> str:
    """Return its text, "" where none is named; raise `InputError` for what is no text."""
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the rubric {path}: {error}", hint="name a UTF-8 text file") from error
