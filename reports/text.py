"""Hostile text, made inert: what a model or a document wrote must not act on the reader's page or terminal.

Rules of this place: nothing is dropped silently. Control, format and bidirectional characters are shown by their code
point, cuts are counted. Making text inert twice changes nothing.
"""

import re
import unicodedata

from reports.views import ShortText

__all__ = ["inert", "markdown_text", "shorten"]

_KEPT = {"\n", "\t"}
_JOINERS = {"\u200c", "\u200d"}  # needed by Persian, Indic scripts and emoji; harmless inside a line
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKDOWN = re.compile(r"([\\`*_\[\]#!|~$>])")
_LINKING = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)(?=\w)|(?<=#)(?=\d)", re.IGNORECASE)


def inert(text: str) -> str:
    """Show every character that could hide, reorder or command as `‹U+202E›`; keep line feeds and tabs."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def shorten(text: str, limit: int) -> ShortText:
    """Cut after `limit` code points and count the rest."""
    return ShortText(text=text[:limit], more=max(0, len(text) - limit))


def markdown_text(text: str) -> str:
    """Write a text on one line so that no Markdown, HTML, bare link or @mention in it acts (CommonMark 6.1, 2.4).

    A zero-width space keeps forges from making links and mentions of their own out of plain text.
    """
    line = " ".join(inert(text).split()).replace("&", "&amp;").replace("<", "&lt;")
    return _LINKING.sub("\u200b", _MARKDOWN.sub(r"\\\1", line))


def _shown(character: str) -> str:
    if character in _KEPT or character in _JOINERS or unicodedata.category(character) not in _UNSEEN:
        return character
    return f"‹U+{ord(character):04X}›"
