"""Harmless passages of real documents: guidance, risks and techniques of AI, Python's manual, this repository's pages.

Rules of this place: a document is learned from or measured, never both: one in two is kept apart, by the hash of its
name; text about attacks is harmless here; tables and code blocks are left out.
"""

import hashlib
import pydoc_data.topics
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.training.injection_texts import undressed
from benchmarks.training.rows import read

__all__ = ["Document", "aside", "documents", "passages"]

_PAGES: Final = Path(__file__).parents[2] / "docs"
_MEASURED: Final = {"quality.md"}  # figures, no prose
_TAKEN_OVER: Final = ("nist_", "mit_")  # in the risk atlas, of sources with licences of their own; NIST is read above
_LONGEST: Final = 800  # letters of a passage
_SHORTEST: Final = 80
_CODE: Final = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Document:
    """One document, and which source it is of."""

    source: str
    name: str
    text: str


def aside(name: str) -> bool:
    """Whether a document is kept apart from training (one in two)."""
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 0


def documents(data: Path) -> Iterator[Document]:
    """Yield the documents of all sources."""
    for row in read(data, "nist_ai_rmf_playbook"):
        parts = [str(row[part]) for part in ("description", "section_about", "section_actions", "section_doc")]
        yield Document(source="nist playbook", name=str(row["title"]), text="\n\n".join(parts))
    for name, source in (("mitre_atlas", "mitre atlas"), ("ibm_risk_atlas_nexus", "ibm risk atlas")):
        for row in read(data, name):
            text = str(row.get("description") or "")
            if len(text) >= _SHORTEST and not str(row.get("file")).startswith(_TAKEN_OVER):
                yield Document(source=source, name=undressed(text)[:60], text=text)
    for topic, text in pydoc_data.topics.topics.items():
        yield Document(source="python manual", name=topic, text=text)
    for page in sorted(_PAGES.glob("*.md")):
        if page.name not in _MEASURED:
            yield Document(source="our pages", name=page.name, text=_CODE.sub("", page.read_text("utf-8")))


def passages(text: str) -> list[str]:
    """Return the paragraphs and points of a text, short ones together, as a retriever would cut it."""
    found, room = [""], _LONGEST
    for piece in re.split(r"\n\s*\n|\n(?=\s*[-*] )", text):
        part = piece.strip()[:_LONGEST]
        if not part or part.startswith("|"):
            continue
        if len(part) > room and found[-1]:
            found.append("")
            room = _LONGEST
        found[-1] = f"{found[-1]}\n{part}".strip()
        room -= len(part)
    return [passage for passage in found if len(passage) >= _SHORTEST]
