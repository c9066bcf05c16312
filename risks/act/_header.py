"""What every file about the Act says of itself, and how such a file is opened and refused.

Rules of this place: a file with a mistake is never loaded, and all its mistakes are told at once.
"""

from dataclasses import dataclass
from importlib import resources

from assay.kernel import InputError
from risks._fields import Fields, Problems
from risks._yaml import digest_yaml, read_yaml

__all__ = ["Header", "finish", "open_file", "read_header", "shipped"]


@dataclass(frozen=True, kw_only=True)
class Header:
    """Where a file comes from, and which state of the Act it speaks of."""

    id: str
    title: str
    version: str
    date: str  # ISO 8601
    source: str
    licence: str
    text: str  # the state of the Act, as a reader would cite it
    digest: str  # of what the file says


def shipped(name: str) -> str:
    """Return the text of a file that comes with the product."""
    return (resources.files("risks") / "act" / name).read_text(encoding="utf-8")


def open_file(text: str, file: str) -> tuple[Fields, Problems, str]:
    """Return the fields of a file, its list of mistakes, and its digest."""
    document, problems = read_yaml(text, file), Problems(file)
    return Fields(document, "", problems), problems, digest_yaml(document)


def read_header(fields: Fields, problems: Problems, expected: str, digest: str) -> Header:
    """Read the header; `expected` is the format that this reader understands."""
    if (found := fields.text("format")) != expected:
        problems.add("/format", f"expected {expected!r}, got {found!r}")
    return Header(
        id=fields.text("id"),
        title=fields.text("title"),
        version=fields.text("version"),
        date=fields.date("date"),
        source=fields.text("source"),
        licence=fields.text("licence"),
        text=fields.text("text"),
        digest=digest,
    )


def finish(fields: Fields, problems: Problems, file: str) -> None:
    """Report what is left over; raise `InputError` with every mistake of the file."""
    fields.close()
    if problems.found:
        raise InputError("\n".join([f"{len(problems.found)} mistakes in {file}:", *problems.found]))
