"""One base error; a subclass for each reason that a caller would act on.

A message says what happened, what was found (`!r`) and what was expected; `hint` is the next command to type.
Only `assay.cli` and `dashboards/app.py` turn errors into text and exit codes.
"""

from typing import ClassVar

__all__ = [
    "AssayError",
    "CannotDecideError",
    "ConfigurationError",
    "ForbiddenError",
    "InputError",
    "IntegrityError",
    "MissingError",
    "UnavailableError",
]


class AssayError(Exception):
    """Base of every error that Assay raises on purpose; `exit_code` is what a command ends with."""

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep the message apart from the hint, so that the CLI can lay both out."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(AssayError):
    """A file, line, field or argument that the user gave is not as expected."""


class ConfigurationError(AssayError):
    """`assay.yaml`, the environment or an option is wrong or contradictory."""


class MissingError(AssayError):
    """Something that was named does not exist: a run, a document, a question set, weights."""


class UnavailableError(AssayError):
    """An endpoint, a database or a device does not answer or refuses us."""


class ForbiddenError(AssayError):
    """The actor has no right to do this, now, on this system; nothing was changed."""


class IntegrityError(AssayError):
    """Bytes are not what their digest, signature or proof says; the only error that means *fail*."""

    exit_code = 1


class CannotDecideError(AssayError):
    """The question is well put, and what is known does not answer it."""

    exit_code = 3
