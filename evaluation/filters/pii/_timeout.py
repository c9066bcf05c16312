"""The one thing that goes wrong on purpose: a pattern that does not end."""

__all__ = ["PatternTimeoutError"]


class PatternTimeoutError(Exception):
    """A recogniser's pattern did not end within the time limit. Says the recogniser's name, never the text."""
