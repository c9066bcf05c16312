"""Sections follow headings: each runs from its heading to the next one, and its path names all headings above it."""

from collections.abc import Sequence

from assay.kernel import content_id
from evaluation.documents._extract import Heading
from evaluation.documents._types import Section

__all__ = ["sections_of"]


def sections_of(document: str, text: str, headings: Sequence[Heading], body_start: int = 0) -> tuple[Section, ...]:
    """Tile `text[body_start:]` with sections in order; stretches without any visible character make none."""
    path: list[tuple[int, str]] = []
    borders: list[tuple[int, tuple[str, ...]]] = [(body_start, ())]
    for heading in sorted(headings, key=lambda heading: heading.start):
        path = [*((level, title) for level, title in path if level < heading.level), (heading.level, heading.title)]
        borders.append((max(heading.start, body_start), tuple(title for _, title in path)))
    ends = [start for start, _ in borders[1:]] + [len(text)]
    return tuple(
        Section(
            id=content_id("s", document, str(start), str(end), *names),
            document=document,
            path=names,
            start=start,
            end=end,
        )
        for (start, names), end in zip(borders, ends, strict=True)
        if text[start:end].strip()
    )
